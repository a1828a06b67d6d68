"""What workers do with jobs: cut batches, claim them, settle their slices, and decide what becomes of the job.

Every write of a batch shows its fence. PostgreSQL is the truth; the doorbell only says that there is something to do.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.broker import Doorbell
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.jobs import batch_store, outcomes, store
from app.jobs.model import Batch, Cut, Job, LostLeaseError, NewBatch, Slice
from app.jobs.states import ENDED, Status
from app.jobs.types import bucket_of, lane_of, queue_of
from app.progress import Progress

# Facts that are in hand have been paid for: they are written even when PostgreSQL restarts meanwhile.
_PATIENCE = 45.0
_AFTER_CRASH = 5.0
# What other batches of the job have reserved and do not spend, they give back when they end.
_WHILE_OTHERS_SPEND = 5.0
Cutter = Callable[[Connection, Job, int], Cut]
Writer = Callable[[Connection], Slice]


class Machine:
    """The job machine."""

    def __init__(self, db: Database, clock: Clock, doorbell: Doorbell, progress: Progress, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._doorbell = doorbell
        self._progress = progress
        self._window = settings.batch_window
        self._lease = settings.lease_seconds

    # -- jobs

    def job_type(self, job_id: UUID) -> str | None:
        """The type of a job; None when there is no such job."""
        with self._db.begin() as tx:
            job = store.read_job(tx, job_id)
        return job.job_type if job else None

    def advance(self, job_id: UUID, cut: Cutter) -> None:
        """Start a pending job, keep its window full of batches, and move it on when its batches say so."""
        with self._db.begin() as tx:
            job = self._started(tx, job_id)
            if job is None or job.status in ENDED:
                return
            unheard = []
            if job.status is Status.RUNNING and job.stop_request is None:
                self._fill_window(tx, job, cut)
                unheard = batch_store.take_unheard(tx, job_id, self._clock.sql_now())
        self._knock(unheard, job.job_type)
        self.review(job_id)

    def review(self, job_id: UUID) -> None:
        """Move a job to where its batches have brought it: completed, waiting, paused, cancelled."""
        with self._db.begin() as tx:
            job = store.read_job(tx, job_id, lock=True)
            moved = job is not None and job.status not in ENDED | {Status.PAUSED} and self._decide(tx, job)
        if moved:  # keepers look every few seconds, and each command to Redis may be billed
            self.show(job_id)

    def show(self, job_id: UUID) -> None:
        """Show where a job stands to those who watch it."""
        with self._db.begin() as tx:
            job = store.read_job(tx, job_id)
        if job is not None:
            self._progress.write(job_id, counters(job))

    def wake(self, job_id: UUID, *, quota_left: bool) -> bool:
        """Let a job that waits for quota go on when there is some, or when the time has come to look again."""
        with self._db.begin() as tx:
            job = store.read_job(tx, job_id, lock=True)
            if job is None or job.status is not Status.WAITING_FOR_QUOTA or job.stop_request is not None:
                return False
            due = quota_left or (job.resume_at is not None and job.resume_at <= self._clock.now())
            if due:
                store.move(tx, job_id, "wake", now=self._clock.sql_now())
                batch_store.wake_batches(tx, job_id)
            return due

    def wake_waiting(self, quota_left: Callable[[str], bool]) -> None:
        """Let the jobs go on in whose bucket there is quota, without waiting for the keeper's next round."""
        with self._db.begin() as tx:
            waiting = store.list_waiting_jobs(tx)
        buckets = {bucket for _, job_type in waiting if (bucket := bucket_of(job_type))}
        filled = {bucket for bucket in buckets if quota_left(bucket)}
        for job_id, job_type in waiting:
            if bucket_of(job_type) in filled and self.wake(job_id, quota_left=True):
                self._doorbell.job(job_id, queue_of(job_type))

    def fail(self, job_id: UUID, error: str) -> None:
        """End a job that no retry mends, and its batches with it."""

        def write(tx: Connection) -> None:
            store.end_job(tx, job_id, "fail", why=error, error=error, now=self._clock.sql_now())

        self._db.patiently(write, seconds=_PATIENCE)
        self.show(job_id)

    def _started(self, tx: Connection, job_id: UUID) -> Job | None:
        job = store.read_job(tx, job_id, lock=True)
        if job is not None and job.status is Status.PENDING and job.stop_request is None:
            store.move(tx, job_id, "start", now=self._clock.sql_now())
            job = store.read_job(tx, job_id)
        return job

    def _fill_window(self, tx: Connection, job: Job, cut: Cutter) -> None:
        if job.all_cut:
            return
        running, ready, waiting = batch_store.progress_of_batches(tx, job.id, self._clock.sql_now())
        room = self._window - running - ready
        if room > 0 and not waiting:
            save_cut(tx, job, cut(tx, job, room))

    def _decide(self, tx: Connection, job: Job) -> bool:
        """Make the move that is due; False when none is."""
        now = self._clock.sql_now()
        running, ready, waiting = batch_store.progress_of_batches(tx, job.id, now)
        if running:
            return False
        if job.stop_request == "cancel":
            batch_store.cancel_batches(tx, job.id, now)
            return store.move(tx, job.id, "cancel", now=now)
        if job.stop_request == "pause":
            return store.move(tx, job.id, "pause", now=now)
        if job.status is Status.RUNNING and job.all_cut and not ready:
            return store.move(tx, job.id, "complete", why=job.cursor.get("ended"), now=now)
        if job.status is Status.RUNNING and waiting:
            why, resume_at = batch_store.why_it_waits(tx, job.id)
            return store.move(tx, job.id, "wait", why=why, resume_at=resume_at, now=now)
        return False

    def _knock(self, batch_ids: list[int], job_type: str) -> None:
        for batch_id in batch_ids:
            self._doorbell.batch(batch_id, queue_of(job_type))

    # -- batches

    def claim(self, batch_id: int, worker: str) -> Batch | None:
        """Take a batch for a while; None when there is nothing to take."""
        with self._db.begin() as tx:
            return batch_store.claim(tx, batch_id, worker=worker, lease=self._lease, now=self._clock.sql_now())

    def claim_in_turn(self, batch_id: int, worker: str) -> Batch | None:
        """Take the batch whose turn it is when a message names this one; None when there is nothing to take."""
        while True:
            with self._db.begin() as tx:
                turn = batch_store.whose_turn(tx, batch_id, self._clock.sql_now())
            if turn is None:
                return None
            if batch := self.claim(turn, worker):
                return batch
            # Somebody else has taken it meanwhile; the message is good for another one.

    def renew(self, batch: Batch) -> str | None:
        """Say that the worker lives; the wish to stop, if there is one. Raises LostLeaseError."""
        with self._db.begin() as tx:
            return batch_store.renew_lease(tx, batch, self._lease)

    def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
        """One transaction: fence, facts, follow-up batches, remarks and counters. Raises LostLeaseError.

        `write` saves the facts of these calls and gives account of them. The fence is shown first, so that a worker
        that is too late does no work; the job's row comes last, so that its batches hold it for as short as can be.
        """

        def transaction(tx: Connection) -> None:
            if batch_store.show_fence(tx, batch).issuperset(calls):
                return  # the answer to an earlier commit was lost, not the commit
            part = write(tx)
            if part.follow_up is not None and (job := store.read_job(tx, batch.job_id, lock=True)):
                save_cut(tx, job, part.follow_up)
            batch_store.settle_calls(tx, batch, [*calls, *part.settled], part, self._lease)
            batch_store.count_slice(tx, batch, part, self._clock.sql_now())

        self._db.patiently(transaction, seconds=_PATIENCE)

    def end(self, batch: Batch, outcome: outcomes.BatchOutcome, *, unsettled_units: int = 0) -> None:
        """Write down how a batch ended, with the units that settled nothing. Raises LostLeaseError."""

        def transaction(tx: Connection) -> None:
            self._end(tx, batch, outcome, unsettled_units)
            if unsettled_units:
                batch_store.count_unsettled(tx, batch, unsettled_units)

        self._db.patiently(transaction, seconds=_PATIENCE)
        if isinstance(outcome, outcomes.Failed):
            self.fail(batch.job_id, outcome.error)
        else:
            self.show(batch.job_id)

    def _end(self, tx: Connection, batch: Batch, outcome: outcomes.BatchOutcome, units: int) -> None:
        if units:
            batch_store.spend_only(tx, batch, units)
        match outcome:
            case outcomes.Done():
                written = batch_store.finish_batch(tx, batch, self._clock.sql_now())
            case outcomes.RetryLater(seconds, why, counts):
                written = self._release(tx, batch, why, refund=not counts, seconds=seconds)
            case outcomes.Crashed(why):
                written = self._release(tx, batch, why, refund=False, seconds=_AFTER_CRASH, crashed=True)
            case outcomes.WaitForQuota(why, resume_at, check_at):
                written = self._release(
                    tx, batch, why, refund=True, not_before=resume_at or check_at, waits_for_quota=True
                )
            case outcomes.Stopped():
                written = self._release(tx, batch, None, refund=True)
            case outcomes.Halted(why, only_as_last):
                halted = self._halt(tx, batch, why, only_as_last=only_as_last)
                seconds = 0 if halted else _WHILE_OTHERS_SPEND
                written = self._release(tx, batch, why, refund=True, seconds=seconds)
            case outcomes.Failed(error):
                written = self._release(tx, batch, error, refund=False)
        if not written:
            raise LostLeaseError

    def _halt(self, tx: Connection, batch: Batch, why: str, *, only_as_last: bool) -> bool:
        batch_store.show_fence(tx, batch)  # batches before their job, like every other transaction
        job, now = store.read_job(tx, batch.job_id, lock=True), self._clock.sql_now()
        # Under the lock of the job: of the last two batches, which end at once, the second sees that the first has.
        if only_as_last and batch_store.progress_of_batches(tx, batch.job_id, now)[0] > 1:
            return False
        if job is not None and job.stop_request != "cancel":  # a granted wish to cancel is stronger
            store.move(tx, batch.job_id, "halt", why=why, now=now)
        return True

    def _release(self, tx: Connection, batch: Batch, why: str | None, **how: object) -> bool:
        return batch_store.release_batch(tx, batch, why=why, now=self._clock.sql_now(), **how)  # type: ignore[arg-type]


def save_cut(tx: Connection, job: Job, cut: Cut) -> None:
    """Insert the batches of a cut, and note where the next begins."""
    for batch in cut.batches:
        batch_store.add_batch(tx, job.id, lane_of(job.job_type), batch)
    entered = sum(batch.total_items for batch in cut.batches)
    store.save_cut(tx, job.id, cut.cursor, last=cut.last, entered=entered, expected_items=cut.expected_items)


def replace_by_halves(
    tx: Connection, row: Mapping[str, Any], halves: Sequence[NewBatch], why: str, now: datetime | None
) -> None:
    """End a batch with what it had settled; two new ones carry the rest, and the job's total stays what it was."""
    batch_store.replace_batch(tx, row["id"], why, now)
    for half in halves:
        batch_store.add_batch(tx, row["job_id"], lane_of(row["job_type"]), half)


def counters(job: Job) -> dict[str, object]:
    """What live progress shows of a job."""
    return {
        "status": job.status.value,
        "total_items": job.total_items,
        "expected_items": job.expected_items,
        "processed_items": job.processed_items,
        "outcomes": job.outcomes,
        "units_used": job.units_used,
        "updated_at": job.updated_at.isoformat(),
    }
