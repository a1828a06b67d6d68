"""What becomes of a batch when YouTube, or our own catalogue, does not play along."""

from datetime import timedelta
from itertools import islice

import pytest

from app.clock import FixedClock
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from app.youtube.attempts import ATTEMPTS
from app.youtube.calls import Calls
from app.youtube.methods.channels import channels_request
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.universe.universe import Universe
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, batch_ids, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, change, claim, fill_catalog, running_job
from tests.noon import NOON, stand_still
from workers.batches import run_batch
from workers.keeper import keep


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def work_off_with_pauses(wiring: Wiring, clock: FixedClock, job: Job, *, rounds: int = 40) -> Job:
    """Work, and let the time pass that failed batches wait for."""
    for _ in range(rounds):
        job = work_off(wiring, job)
        if job.status is not Status.RUNNING:
            return job
        clock.advance(timedelta(seconds=30))
    raise AssertionError(f"still running: {job}")


def missing_ids(number: int) -> list[str]:
    return list(islice(Universe().missing_ids(NOON), number))


def test_every_channel_has_one_outcome(wiring: Wiring, emulator: Control) -> None:
    known, unknown = emulator.channel_ids(count=110), missing_ids(15)
    fill_catalog(wiring, [*known, *unknown])
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.outcomes == {"fetched": 110, "unchanged": 0, "not_found": 15, "skipped": 0, "failed": 0}
    assert (job.total_items, job.processed_items) == (125, 125)
    remarks = [remark for _, remark in wiring.jobs.items(job.id, outcome=None, after=0, limit=100)]
    assert {remark.item for remark in remarks} == set(unknown)
    assert {remark.reason for remark in remarks} == {"YouTube does not know this channel"}
    assert {wiring.catalog.read(channel_id).availability for channel_id in unknown} == {"not_found"}
    assert wiring.catalog.without_metadata() == 0  # they are not asked for again
    assert broken(wiring) == []


def test_a_call_of_which_nothing_is_left(wiring: Wiring) -> None:
    fill_catalog(wiring, missing_ids(60))
    assert work_off(wiring, ask_for_metadata(wiring)).not_found == 60


def test_a_channel_that_was_deleted_meanwhile_is_skipped(wiring: Wiring, emulator: Control) -> None:
    kept, deleted = emulator.channel_ids(count=2)
    job = running_job(wiring, [kept, deleted])
    change(wiring, "delete from channels where channel_id = :id", id=deleted)
    job = work_off(wiring, job)
    assert (job.status, job.fetched, job.skipped) == (Status.COMPLETED, 1, 1)
    [(_, remark)] = wiring.jobs.items(job.id, outcome="skipped", after=0, limit=10)
    assert (remark.item, remark.reason) == (deleted, "removed from the catalogue meanwhile")


def test_a_request_that_youtube_calls_wrong_fails_the_job_loudly(
    wiring: Wiring, emulator: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.youtube.methods.channels._PARTS", "snippet,nonsense")  # our bug, as it would be
    job = running_job(wiring, emulator.channel_ids(count=120), batch_size=60)
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker-1", NOT_STOPPING)
    job = wiring.jobs.read(job.id)
    assert job.status is Status.FAILED
    assert "nonsense" in str(job.error_message)
    assert sql(wiring, "select distinct state from job_batches") == [("cancelled",)]
    [(paid,)] = sql(wiring, "select used + reserved from quota_days")
    assert emulator.counters().used() <= int(str(paid)) == job.units_used
    assert broken(wiring) == []


PASSING = [
    FaultKind.INTERNAL_ERROR,
    FaultKind.BACKEND_ERROR,
    FaultKind.NO_ERRORS,
    FaultKind.RESET,
    FaultKind.TRUNCATED,
    FaultKind.EMPTY,
    FaultKind.HTML,
    FaultKind.HTML_502,
    FaultKind.THROTTLED,
    FaultKind.PROCESSING_FAILURE,
]


def test_what_passes_is_tried_again_at_once_and_every_attempt_is_paid(
    make_wiring: MakeWiring, emulator: Control
) -> None:
    wiring = make_wiring(calls_in_flight=4)
    add_key(wiring, 1)
    ids = [*emulator.channel_ids(count=490), *missing_ids(10)]
    fill_catalog(wiring, ids)
    for kind in PASSING:
        emulator.add_fault(Fault(kind=kind, next=1))
    job = work_off(wiring, ask_for_metadata(wiring, batch_size=250))
    assert job.outcomes == {"fetched": 490, "unchanged": 0, "not_found": 10, "skipped": 0, "failed": 0}
    assert emulator.faults() == []
    assert emulator.counters().count() > 10
    [usage] = wiring.keys.usage()
    assert emulator.counters().used() <= usage.used == job.units_used == emulator.counters().count()
    assert broken(wiring) == []


@pytest.mark.parametrize("kind", [FaultKind.BACKEND_ERROR, FaultKind.FORBIDDEN])
def test_a_call_that_fails_too_often_comes_back_later_and_the_others_stay_done(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control, kind: FaultKind
) -> None:
    wiring = make_wiring(clock, calls_in_flight=1)
    wiring.calls = Calls(
        wiring.wire, wiring.keys, wiring.settings, clock=clock, metrics=wiring.metrics, chance=lambda: 0.0
    )
    add_key(wiring, 1)
    job = running_job(wiring, emulator.channel_ids(count=150), batch_size=150)
    attempts = 1 if kind is FaultKind.FORBIDDEN else ATTEMPTS  # a verdict is not asked for again at once
    emulator.add_fault(Fault(kind=kind, next=attempts))
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker-1", NOT_STOPPING)
    assert sql(wiring, "select state, cardinality(settled), attempts from job_batches") == [("ready", 2, 1)]
    assert wiring.jobs.read(job.id).fetched == 100

    job = work_off_with_pauses(wiring, clock, job)
    assert (job.status, job.fetched) == (Status.COMPLETED, 150)
    probes = 0 if kind is FaultKind.FORBIDDEN else 1  # nothing else had been answered yet: is it YouTube, or this call?
    assert emulator.counters().count() == job.units_used == attempts + probes + 3


def test_a_verdict_that_stays_ends_with_the_reason_at_each_item(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control
) -> None:
    wiring = make_wiring(clock, batch_attempts=1)
    add_key(wiring, 1)
    emulator.add_fault(Fault(kind=FaultKind.FORBIDDEN))
    job = running_job(wiring, emulator.channel_ids(count=5))
    job = work_off_with_pauses(wiring, clock, job)
    assert (job.status, job.failed, job.total_items) == (Status.COMPLETED, 5, 5)
    reasons = {remark.reason for _, remark in wiring.jobs.items(job.id, outcome="failed", after=0, limit=10)}
    [reason] = reasons
    assert reason.startswith("given up after 1 attempts: YouTube answered 403: Access forbidden.")
    assert broken(wiring) == []


def test_a_storm_of_errors_costs_units_but_no_channel(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control
) -> None:
    wiring = make_wiring(clock, quota_block=3)
    wiring.calls = Calls(
        wiring.wire, wiring.keys, wiring.settings, clock=clock, metrics=wiring.metrics, chance=lambda: 0.01
    )
    add_key(wiring, 1)
    fill_catalog(wiring, [*emulator.channel_ids(count=960), *missing_ids(40)])
    for kind in (FaultKind.BACKEND_ERROR, FaultKind.RESET, FaultKind.TRUNCATED):
        emulator.add_fault(Fault(kind=kind, probability=0.25))
    job = work_off_with_pauses(wiring, clock, ask_for_metadata(wiring, batch_size=130))
    assert job.outcomes == {"fetched": 960, "unchanged": 0, "not_found": 40, "skipped": 0, "failed": 0}
    assert sql(wiring, "select count(*), count(distinct channel) from channel_snapshots") == [(960, 960)]
    [usage] = wiring.keys.usage()
    assert usage.reserved == 0
    assert 20 < emulator.counters().used() <= usage.used == job.units_used
    assert broken(wiring) == []


def test_a_worker_that_died_after_its_calls_has_paid_for_them(wiring: Wiring, emulator: Control) -> None:
    """Its block stays reserved: the ledger counts a block too many, never a unit too few."""
    job = running_job(wiring, emulator.channel_ids(count=1))
    claim(wiring, job)
    request = channels_request(emulator.channel_ids(count=1))
    purse = wiring.calls.purse(request.method, 1)
    ticket = purse.pay()
    wiring.wire.get(request.method, request.params, ticket.secret)
    [usage] = wiring.keys.usage()
    assert (usage.used, usage.reserved) == (0, 1)
    change(wiring, "update job_batches set lease_until = now() - interval '1 second'")
    keep(wiring)
    job = work_off(wiring, job)
    [usage] = wiring.keys.usage()
    assert (job.fetched, usage.used, usage.reserved) == (1, 1, 1)
    assert emulator.counters().used() == 2
