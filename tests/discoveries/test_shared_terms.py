"""Channels that share rare terms: a pair is found whoever of the two is looked at first, or both at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine, event

from app.catalog.ids import channel_key
from app.clock import FixedClock
from app.wiring import Wiring
from emulator.control import Control
from tests.discoveries.conftest import discover, know
from tests.hands import sql
from tests.jobs.steps import change

_PAIRS = """
    select source_channel_id, discovered_channel_id, evidence from channel_discoveries
    where discovery_method = 'shared_terms' and 'term unicycle hockey' = any(evidence) order by 1"""


def two_channels(wiring: Wiring, emulator: Control) -> list[str]:
    """Two of them that both play unicycle hockey; nothing else is told of any."""
    ids = sorted(emulator.channel_ids(count=2), key=channel_key)
    know(wiring, ids)
    change(wiring, "update channels set keywords = '{Unicycle Hockey, one wheel}', topics = '{}'")
    return ids


def test_the_later_one_finds_the_earlier_and_the_earlier_one_the_later_when_its_turn_comes_again(
    wiring: Wiring, clock: FixedClock, emulator: Control
) -> None:
    one, other = map(channel_key, two_channels(wiring, emulator))
    change(wiring, "update channels set keywords = '{}' where id = (select max(id::text)::uuid from channels)")
    discover(wiring, methods=["shared_terms"], total_limit=1)
    assert sql(wiring, "select channel from discovery_expansions") == [(one,)]
    assert sql(wiring, _PAIRS) == []
    change(wiring, "update channels set keywords = '{Unicycle Hockey, one wheel}'")

    discover(wiring, methods=["shared_terms"])
    told = ["term one wheel", "term unicycle hockey"]
    assert sql(wiring, _PAIRS) == [(other, one, told)]

    clock.advance(timedelta(days=8))
    discover(wiring, methods=["shared_terms"])
    assert sql(wiring, _PAIRS) == [(one, other, told), (other, one, told)]


def test_two_that_are_looked_at_at_once_are_found(wiring: Wiring, emulator: Control) -> None:
    ids = two_channels(wiring, emulator)
    both_have_written = threading.Barrier(2, timeout=20)

    def meet(_: object, __: object, statement: str, *___: object) -> None:
        if "insert into channel_terms" in statement:
            both_have_written.wait()

    event.listen(Engine, "after_cursor_execute", meet)
    try:
        with ThreadPoolExecutor(2) as pool:
            seen = pool.map(lambda one: wiring.discoveries.seeds([one], {"alike"})[one].alike, ids)
            assert any(list(seen))
    finally:
        event.remove(Engine, "after_cursor_execute", meet)
