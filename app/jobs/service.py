"""What people do with jobs: ask for one, look at it, pause, resume and cancel it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.broker import Doorbell
from app.clock import Clock
from app.db import Database
from app.errors import BadInputError, ConflictError, NotFoundError
from app.jobs import store
from app.jobs.machine import save_cut
from app.jobs.model import Cut, Event, Job, NewBatch, Remark
from app.jobs.states import Status, moves_of_people
from app.jobs.types import JobType, queue_of
from app.progress import Progress


class UnknownJobError(NotFoundError):
    """There is no job with this id."""

    hint = "GET /api/jobs lists them"


class IllegalMoveError(ConflictError):
    """The job stands in a state that this move does not leave."""


class ReusedKeyError(BadInputError):
    """This Idempotency-Key was used before, for another request."""

    hint = "send a new key with a new request; the same key only repeats the same request"


class Jobs:
    """Jobs as people see them."""

    def __init__(self, db: Database, clock: Clock, doorbell: Doorbell, progress: Progress) -> None:
        self._db = db
        self._clock = clock
        self._doorbell = doorbell
        self._progress = progress

    def ask(
        self,
        job_type: JobType,
        params: Mapping[str, Any],
        *,
        cursor: Mapping[str, Any] | None = None,
        batches: Sequence[NewBatch] = (),
        expected_items: int | None = None,
        idempotency_key: str | None = None,
        requested_by: str | None = None,
    ) -> Job:
        """Store a job, then knock for it. The job exists whether or not the knock is heard.

        `batches` is the whole work when it came with the request: nothing of it is only in memory.
        """
        with self._db.begin() as tx:
            job_id = store.add_job(
                tx,
                job_type=job_type.name,
                params=params,
                cursor=cursor or {},
                expected_items=expected_items,
                idempotency_key=idempotency_key,
                requested_by=requested_by,
            )
            if job_id is None:
                first_id, first_type, first_params = store.job_of_idempotency_key(tx, str(idempotency_key))
                _check_same_request((job_type.name, params), (first_type, first_params))
                return self._read(tx, first_id)
            job = self._read(tx, job_id)
            if batches:
                save_cut(tx, job, Cut(batches, cursor={}, last=True))
        self._doorbell.job(job.id, job_type.queue)
        return self.read(job_id)

    def read(self, job_id: UUID) -> Job:
        """A job. Raises UnknownJobError."""
        with self._db.begin() as tx:
            return self._read(tx, job_id)

    def notice(self, job: Job) -> str | None:
        """What holds a running job up at the moment, in words."""
        if job.status is not Status.RUNNING:
            return None
        with self._db.begin() as tx:
            held_up = store.read_notice(tx, job.id, self._clock.sql_now())
        return f"{held_up[0]}; tried again at {held_up[1]:%H:%M:%S} UTC" if held_up else None

    def live(self, job_id: UUID) -> dict[str, Any] | None:
        """The counters that the workers last showed in Redis; None when it has none."""
        return self._progress.read(job_id)

    def listed(self, *, status: str | None, before: tuple[datetime, UUID] | None, limit: int) -> list[Job]:
        """Jobs, newest first."""
        with self._db.begin() as tx:
            return store.list_jobs(tx, status=status, before=before, limit=limit)

    def counted(self) -> dict[str, int]:
        """How many jobs stand in each state."""
        with self._db.begin() as tx:
            return store.count_jobs(tx)

    def events(self, job_id: UUID) -> list[Event]:
        """All moves of a job. Raises UnknownJobError."""
        with self._db.begin() as tx:
            self._read(tx, job_id)
            return store.list_events(tx, job_id)

    def items(self, job_id: UUID, *, outcome: str | None, after: int, limit: int) -> list[tuple[int, Remark]]:
        """The items of a job that were not simply fetched. Raises UnknownJobError."""
        with self._db.begin() as tx:
            self._read(tx, job_id)
            return store.list_items(tx, job_id, outcome=outcome, after=after, limit=limit)

    def stop(self, job_id: UUID, wish: str) -> Job:
        """Ask to `pause` or `cancel`: granted at once when no batch runs, else when the running ones have noticed."""
        with self._db.begin() as tx:
            job = self._read(tx, job_id)
            if not self._granted(tx, job, wish):
                raise _illegal(job, wish)
        self._doorbell.job(job_id, queue_of(job.job_type))
        return self.read(job_id)

    def _granted(self, tx: Connection, job: Job, wish: str) -> bool:
        now = self._clock.sql_now()
        if wish == "cancel" and job.status is Status.PAUSED:
            store.cancel_batches(tx, job.id, now)
            return store.move(tx, job.id, "cancel", now=now)
        return store.request_stop(tx, job.id, wish, now)

    def resume(self, job_id: UUID) -> Job:
        """Let a paused job go on."""
        with self._db.begin() as tx:
            job = self._read(tx, job_id)
            if not store.move(tx, job_id, "resume", now=self._clock.sql_now()):
                raise _illegal(job, "resume")
            store.wake_batches(tx, job_id)
        self._doorbell.job(job_id, queue_of(job.job_type))
        return self.read(job_id)

    def _read(self, tx: Connection, job_id: UUID) -> Job:
        job = store.read_job(tx, job_id)
        if job is None:
            raise UnknownJobError(f"there is no job {job_id}")
        return job


def _check_same_request(asked: tuple[str, Mapping[str, Any]], first: tuple[str, Mapping[str, Any]]) -> None:
    # Through JSON, because that is how the first one was stored.
    if json.loads(json.dumps(asked)) != json.loads(json.dumps(first)):
        raise ReusedKeyError(field="Idempotency-Key")


def _illegal(job: Job, wish: str) -> IllegalMoveError:
    legal = moves_of_people(job.status)
    told = f"a job that is {job.status} cannot {wish}"
    return IllegalMoveError(told, hint=f"it can: {', '.join(legal)}" if legal else "it has ended for good")
