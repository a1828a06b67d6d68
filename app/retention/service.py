"""Deleting what may not be kept: every day what grew too old, at once what somebody asks to forget."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.catalog.service import UnknownChannelError
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.errors import ConflictError
from app.jobs.model import Job, NewBatch
from app.jobs.service import Jobs
from app.jobs.types import RETENTION
from app.retention import store
from app.retention.model import EVER, Forgotten, Limits, Mode, Report, Subject, Swept, limits_of


class BusyError(ConflictError):
    """Jobs that have not ended would fetch again what is to be forgotten."""

    problem = "jobs-unfinished"
    hint = "cancel them first: `jobs cancel --all`, or POST /api/jobs/moves"


class Retention:
    """What may be kept, and what is deleted."""

    def __init__(self, db: Database, clock: Clock, jobs: Jobs, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self.mode = Mode(settings.retention_mode)

    def ask(self, *, idempotency_key: str | None, requested_by: str | None) -> Job:
        """A job that deletes what is too old; its items are the kinds of data."""
        return self._ask({}, idempotency_key, requested_by)

    def ask_to_forget_all(self, *, idempotency_key: str | None, requested_by: str | None) -> Job:
        """A job that deletes everything that YouTube told. Raises BusyError while other jobs have not ended."""
        with self._db.begin() as tx:
            if busy := store.count_unended_jobs(tx):
                raise BusyError(f"{busy} {'jobs have' if busy > 1 else 'job has'} not ended")
        return self._ask({"everything": True}, idempotency_key, requested_by)

    def sweep(self, job_id: UUID, subject: Subject, *, everything: bool) -> Iterator[Swept]:
        """Delete page by page, as the caller asks for the next one; each is written when it is handed over."""
        with self._db.begin() as tx:
            now = store.read_moment(tx, self._clock.sql_now())
        limits = Limits(EVER, EVER) if everything else limits_of(self.mode, now)
        return store.sweep(self._db, job_id, subject, limits, now)

    def forget(self, channel_ids: Sequence[str]) -> Forgotten:
        """Delete all about these channels, themselves included, or nothing. Raises UnknownChannelError."""
        keys = {channel_id: channel_key(channel_id) for channel_id in channel_ids}

        def forget_all(tx: Connection) -> Forgotten:
            store.lock_channels(tx, list(keys.values()))
            total = Forgotten(0, 0)
            for channel_id, key in keys.items():
                gone = store.forget_channel(tx, key)
                if gone is None:
                    raise UnknownChannelError(f"{channel_id} is not in the catalogue; nothing was deleted")
                total = Forgotten(total.channels + gone.channels, total.videos + gone.videos)
            return total

        # A sweep that deletes some of its videos locks them before the channel: one of the two begins anew.
        return self._db.patiently(forget_all, seconds=10)

    def reports(self, limit: int = 10) -> list[Report]:
        """What the newest jobs deleted."""
        with self._db.begin() as tx:
            return store.list_reports(tx, limit)

    def _ask(self, params: dict[str, bool], idempotency_key: str | None, requested_by: str | None) -> Job:
        batches = [NewBatch({"subjects": [subject.value for subject in Subject]}, len(Subject))]
        return self._jobs.ask(
            RETENTION,
            params,
            batches=batches,
            expected_items=len(Subject),
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )
