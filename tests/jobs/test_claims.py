"""Batches in somebody's hands: one worker at a time, and nothing from a worker that comes too late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from app.clock import FixedClock
from app.jobs import outcomes
from app.jobs.model import Batch, LostLeaseError, Remark, Slice
from app.jobs.states import Outcome, Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, batch_ids, due, sql, work_off
from tests.jobs.steps import advance, claim, expire, running_job
from workers.batches import run_batch
from workers.keeper import keep

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def test_a_paused_transaction_ends_before_the_lease_of_its_batch(wiring: Wiring) -> None:
    """What is locked is not taken back: the server must end the session of a worker that stopped in the middle."""
    ends_before = sql(
        wiring,
        "select setting::int > 0 and setting::int < :lease * 1000 from pg_settings"
        " where name = 'idle_in_transaction_session_timeout'",
        lease=wiring.settings.lease_seconds,
    )
    assert ends_before == [(True,)]


def one_remark(units: int, _: Connection) -> Slice:
    part = Slice(units=units)
    part.add(Remark(Outcome.SKIPPED, "an item", "a reason"))
    return part


def batch_row(wiring: Wiring, batch: Batch) -> tuple[object, ...]:
    return sql(wiring, "select * from job_batches where id = :id", id=batch.id)[0]


def test_many_claimers_and_one_batch(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    [batch_id] = batch_ids(wiring, job.id)
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(wiring.machine.claim, [batch_id] * 8, map(str, range(8))))
    [batch] = [batch for batch in claimed if batch is not None]
    assert (batch.fence, batch.attempts, batch.total_items) == (1, 1, 1)


def test_a_batch_is_not_to_be_had_before_its_time(make_wiring: MakeWiring, emulator: Control) -> None:
    clock = FixedClock(NOON)
    wiring = make_wiring(clock)
    job = running_job(wiring, emulator.channel_ids(count=1))
    wiring.machine.end(claim(wiring, job), outcomes.RetryLater(30, "a hiccup"))

    clock.advance(timedelta(seconds=29))
    assert due(wiring) == []
    assert wiring.machine.claim(batch_ids(wiring, job.id)[0], "worker-2") is None
    clock.advance(timedelta(seconds=1))
    assert claim(wiring, job).fence == 2


def test_a_batch_is_not_to_be_had_while_its_job_rests(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    [batch_id] = batch_ids(wiring, job.id)
    wiring.jobs.stop(job.id, "pause")
    assert wiring.machine.claim(batch_id, "worker-1") is None  # the wish is enough
    assert advance(wiring, job).status is Status.PAUSED
    assert wiring.machine.claim(batch_id, "worker-1") is None
    wiring.jobs.resume(job.id)
    assert wiring.machine.claim(batch_id, "worker-1") is not None


def test_a_batch_that_does_not_exist(wiring: Wiring) -> None:
    assert wiring.machine.claim(404, "worker-1") is None


@pytest.mark.parametrize("taken_over", [True, False], ids=["taken over", "only freed"])
def test_a_worker_that_comes_too_late_changes_nothing(wiring: Wiring, emulator: Control, *, taken_over: bool) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    late = claim(wiring, job, worker="late")
    expire(wiring, late)
    keep(wiring)
    if taken_over:
        assert claim(wiring, job, worker="quick").fence == late.fence + 1
    before = batch_row(wiring, late), wiring.jobs.read(job.id)

    written: list[str] = []

    def write(tx: Connection) -> Slice:
        written.append("facts")
        return one_remark(1, tx)

    ends = (outcomes.Done(), outcomes.RetryLater(1, ""), outcomes.Stopped(), outcomes.Halted("x"), outcomes.Failed("x"))
    actions: list[Callable[[], object]] = [
        lambda: wiring.machine.renew(late),
        lambda: wiring.machine.commit(late, [0], write),
        *(partial(wiring.machine.end, late, end, unsettled_units=7) for end in ends),
    ]
    for action in actions:
        with pytest.raises(LostLeaseError):
            action()
    assert written == []
    assert (batch_row(wiring, late), wiring.jobs.read(job.id)) == before
    assert sql(wiring, "select 1 from job_items") == []


def test_a_message_that_comes_twice(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=60), batch_size=60)
    [batch_id] = batch_ids(wiring, job.id)
    with ThreadPoolExecutor(3) as pool:
        for n in range(3):
            pool.submit(run_batch, wiring, batch_id, f"worker-{n}", NOT_STOPPING)
    run_batch(wiring, batch_id, "worker-9", NOT_STOPPING)
    job = wiring.jobs.read(job.id)
    assert (job.status, job.fetched, job.units_used) == (Status.COMPLETED, 60, 2)
    assert emulator.counters().count() == 2


def test_a_commit_that_is_repeated_because_its_answer_was_lost(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=2))
    batch = claim(wiring, job)
    for _ in range(2):
        wiring.machine.commit(batch, [0], partial(one_remark, 3))
    assert len(wiring.jobs.items(job.id, outcome=None, after=0, limit=10)) == 1
    job = wiring.jobs.read(job.id)
    assert (job.skipped, job.units_used) == (1, 3)
    wiring.machine.commit(batch, [1], partial(one_remark, 3))
    wiring.machine.end(batch, outcomes.Done())
    assert wiring.jobs.read(job.id).skipped == 2


def test_a_commit_that_fails_leaves_nothing(wiring: Wiring, emulator: Control) -> None:
    [channel_id] = emulator.channel_ids(count=1)
    job = running_job(wiring, [channel_id])
    batch = claim(wiring, job)

    def write(tx: Connection) -> Slice:
        wiring.catalog.note_absence(tx, [wiring.catalog.read(channel_id).id])
        one_remark(1, tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        wiring.machine.commit(batch, [0], write)
    assert wiring.catalog.read(channel_id).availability == "unknown"
    assert wiring.jobs.read(job.id).processed_items == 0


def test_done_is_not_believed_while_an_item_is_missing(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=2))
    batch = claim(wiring, job)
    wiring.machine.commit(batch, [0], partial(one_remark, 1))
    with pytest.raises(LostLeaseError):
        wiring.machine.end(batch, outcomes.Done())


@pytest.mark.parametrize(
    ("end", "attempts", "lost"),
    [
        (outcomes.Stopped(), 0, 0),
        (outcomes.WaitForQuota("none left", NOON, NOON), 0, 0),
        (outcomes.Halted("ask a person"), 0, 0),
        (outcomes.RetryLater(0, "nothing was sent", counts=False), 0, 0),
        (outcomes.RetryLater(0, "a hiccup"), 1, 0),
        (outcomes.Crashed("our code broke"), 1, 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_waiting_and_stopping_give_the_attempt_back(
    wiring: Wiring, emulator: Control, end: outcomes.BatchOutcome, attempts: int, lost: int
) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    batch = claim(wiring, job)
    assert batch.attempts == 1
    wiring.machine.end(batch, end, unsettled_units=2)
    assert sql(wiring, "select attempts, lost, state, units_used from job_batches") == [(attempts, lost, "ready", 2)]
    assert wiring.jobs.read(job.id).units_used == 2


def test_a_process_that_ends_hands_back_what_it_has_not_begun(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(calls_in_flight=1)
    add_key(wiring, 1)
    emulator.set_latency(100)
    job = running_job(wiring, emulator.channel_ids(count=1_000), batch_size=1_000)
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker-1", AfterTheFirstAnswer(emulator))
    [(state, attempts)] = sql(wiring, "select state, attempts from job_batches")
    assert (state, attempts) == ("ready", 0)
    begun = emulator.counters().count()
    assert 1 <= begun < 20
    assert wiring.jobs.read(job.id).processed_items == 50 * begun
    emulator.set_latency(0)
    job = work_off(wiring, job)
    assert (job.fetched, job.units_used, emulator.counters().count()) == (1_000, 20, 20)


class AfterTheFirstAnswer:
    """The wish to end that comes in the middle of a batch."""

    def __init__(self, emulator: Control) -> None:
        self._emulator = emulator

    def is_set(self) -> bool:
        return self._emulator.counters().count() > 0
