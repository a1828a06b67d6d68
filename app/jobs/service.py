"""What people do with jobs: ask for one, look at it, pause, resume, cancel and retry it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.broker import Doorbell
from app.clock import Clock
from app.db import Database
from app.errors import NotFoundError
from app.jobs import batch_store, moving, store
from app.jobs.machine import save_cut
from app.jobs.model import Cut, Event, Job, JobFilter, NewBatch, Pace, Remark
from app.jobs.moving import ReusedKeyError
from app.jobs.reasons import MOST_REMARKS, Group, grouped
from app.jobs.states import Status
from app.jobs.types import ADMINS_ALONE, MOVING, JobType, queue_of
from app.progress import Listener, Progress

# As many jobs are moved by one batch.
_MOVED_AT_ONCE = 200
# So many items tell how fast a type of job is; of few, most of the time is that of getting under way.
_ENOUGH = 500


class UnknownJobError(NotFoundError):
    """There is no job with this id."""

    hint = "GET /api/jobs lists them"


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
        forecast: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        requested_by: str | None = None,
    ) -> Job:
        """Store a job, then knock for it. The job exists whether or not the knock is heard.

        `batches` is the whole work when it came with the request: nothing of it is only in memory. `forecast` is what
        was told about it before anything was spent.
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
                forecast=forecast,
            )
            if job_id is None:
                return self._asked_before(tx, str(idempotency_key), (job_type.name, params, None))
            job = self._read(tx, job_id)
            if batches:
                save_cut(tx, job, Cut(batches, cursor={}, last=True))
                job = self._read(tx, job_id)
        self._doorbell.job(job.id, job_type.queue)
        return job

    def asked_before(self, idempotency_key: str | None) -> Job | None:
        """The job that was asked for with this key, whatever it is about."""
        with self._db.begin() as tx:
            job_id = store.job_of_idempotency_key(tx, idempotency_key) if idempotency_key else None
            return store.read_job(tx, job_id) if job_id else None

    def read(self, job_id: UUID) -> Job:
        """A job. Raises UnknownJobError."""
        with self._db.begin() as tx:
            return self._read(tx, job_id)

    def notice(self, job: Job) -> str | None:
        """What holds a running job up at the moment, in words."""
        if job.status is not Status.RUNNING:
            return None
        with self._db.begin() as tx:
            held_up = batch_store.read_notice(tx, job.id, self._clock.sql_now())
        return f"{held_up[0]}; tried again at {held_up[1]:%H:%M:%S} UTC" if held_up else None

    def items_per_second(self, job: Job) -> float | None:
        """The pace of a job while it ran; None before anything is done."""
        return self._pace(job.id, job.processed_items)

    def units_per_second(self, job: Job) -> float | None:
        """How fast a job spent while it ran; None before it has spent anything."""
        return self._pace(job.id, job.units_used)

    def usual_pace(self, job_type: str) -> Pace | None:
        """The pace of the last completed job of this type that tells one."""
        with self._db.begin() as tx:
            last = store.last_of_type(tx, job_type, _ENOUGH)
        if last is None:
            return None
        items, units = (self._pace(last[0], count) for count in last[1:])
        return Pace(items, units or 0) if items else None

    def count_unfinished(self, job_types: Sequence[str], but_for: UUID | None = None) -> int:
        """How many jobs of these types have not ended and are not paused."""
        with self._db.begin() as tx:
            return store.count_unfinished(tx, job_types, but_for)

    def held_spans(self, job_type: JobType) -> list[tuple[UUID, UUID]]:
        """The keys that unfinished batches of this type hold, from first to last, in order."""
        with self._db.begin() as tx:
            return [] if job_type.lane is None else batch_store.held_spans(tx, job_type.lane)

    def live(self, job_id: UUID) -> dict[str, Any] | None:
        """The counters that the workers last showed in Redis; None when it has none."""
        return self._progress.read(job_id)

    def listen(self, job_id: UUID) -> Listener:
        """Hear the counters that workers show from now on."""
        return self._progress.listen(job_id)

    def listed(self, *, before: tuple[datetime, UUID] | None, limit: int, **wanted: Any) -> list[Job]:
        """Jobs, newest first; `wanted` is what a JobFilter takes."""
        with self._db.begin() as tx:
            return store.list_jobs(tx, JobFilter(**wanted), before=before, limit=limit)

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

    def errors(self, job_id: UUID) -> list[Group]:
        """What was failed, not found or skipped, by reason, the most frequent first. Raises UnknownJobError."""
        with self._db.begin() as tx:
            self._read(tx, job_id)
            return grouped(store.group_remarks(tx, job_id, MOST_REMARKS))

    def stop(self, job_id: UUID, wish: str) -> Job:
        """Ask to `pause` or `cancel`: granted at once when no batch runs, else when the running ones have noticed."""
        return self._move(job_id, wish)

    def resume(self, job_id: UUID, *, max_units: int | None = None) -> Job:
        """Let a paused job go on, with another budget where one is told."""
        return self._move(job_id, "resume", max_units=max_units)

    def retry(self, job_id: UUID, **asked: Any) -> Job:
        """The job that takes up what this one has left: a new one, or the one that does so already."""
        return self._move(job_id, "retry", **asked)

    def check_retry(self, job_id: UUID, *, max_units: int | None) -> None:
        """Raise what `retry` would raise; nothing is created."""
        with self._db.begin() as tx, tx.begin_nested() as undone:
            self.moved(tx, job_id, "retry", max_units=max_units)
            undone.rollback()

    def moved(self, tx: Connection, job_id: UUID, name: str, **asked: Any) -> Job:
        """Make a person's move inside a transaction; the job to `knock` for when it is committed.

        Raises UnknownJobError, IllegalMoveError and what its budget does not allow; roll it back then.
        """
        job = self._read(tx, job_id)
        return self._read(tx, moving.move(tx, job, name, self._clock.sql_now(), **asked))

    def knock(self, job: Job) -> None:
        """Tell the workers that there is something to do for a job."""
        self._doorbell.job(job.id, queue_of(job.job_type))

    def matching(self, wanted: JobFilter) -> list[UUID]:
        """The jobs that a move for many would be about, oldest first."""
        with self._db.begin() as tx:
            return store.match_jobs(tx, wanted, ADMINS_ALONE | {MOVING.name})

    def ask_to_move(self, name: str, wanted: JobFilter, **asked: Any) -> Job:
        """A job that moves all jobs which match now; its items are these jobs."""
        found = [str(job_id) for job_id in self.matching(wanted)]
        parts = [found[at : at + _MOVED_AT_ONCE] for at in range(0, len(found), _MOVED_AT_ONCE)]
        params = {"move": name, "filter": {name: str(value) for name, value in asdict(wanted).items() if value}}
        batches = [NewBatch({"jobs": part}, len(part)) for part in parts]
        return self.ask(MOVING, params, batches=batches, expected_items=len(found), **asked)

    def _pace(self, job_id: UUID, count: int) -> float | None:
        """So many of something, a second; None when it cannot be told."""
        with self._db.begin() as tx:
            seconds = store.running_seconds(tx, job_id, self._clock.sql_now())
        return count / seconds if count and seconds > 0 else None

    def _move(self, job_id: UUID, name: str, **asked: Any) -> Job:
        with self._db.begin() as tx:
            job = self.moved(tx, job_id, name, **asked)
        self.knock(job)
        return self.read(job.id)

    def _asked_before(self, tx: Connection, idempotency_key: str, asked: tuple[object, ...]) -> Job:
        """The job that this key has made. Raises ReusedKeyError when it was asked for with other words."""
        job_id = store.job_of_idempotency_key(tx, idempotency_key)
        job = self._read(tx, job_id) if job_id else None
        # Through JSON, because that is how the first one was stored.
        if job is None or json.loads(json.dumps(asked)) != [job.job_type, job.params, job.retry_of]:
            raise ReusedKeyError
        return job

    def _read(self, tx: Connection, job_id: UUID) -> Job:
        job = store.read_job(tx, job_id)
        if job is None:
            raise UnknownJobError(f"there is no job {job_id}")
        return job
