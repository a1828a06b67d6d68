"""Who changes keys or their projects while a worker takes units: one waits for the other, never both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from app.keys import store
from app.keys.model import Block, Change
from app.wiring import Wiring
from tests.conftest import add_key
from tests.devstack.waiting import wait_until
from tests.hands import sql

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
Second = Callable[[Wiring, Block], None]


def begin_to_take(tx: Connection) -> None:
    """As store.take does."""
    tx.execute(store.Q["one_taker_at_a_time"], {"bucket": "default"})
    tx.execute(store.Q["open_day"], {"bucket": "default", "quota_limit": 10_000, "now": None})


def go_on_taking(tx: Connection) -> int:
    where = {"bucket": "default", "units": 1, "pace": 0, "now": None}
    return int(tx.execute(store.Q["take"], where).one().key_id)


def change_the_limit(wiring: Wiring, block: Block) -> None:
    wiring.keys.change(block.key_id, Change(quota_limits={"search": 7, "default": 20_000}))


def learn_the_project(wiring: Wiring, block: Block) -> None:
    wiring.keys.note_error(block, "403: forbidden", "12345")


@pytest.mark.parametrize("second", [change_the_limit, learn_the_project])
def test_who_comes_second_waits(wiring: Wiring, second: Second) -> None:
    add_key(wiring, 2)
    block = wiring.keys.take("default", 1)
    wiring.keys.note_error(block, "403: forbidden", "12345")
    other = replace(block, key_id=2)
    with ThreadPoolExecutor(1) as thread:
        with wiring.db.begin() as tx:
            begin_to_take(tx)
            asked = thread.submit(second, wiring, other)
            wait_until(lambda: sql(wiring, WAITING) != [(0,)])
            assert go_on_taking(tx) == other.key_id
        asked.result()
