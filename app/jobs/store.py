"""The SQL of jobs, and of who works on them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from app.db import Queries
from app.jobs import batch_store
from app.jobs.model import Event, Job, JobFilter, Remark, Tick
from app.jobs.states import ENDED, MOVES, Outcome, Status
from app.logs import current_request
from app.traces import origin

Q = Queries("jobs")


def add_job(
    tx: Connection,
    *,
    job_type: str,
    params: Mapping[str, Any],
    cursor: Mapping[str, Any],
    expected_items: int | None,
    idempotency_key: str | None,
    requested_by: str | None,
    retry_of: UUID | None = None,
    forecast: Mapping[str, Any] | None = None,
) -> UUID | None:
    """Insert a job with its first event; None when the idempotency key is already taken."""
    row = {
        "job_type": job_type,
        "params": json.dumps(params),
        "cursor": json.dumps(cursor),
        "expected_items": expected_items,
        "idempotency_key": idempotency_key,
        "requested_by": requested_by,
        "retry_of": retry_of,
        "forecast": forecast and json.dumps(forecast),
        "request_id": current_request(),
        "traceparent": origin(),
    }
    job_id: UUID | None = tx.execute(Q["add_job"], row).scalar()
    if job_id is not None:
        tx.execute(Q["add_first_event"], {"job_id": job_id})
        tx.execute(Q["add_share"], {"job_id": job_id})
    return job_id


def job_of_idempotency_key(tx: Connection, idempotency_key: str) -> UUID | None:
    """The job that was made with this key."""
    found: UUID | None = tx.execute(Q["job_of_idempotency_key"], {"idempotency_key": idempotency_key}).scalar()
    return found


def read_job(tx: Connection, job_id: UUID, *, lock: bool = False) -> Job | None:
    """A job; with `lock`, held until the transaction ends."""
    if lock:
        tx.execute(Q["lock_job"], {"job_id": job_id})
    row = tx.execute(Q["read_job"], {"job_id": job_id}).mappings().first()
    return _job(row) if row else None


def lock_budget(tx: Connection, job_id: UUID) -> tuple[int | None, int]:
    """The budget of a job, and the units it has taken, used or reserved; it takes no more meanwhile."""
    row = tx.execute(Q["lock_share"], {"job_id": job_id}).one()
    return row.max_units, row.units_taken


def set_budget(tx: Connection, job_id: UUID, max_units: int) -> None:
    """Bound what a job may spend, from its first unit on."""
    tx.execute(Q["set_budget"], {"job_id": job_id, "max_units": max_units})


def list_jobs(tx: Connection, wanted: JobFilter, *, before: tuple[datetime, UUID] | None, limit: int) -> list[Job]:
    """Jobs, newest first."""
    before_at, before_id = before or (None, None)
    where = {**asdict(wanted), "before_at": before_at, "before_id": before_id, "limit": limit}
    return [_job(row) for row in tx.execute(Q["list_jobs"], where).mappings()]


def match_jobs(tx: Connection, wanted: JobFilter, but: Collection[str]) -> list[UUID]:
    """The ids of all jobs that are wanted, oldest first, without those of the types `but`."""
    return list(tx.execute(Q["match_jobs"], {**asdict(wanted), "but": list(but)}).scalars())


def list_active_jobs(tx: Connection) -> list[tuple[UUID, str]]:
    """Id and type of the jobs that have not ended and are not paused, oldest first."""
    return [(row.id, row.job_type) for row in tx.execute(Q["list_active_jobs"])]


def list_waiting_jobs(tx: Connection) -> list[tuple[UUID, str]]:
    """Id and type of the jobs that wait for quota, oldest first."""
    return [(row.id, row.job_type) for row in tx.execute(Q["list_waiting_jobs"])]


def count_jobs(tx: Connection) -> dict[str, int]:
    """How many jobs stand in each state."""
    counted = {row.status: row.count for row in tx.execute(Q["count_jobs"]).mappings()}
    return {status.value: counted.get(status.value, 0) for status in Status}


def move(
    tx: Connection,
    job_id: UUID,
    name: str,
    *,
    why: str | None = None,
    resume_at: datetime | None = None,
    error: str | None = None,
    who: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Make one move of the table; False when the job stands in no state that this move leaves.

    `why` is shown while the job stays in the new state; without one the table's own reason is kept in the event.
    """
    step = MOVES[name]
    shown = {Status.RUNNING: None, Status.COMPLETED: why}.get(step.target, why or step.why)
    row = {
        "job_id": job_id,
        "target": step.target.value,
        "origins": [origin.value for origin in step.origins],
        "why": shown,
        "event_why": why or step.why,
        "resume_at": resume_at,
        "error": error,
        "who": who or step.who,
        "ended": step.target in ENDED,
        "clear_stop": step.target in ENDED | {Status.PAUSED},
        "now": now,
    }
    return tx.execute(Q["move"], row).first() is not None


