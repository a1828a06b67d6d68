"""Single steps of the job machine, for tests that stop between two of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.catalog.ids import channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.jobs.model import Batch, Job
from app.jobs.types import METADATA, JobType
from app.wiring import Wiring
from tests.hands import batch_ids
from workers.cutting import cutter
from workers.registry import kinds


def fill_catalog(wiring: Wiring, channel_ids: Sequence[str]) -> None:
    """Put channels into the catalogue of which nothing is known."""
    rows = ImportRows(ImportRow(channel_key(channel_id)) for channel_id in channel_ids)
    with wiring.db.begin() as tx:
        assert wiring.catalog.save_imports(tx, rows, "test") == len(set(channel_ids))


def ask_for_metadata(wiring: Wiring, *, batch_size: int | None = None, total_limit: int | None = None) -> Job:
    """A metadata job with batches of any size; people's are rounded up to whole calls."""
    pending = wiring.catalog.without_metadata()
    return wiring.jobs.ask(
        METADATA,
        {"batch_size": batch_size or wiring.settings.default_batch_size, "total_limit": total_limit},
        expected_items=pending if total_limit is None else min(pending, total_limit),
        requested_by="me",
    )


def advance(wiring: Wiring, job: Job) -> Job:
    """Let a job take its next step, as the message of its creation does; the job after it."""
    wiring.machine.advance(job.id, cutter(kinds()[job.job_type]))
    return wiring.jobs.read(job.id)


def running_job(wiring: Wiring, channel_ids: Sequence[str], *, batch_size: int = 50) -> Job:
    """A metadata job whose first batches are cut, and none claimed."""
    fill_catalog(wiring, channel_ids)
    return advance(wiring, ask_for_metadata(wiring, batch_size=batch_size))


def claim(wiring: Wiring, job: Job, ordinal: int = 0, worker: str = "worker-1") -> Batch:
    """Claim a batch of a job; it must be to be had."""
    batch = wiring.machine.claim(batch_ids(wiring, job.id)[ordinal], worker)
    assert batch is not None
    return batch


def expire(wiring: Wiring, batch: Batch) -> None:
    """Let a lease run out, as if its worker had been silent for long."""
    change(wiring, "update job_batches set lease_until = now() - interval '1 second' where id = :id", id=batch.id)


def change(wiring: Wiring, statement: str, **values: object) -> int:
    """Reach into the database; how many rows it changed."""
    with wiring.db.begin() as tx:
        return tx.execute(text(statement), values).rowcount


def moves(wiring: Wiring, job_id: UUID) -> list[tuple[str | None, str]]:
    """From where to where a job has moved."""
    return [(event.from_status, event.to_status) for event in wiring.jobs.events(job_id)]


def lone_job(wiring: Wiring, job_type: JobType = METADATA) -> Job:
    """A job without any work."""
    return wiring.jobs.ask(job_type, {"batch_size": 50, "total_limit": None})
