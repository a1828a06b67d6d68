"""What people ask of a job, inside the caller's transaction. Whoever calls knocks for the job afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.errors import BadInputError, ConflictError
from app.jobs import batch_store, budgets, store
from app.jobs.model import Job
from app.jobs.states import ENDED


class IllegalMoveError(ConflictError):
    """The job stands in a state that this move does not leave."""


class ReusedKeyError(BadInputError):
    """This Idempotency-Key was used before, for another request."""

    hint = "send a new key with a new request; the same key only repeats the same request"

    def __init__(self) -> None:
        super().__init__(field="Idempotency-Key")


def move(
    tx: Connection,
    job: Job,
    name: str,
    now: datetime | None,
    *,
    idempotency_key: str | None = None,
    requested_by: str | None = None,
    max_units: int | None = None,
    forecast: Mapping[str, Any] | None = None,
) -> UUID:
    """Pause, resume, cancel or retry a job; the job that goes on: a retry is another one.

    `max_units` is the budget of what goes on, `forecast` what was told about a retry.
    Raises IllegalMoveError, and what its budget does not allow.
    """
    if name == "retry":
        return _retry(tx, job.id, idempotency_key, requested_by, max_units, forecast)
    if not (_resumed(tx, job, now, max_units) if name == "resume" else _stopped(tx, job, name, now)):
        raise _illegal(_locked(tx, job.id), name)  # as it is now: it may have moved by itself meanwhile
    return job.id


def _resumed(tx: Connection, job: Job, now: datetime | None, max_units: int | None) -> bool:
    moved = store.move(tx, job.id, "resume", now=now)
    if moved:
        budgets.settle_before_resuming(tx, job, max_units)
        batch_store.wake_batches(tx, job.id)
    return moved


def _stopped(tx: Connection, job: Job, wish: str, now: datetime | None) -> bool:
    return store.request_stop(tx, job.id, wish, now) or (
        wish == "cancel" and store.end_job(tx, job.id, "cancel", now=now)
    )


def _retry(
    tx: Connection,
    job_id: UUID,
    idempotency_key: str | None,
    requested_by: str | None,
    max_units: int | None,
    forecast: Mapping[str, Any] | None,
) -> UUID:
    """Under the lock of the job, so that two who ask at once get the same retry."""
    job = _locked(tx, job_id)
    if idempotency_key and (made := store.job_of_idempotency_key(tx, idempotency_key)):
        if made != job.retried_by or not budgets.is_that_of(_locked(tx, made), job, max_units):
            raise ReusedKeyError
        return made
    if "retry" not in job.moves:
        return _running_retry(tx, job)
    retry_id = store.add_job(
        tx,
        job_type=job.job_type,
        params=_params(job, budgets.of_retry(job, max_units)),
        cursor={"retry": {"of": str(job.id), "after": 0}, "then": None if job.all_cut else dict(job.cursor)},
        expected_items=job.expected_of_retry,
        forecast=forecast,
        idempotency_key=idempotency_key,
        requested_by=requested_by,
        retry_of=job.id,
    )
    if retry_id is None:
        raise ReusedKeyError  # for another request, a moment ago
    return retry_id


def _locked(tx: Connection, job_id: UUID) -> Job:
    job = store.read_job(tx, job_id, lock=True)
    assert job is not None  # noqa: S101 - the caller has just read it, and jobs are not deleted
    return job


def _running_retry(tx: Connection, job: Job) -> UUID:
    """The retry that is under way already. Raises IllegalMoveError when there is none."""
    if job.status not in ENDED:
        raise _illegal(job, "retry")
    if job.retried_by is None:
        hint = "every item has its outcome; what was rejected is mended where it came from, and asked for again"
        raise IllegalMoveError("nothing of this job is left to retry", hint=hint)
    if _locked(tx, job.retried_by).status in ENDED:
        raise IllegalMoveError("this job was retried already", hint=f"retry the retry: job {job.retried_by}")
    return job.retried_by


def _params(job: Job, max_units: int | None) -> Mapping[str, Any]:
    """Those of the job; what it has done counts towards its limit."""
    params = {name: value for name, value in job.params.items() if name != "max_units"}
    if (limit := params.get("total_limit")) is not None:
        params["total_limit"] = limit - job.processed_items + job.given_up
    return params if max_units is None else {**params, "max_units": max_units}


def _illegal(job: Job, wish: str) -> IllegalMoveError:
    told = f"a job that is {job.status} cannot {wish}"
    return IllegalMoveError(told, hint=f"it can: {', '.join(job.moves)}" if job.moves else "it has ended for good")