def request_stop(tx: Connection, job_id: UUID, wish: str, now: datetime | None) -> bool:
    """Ask an active job to `pause` or `cancel`; False when it is not active."""
    return tx.execute(Q["request_stop"], {"job_id": job_id, "wish": wish, "now": now}).first() is not None


def list_events(tx: Connection, job_id: UUID) -> list[Event]:
    """All moves of a job, in order."""
    return [Event(**row) for row in tx.execute(Q["list_events"], {"job_id": job_id}).mappings()]


def list_items(
    tx: Connection, job_id: UUID, *, outcome: str | None, after: int, limit: int
) -> list[tuple[int, Remark]]:
    """Items that were not simply fetched, each with the number to go on after."""
    where = {"job_id": job_id, "outcome": outcome, "after": after, "limit": limit}
    return [
        (row.id, Remark(Outcome(row.outcome), row.item, row.reason, row.line))
        for row in tx.execute(Q["list_items"], where)
    ]


def group_remarks(tx: Connection, job_id: UUID, most: int) -> list[Mapping[str, Any]]:
    """What was failed, not found or skipped, by outcome and reason; of each outcome the first and last `most` items."""
    return [dict(row) for row in tx.execute(Q["group_remarks"], {"job_id": job_id, "most": most}).mappings()]


def save_cut(
    tx: Connection,
    job_id: UUID,
    cursor: Mapping[str, Any],
    *,
    last: bool,
    entered: int,
    expected_items: int | None = None,
) -> None:
    """Note where the next batch begins, how many items entered with those just cut, and how many there will be."""
    row = {"job_id": job_id, "cursor": json.dumps(cursor), "last": last, "entered": entered}
    tx.execute(Q["save_cut"], {**row, "expected_items": expected_items})


def running_seconds(tx: Connection, job_id: UUID, now: datetime | None) -> float:
    """How long a job has run, without the time in which it rested or waited."""
    return float(tx.execute(Q["running_seconds"], {"job_id": job_id, "now": now}).scalar_one())


def last_of_type(tx: Connection, job_type: str, least: int) -> tuple[UUID, int, int] | None:
    """The last completed job of a type with `least` items or more, how many it had, and what it spent."""
    row = tx.execute(Q["last_of_type"], {"job_type": job_type, "least": least}).first()
    return (row.id, row.processed_items, row.units_used) if row else None


def count_unfinished(tx: Connection, job_types: Sequence[str], but_for: UUID | None) -> int:
    """How many jobs of these types have not ended and are not paused."""
    where = {"job_types": list(job_types), "but_for": but_for}
    return int(tx.execute(Q["count_unfinished"], where).scalar_one())


def end_job(
    tx: Connection, job_id: UUID, name: str, *, why: str | None = None, error: str | None = None, now: datetime | None
) -> bool:
    """Make a move that ends a job, and end its batches with it; False when the job stands where none begins."""
    # Batches before their job, like every other transaction: the other order could deadlock.
    batch_store.cancel_batches(tx, job_id, now)
    moved = move(tx, job_id, name, why=why, error=error, now=now)
    # Who held the row of the job meanwhile may have cut some more; from now on nobody does.
    batch_store.cancel_batches(tx, job_id, now)
    return moved


def list_uneven(tx: Connection) -> list[Mapping[str, Any]]:
    """Jobs whose counters differ from their batches'; there must be none."""
    return [dict(row) for row in tx.execute(Q["uneven_jobs"]).mappings()]


def tick(tx: Connection, worker: str, role: str) -> None:
    """Note that a worker or beat lives."""
    tx.execute(Q["tick"], {"worker": worker, "role": role})


def list_ticks(tx: Connection) -> list[Tick]:
    """Who said lately that it lives."""
    return [Tick(**row) for row in tx.execute(Q["list_ticks"]).mappings()]


def _job(row: RowMapping) -> Job:
    return Job(**{**row, "status": Status(row["status"])})
