"""YouTube cannot be reached, or answers with errors for a long time: what it costs, and what a person is told."""

from uuid import UUID

from sqlalchemy import Connection

from app.catalog.model import ChannelFacts
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from app.youtube.calls import Calls
from app.youtube.service import YouTube
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from workers.keeper import keep


def metadata_job(wiring: Wiring, ids: list[str]) -> Job:
    work_off(wiring, wiring.imports.ask_for_rows([(channel_id, None) for channel_id in ids], "test"))
    youtube = YouTube(wiring.calls, wiring.catalog, wiring.jobs, wiring.settings)
    return youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by=None)


def without_pauses(wiring: Wiring) -> Wiring:
    """Chance is handed over: no jitter, no wait between attempts."""
    wiring.__dict__["calls"] = Calls(wiring.wire, wiring.keys, wiring.settings, chance=lambda: 0.0)
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


def test_errors_for_a_long_time_end_with_reasons_and_without_halving(wiring: Wiring, emulator: Control) -> None:
    job = metadata_job(without_pauses(wiring), emulator.channel_ids(count=60))
    emulator.add_fault(Fault(kind=FaultKind.BACKEND_ERROR))

    for _ in range(wiring.settings.batch_attempts + 1):
        at_once(wiring)
        job = work_off(wiring, job)
    keep(wiring)
    job = wiring.jobs.read(job.id)

    assert job.status is Status.COMPLETED
    assert job.failed == 60
    assert len(sql(wiring, "select id from job_batches where job_id = :id", id=job.id)) == 1
    [(_, remark), *_] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=1)
    assert "given up after 5 attempts" in remark.reason
    # The channels are still to be fetched: the next job takes them.
    assert wiring.catalog.without_metadata() == 60


def test_a_bug_of_ours_is_searched_for_until_its_item_is_alone(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=12)
    job = metadata_job(wiring, ids)
    catalog = wiring.catalog

    class Fragile:
        """A catalogue that breaks on one channel."""

        def save_facts(
            self, tx: Connection, facts: list[tuple[ChannelFacts, str | None]], absent: list[UUID]
        ) -> set[UUID]:
            if any(fact.channel_id == ids[5] for fact, _ in facts):
                raise RuntimeError("poison")
            return catalog.save_facts(tx, facts, absent)

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
