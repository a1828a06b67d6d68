"""YouTube cannot be reached, or answers with errors for a long time: what it costs, and what a person is told."""

from collections.abc import Iterator
from datetime import timedelta
from socket import socket
from uuid import UUID

import pytest
from sqlalchemy import Connection

from app.catalog.model import ChannelFacts
from app.clock import FixedClock
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from app.youtube.calls import Calls
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.noon import stand_still
from tests.youtube.rude_server import Server, http, listening


def metadata_job(wiring: Wiring, ids: list[str]) -> Job:
    work_off(wiring, wiring.imports.ask_for_rows([(channel_id, None) for channel_id in ids], "test"))
    return wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by=None)


def without_pauses(wiring: Wiring) -> Wiring:
    """Chance is handed over: no jitter, no wait between attempts."""
    wiring.__dict__["calls"] = Calls(
        wiring.wire, wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics, chance=lambda: 0.0
    )
    return wiring


def at_once(wiring: Wiring) -> None:
    """The waits of all batches are over."""
    sql(wiring, "update job_batches set not_before = null, knocked_at = null where state = 'ready' returning id")


def test_a_call_that_could_not_be_sent_costs_nothing_and_is_tried_for_ever(
    make_wiring: MakeWiring, emulator: Control
) -> None:
    wiring = without_pauses(make_wiring(youtube_api_url="http://127.0.0.1:9"))
    add_key(wiring, 1)
    job = metadata_job(wiring, emulator.channel_ids(count=60))

    for _ in range(wiring.settings.batch_attempts + 2):
        at_once(wiring)
        job = work_off(wiring, job)

    assert job.status is Status.RUNNING
    assert job.units_used == 0
    [usage] = wiring.keys.usage()
    assert (usage.used, usage.reserved) == (0, 0)
    notice = wiring.jobs.notice(job)
    assert notice is not None
    assert notice.startswith("YouTube could not be asked")
    assert "tried again at" in notice


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def pass_hours(wiring: Wiring, clock: FixedClock, job: Job, hours: int) -> Job:
    """The keeper looks every minute."""
    for _ in range(60 * hours):
        clock.advance(timedelta(minutes=1))
        job = work_off(wiring, job)
    return job


@pytest.mark.parametrize("kind", [FaultKind.BACKEND_ERROR, FaultKind.RESET, FaultKind.THROTTLED])
def test_an_outage_of_hours_fails_no_item_and_costs_a_few_units_an_hour(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control, kind: FaultKind
) -> None:
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    job = metadata_job(without_pauses(wiring), emulator.channel_ids(count=260))
    emulator.add_fault(Fault(kind=kind))

    job = work_off(wiring, job)
    calls_until_it_rested = emulator.counters().count()
    assert calls_until_it_rested <= 10 + 1 + wiring.settings.calls_in_flight
    job = pass_hours(wiring, clock, job, 6)

    assert (job.status, job.processed_items) == (Status.RUNNING, 0)
    assert sql(wiring, "select distinct attempts from job_batches where job_id = :id", id=job.id) == [(0,)]
    # Each pause is five to ten minutes long, and a probe ends it.
    assert emulator.counters().count() - calls_until_it_rested <= 6 * 12 + 4
    [usage] = wiring.keys.usage()
    assert emulator.counters().used() <= usage.used == job.units_used == emulator.counters().count()

    emulator.clear_faults()
    job = pass_hours(wiring, clock, job, 1)
    assert (job.status, job.fetched) == (Status.COMPLETED, 260)
    assert broken(wiring) == []


def test_a_person_is_told_what_youtube_answers_and_when_it_is_tried_again(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control
) -> None:
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    job = metadata_job(without_pauses(wiring), emulator.channel_ids(count=60))
    emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR))
    job = work_off(wiring, job)
    assert wiring.jobs.notice(job) == "YouTube answers 503 on channels.list; tried again at 20:00:15 UTC"


@pytest.fixture
def poisoned() -> Iterator[Server]:
    """Every channel exists, but for one that no call survives."""
    with listening() as server:
        server.reply = lambda sock: _answered(server, sock)
        yield server


def _answered(server: Server, sock: socket) -> bool:
    ids = server.requests[-1].query["id"][0].split(",")
    items = ",".join(f'{{"id": "{channel_id}", "snippet": {{"title": "One"}}}}' for channel_id in ids)
    failure = b'{"error": {"code": 400, "errors": [{"reason": "processingFailure"}]}}'
    sock.sendall(http(failure, "400 Bad Request") if POISON in ids else http(f'{{"items": [{items}]}}'.encode()))
    return True


POISON = "UCAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize("others", [0, 199])
def test_a_request_that_always_fails_ends_in_bounded_attempts(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control, poisoned: Server, others: int
) -> None:
    wiring = without_pauses(make_wiring(clock, youtube_api_url=poisoned.url, calls_in_flight=1))
    add_key(wiring, 1)
    job = metadata_job(wiring, [POISON, *emulator.channel_ids(count=others)])

    job = pass_hours(wiring, clock, job, 1)

    assert job.status is Status.COMPLETED
    assert (job.fetched, job.failed) == (max(0, others - 49), min(50, others + 1))
    [(_, remark)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=1)
    assert remark.reason.startswith("given up after 5 attempts: YouTube answered 400")
    # Four attempts and at most one probe each time.
    good = others // 50
    assert len(poisoned.requests) == job.units_used <= 5 * (4 + 1) + good
    assert broken(wiring) == []


def test_a_bug_of_ours_is_searched_for_until_its_item_is_alone(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=12)
    job = metadata_job(wiring, ids)
    catalog = wiring.catalog

    class Fragile:
        """A catalogue that breaks on one channel."""

        note_absence = catalog.note_absence

        def save_facts(self, tx: Connection, facts: list[tuple[ChannelFacts, str | None]]) -> dict[UUID, bool]:
            if any(fact.channel_id == ids[5] for fact, _ in facts):
                raise RuntimeError("poison")
            return catalog.save_facts(tx, facts)

    wiring.__dict__["catalog"] = Fragile()
    for _ in range(wiring.settings.batch_attempts * 6):
        at_once(wiring)
        job = work_off(wiring, job)
        if job.status is Status.COMPLETED:
            break

    assert (job.fetched, job.failed, job.total_items) == (11, 1, 12)
    [(_, remark)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=9)
    assert remark.item == ids[5]
    assert "RuntimeError: poison" in remark.reason
