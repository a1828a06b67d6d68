"""Workers' hands without Celery: the same code that a worker runs, step by step, in the test's own thread."""

import threading
from uuid import UUID

from sqlalchemy import text

from app.jobs import batch_store
from app.jobs.model import Job
from app.wiring import Wiring
from workers.batches import run_batch
from workers.keeper import keep

NOT_STOPPING = threading.Event()


def due(wiring: Wiring) -> list[int]:
    """The batches that a worker could claim now."""
    with wiring.db.begin() as tx:
        found = batch_store.list_due(tx, patience=0, long_patience=0, now=wiring.clock.sql_now())
    return [batch_id for batch_id, *_ in found]


def work_off(wiring: Wiring, job: Job, *, rounds: int = 1_000) -> Job:
    """Run the keeper and whatever is due until nothing is; the job as it stands then."""
    for _ in range(rounds):
        keep(wiring)
        batches = due(wiring)
        if not batches:
            break
        for batch_id in batches:
            run_batch(wiring, batch_id, "test-worker", NOT_STOPPING)
    return wiring.jobs.read(job.id)


def sql(wiring: Wiring, statement: str, **values: object) -> list[tuple[object, ...]]:
    """Look into the database."""
    with wiring.db.begin() as tx:
        return [tuple(row) for row in tx.execute(text(statement), values)]


def batch_ids(wiring: Wiring, job_id: UUID) -> list[int]:
    """All batches of a job, in the order in which they were cut."""
    found = sql(wiring, "select id from job_batches where job_id = :job_id order by ordinal", job_id=job_id)
    return [int(str(row[0])) for row in found]
