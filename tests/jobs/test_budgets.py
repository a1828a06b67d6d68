"""Budgets: no job ever spends more units than it was given, whoever carries it out and whatever fails or dies."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from app.errors import BadInputError
from app.jobs.budgets import BudgetSpentError
from app.jobs.model import Job
from app.jobs.moving import IllegalMoveError
from app.jobs.states import Status
from app.keys.model import BudgetSpentError as NothingLeftError
from app.schedules.askers import make_askers
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, due, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change, claim, fill_catalog
from workers.batches import run_batch
from workers.keeper import keep

SPENT = 'the budget of {} units is spent; resume with {{"max_units": M}} to go on'


def ask(wiring: Wiring, max_units: int | None, batch_size: int | None = None) -> Job:
    return wiring.youtube.ask_for_metadata(batch_size, None, max_units, idempotency_key=None, requested_by="me")


def calls_made(emulator: Control) -> int:
    return sum(line.calls for line in emulator.counters().calls)


def test_a_spent_budget_pauses_the_job_with_all_that_was_paid_for(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=400))
    job = work_off(wiring, ask(wiring, 5))
    assert (job.status, job.why) == (Status.PAUSED, SPENT.format(5))
    assert (job.fetched, job.units_used, job.units_taken, job.max_units) == (250, 5, 5, 5)
    assert calls_made(emulator) == 5
    assert sql(wiring, "select distinct attempts from job_batches where state = 'ready'") == [(0,)]
    assert broken(wiring) == []

    job = work_off(wiring, wiring.jobs.resume(job.id, max_units=8))
    assert (job.status, job.fetched, job.units_taken) == (Status.COMPLETED, 400, 8)
    assert broken(wiring) == []


def test_a_budget_that_is_just_enough_completes_the_job(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=200))
    assert work_off(wiring, ask(wiring, 4)).status is Status.COMPLETED


def test_repeated_calls_are_paid_from_the_budget_too(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=400))
    emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=3))
    job = work_off(wiring, ask(wiring, 5))
    assert (job.status, job.units_used, calls_made(emulator)) == (Status.PAUSED, 5, 5)
    assert job.fetched < 250
    assert broken(wiring) == []


@pytest.mark.parametrize("keys", [1, 3])
def test_many_workers_at_once_stay_within_it(make_wiring: MakeWiring, emulator: Control, keys: int) -> None:
    wiring = make_wiring(quota_block=7, calls_in_flight=3)
    for number in range(keys):
        add_key(wiring, number)
    emulator.set_latency(5)
    fill_catalog(wiring, emulator.channel_ids(count=3_000))
    emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=8))
    job = advance(wiring, ask(wiring, 23, batch_size=250))

    while wiring.jobs.read(job.id).status is Status.RUNNING:
        keep(wiring)
        with ThreadPoolExecutor(8) as workers:
            list(workers.map(lambda batch: run_batch(wiring, batch, f"w{batch}", NOT_STOPPING), due(wiring)))

    job = wiring.jobs.read(job.id)
    assert (job.status, job.why) == (Status.PAUSED, SPENT.format(23))
    assert calls_made(emulator) == job.units_used == job.units_taken == 23
    assert broken(wiring) == []


def test_who_dies_takes_a_block_with_him_and_never_more(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(quota_block=3)
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=500))
    job = advance(wiring, ask(wiring, 5, batch_size=500))
    doomed = wiring.calls.purse("channels.list", 10, job.id)
    doomed.pay()  # and then its worker dies
    job = work_off(wiring, job)
    assert (job.status, job.fetched, job.units_used, job.units_taken) == (Status.PAUSED, 100, 2, 5)
    assert calls_made(emulator) == 2
    assert broken(wiring) == []


def test_what_others_have_reserved_is_awaited(wiring: Wiring, emulator: Control) -> None:
    """While a batch runs that may give units back, the budget is not spent."""
    fill_catalog(wiring, emulator.channel_ids(count=200))
    job = advance(wiring, ask(wiring, 2))
    other = claim(wiring, job, 0)
    purse = wiring.calls.purse("channels.list", 2, job.id)
    purse.pay()
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    assert wiring.jobs.read(job.id).status is Status.RUNNING
    assert due(wiring) == []  # it comes again in some seconds
    purse.close()
    change(wiring, "update job_batches set not_before = null where id <> :id", id=other.id)
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    assert wiring.jobs.read(job.id).units_used == 1


def test_only_a_budget_above_what_was_taken_lets_it_go_on(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=200))
    job = work_off(wiring, ask(wiring, 2))
    with pytest.raises(BudgetSpentError, match="budget of 2 units is spent") as refused:
        wiring.jobs.resume(job.id)
    assert refused.value.hint == 'resume with {"max_units": M}, M above 2'
    with pytest.raises(BadInputError, match="has taken 2 units already") as wrong:
        wiring.jobs.resume(job.id, max_units=2)
    assert wrong.value.field == "max_units"
    assert wiring.jobs.read(job.id).status is Status.PAUSED
    assert wiring.jobs.resume(job.id, max_units=3).max_units == 3
    with pytest.raises(IllegalMoveError):
        wiring.jobs.resume(job.id, max_units=9)
    assert wiring.jobs.read(job.id).max_units == 3


def test_a_job_without_a_budget_can_be_given_one(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=300))
    job = advance(wiring, ask(wiring, None))
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    wiring.jobs.stop(job.id, "pause")
    advance(wiring, job)
    job = work_off(wiring, wiring.jobs.resume(job.id, max_units=3))
    assert (job.status, job.units_used) == (Status.PAUSED, 3)


def test_a_retry_has_what_its_job_left(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=500))
    job = advance(wiring, ask(wiring, 5))
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    wiring.jobs.stop(job.id, "cancel")
    advance(wiring, job)
    retry = work_off(wiring, wiring.jobs.retry(job.id))
    assert (retry.status, retry.max_units, retry.units_used) == (Status.PAUSED, 3, 3)

    wiring.jobs.stop(retry.id, "cancel")
    with pytest.raises(BudgetSpentError) as refused:
        wiring.jobs.retry(retry.id)
    assert "max_units" in refused.value.hint
    last = work_off(wiring, wiring.jobs.retry(retry.id, max_units=100))
    assert (last.status, last.max_units) == (Status.COMPLETED, 100)
    assert job.params["max_units"] == 5


def test_the_database_refuses_more(wiring: Wiring) -> None:
    ask(wiring, 5)
    with pytest.raises(IntegrityError, match="never_beyond_the_budget"):
        change(wiring, "update job_shares set reserved = 6")


def test_a_block_is_no_larger_than_what_is_left(wiring: Wiring) -> None:
    job = ask(wiring, 5)
    blocks = [wiring.keys.take("default", 3, job.id) for _ in range(2)]
    assert [block.units for block in blocks] == [3, 2]
    with pytest.raises(NothingLeftError):
        wiring.keys.take("default", 3, job.id)
    wiring.keys.give_back(blocks[0], spent=1)
    assert wiring.keys.take("default", 3, job.id).units == 2
    assert wiring.keys.take("default", 3).units == 3  # what is no job's is nobody's budget


def test_a_schedule_gives_each_of_its_jobs_a_budget(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=100))
    asker = make_askers(wiring.youtube, wiring.playlists, wiring.discoveries, wiring.refresh, wiring.retention)[
        "metadata"
    ]
    job = asker.ask({"max_units": 1}, idempotency_key=None, requested_by="schedule:nightly")
    assert work_off(wiring, job).units_used == 1
