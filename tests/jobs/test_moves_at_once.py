"""Two who change a job at the same moment: whoever comes second finds it as the first has left it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import Connection

from app.jobs import store
from app.jobs.machine import save_cut
from app.jobs.model import Cut, Job, NewBatch
from app.jobs.moving import IllegalMoveError
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.devstack.waiting import wait_until
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import running_job

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@contextmanager
def meanwhile(wiring: Wiring, second: Callable[[], object], first: Callable[..., object]) -> Iterator[Future[object]]:
    """`first` in a transaction that is not committed before `second` waits for it."""
    with ThreadPoolExecutor(1) as other:
        with wiring.db.begin() as tx:
            first(tx)
            asked = other.submit(second)
            wait_until(lambda: sql(wiring, WAITING) != [(0,)])
        yield asked


@pytest.fixture
def job(wiring: Wiring, emulator: Control) -> Job:
    return running_job(wiring, emulator.channel_ids(count=100))


def test_batches_that_are_cut_while_a_job_fails_end_with_it(wiring: Wiring, job: Job) -> None:
    def cut_more(tx: Connection) -> None:
        locked = store.read_job(tx, job.id, lock=True)
        assert locked is not None
        save_cut(tx, locked, Cut([NewBatch({"channel_ids": []}, 0)], {}, last=True))

    with meanwhile(wiring, partial(wiring.machine.fail, job.id, "our bug"), cut_more) as failing:
        failing.result()
    assert wiring.jobs.read(job.id).status is Status.FAILED
    assert broken(wiring) == []


def test_a_job_that_is_paused_while_it_is_cancelled_is_cancelled(wiring: Wiring, job: Job) -> None:
    with meanwhile(wiring, partial(wiring.jobs.stop, job.id, "cancel"), partial(_move, job, "pause")) as asked:
        asked.result()
    assert wiring.jobs.read(job.id).status is Status.CANCELLED
    assert broken(wiring) == []


def test_a_move_that_came_too_late_is_told_what_the_job_is_now(wiring: Wiring, job: Job) -> None:
    with meanwhile(wiring, partial(wiring.jobs.stop, job.id, "pause"), partial(_fail, job)) as asked:
        told = asked.exception()
    assert isinstance(told, IllegalMoveError)
    assert (str(told), told.hint) == ("a job that is failed cannot pause", "it can: retry")


def _move(job: Job, name: str, tx: Connection) -> None:
    assert store.move(tx, job.id, name, now=None)


def _fail(job: Job, tx: Connection) -> None:
    assert store.end_job(tx, job.id, "fail", why="our bug", error="our bug", now=None)
