"""The keeper: frees what dead workers held, wakes what waited, and knocks again for work whose message was lost.

It runs in the main process of every worker, and once a minute by beat: whatever can be stuck, something else looks
after it.
Each round does a bounded number of short transactions; two keepers at once do no harm, they find nothing left to do.
"""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError

from app.catalog import store as channels
from app.config import environment_keys
from app.jobs import batch_store
from app.jobs import store as jobs
from app.jobs.machine import replace_by_halves
from app.jobs.types import queue_of
from app.logs import lines_of, logger, redact
from app.metrics import store as counted
from app.metrics.events import RESCUE, ROUND, WORN_OUT
from app.metrics.tallies import Tally
from app.wiring import Wiring
from workers.contract import JobKind
from workers.cutting import cutter
from workers.registry import kinds

# A message that was sent this long ago, into a queue that is empty now, was lost on its way.
_PATIENCE = 5.0
# And even into a queue that is not empty.
_LONG_PATIENCE = 300.0
_log = logger(__name__)


class Keeper:
    """Looks after all jobs, again and again, until it is stopped."""

    def __init__(self, wiring: Wiring, worker: str) -> None:
        self._wiring = wiring
        self._worker = worker
        self._knows_keys = False
        self._leases_count_from = 0.0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that is under way, and end."""
        self._closed.set()
        self._thread.join(timeout=5)

    def _keep(self) -> None:
        pause = 0.0
        while not self._closed.wait(pause):
            pause = self._wiring.settings.keeper_seconds
            try:
                self._round()
            except DBAPIError as error:
                _log.warning("keeper_waits", error=type(error.orig).__name__)
                # While the database was away nobody could renew a lease: those who live go first.
                self._leases_count_from = time.monotonic() + self._wiring.settings.lease_seconds
            except Exception:  # noqa: BLE001 - a keeper that dies silently would leave every lost message lost
                _log.exception("keeper_failed")

    def _round(self) -> None:
        if not self._knows_keys:
            # Here and not at the start: the database may come up after the worker.
            self._wiring.keys.adopt_environment(environment_keys())
            self._knows_keys = True
        tick(self._wiring, self._worker, "worker")
        keep(self._wiring, leases_count=time.monotonic() >= self._leases_count_from)


def keep(wiring: Wiring, *, leases_count: bool = True) -> None:
    """One round over everything that may have got stuck; without `leases_count`, silence is forgiven."""
    if leases_count:
        _free_leases(wiring)
    _end_worn_out(wiring)
    wiring.schedules.fire_due()
    wiring.push.keep()
    _move_jobs(wiring)
    _knock_again(wiring)


def tick(wiring: Wiring, worker: str, role: str) -> None:
    """Say that this worker or beat lives, and see to it that the coming weeks have a place for their snapshots."""
    with wiring.db.begin() as tx:
        jobs.tick(tx, worker, role)
        channels.prepare_snapshot_weeks(tx, wiring.clock.sql_now())
        counted.add_count(tx, ROUND)


def compare_counters(wiring: Wiring) -> None:
    """Say so where a job's counters are not the sum of its batches'. Reads many rows: not for each round."""
    with wiring.db.begin() as tx:
        for row in jobs.list_uneven(tx):
            _log.error("counters_differ", **{name: str(value) for name, value in row.items()})


def _free_leases(wiring: Wiring) -> None:
    with wiring.db.begin() as tx:
        freed = batch_store.free_expired(tx)
        counted.add_counts(tx, {(RESCUE, (kind,)): Tally(count) for kind, count in Counter(freed.values()).items()})
    if freed:
        _log.warning("leases_freed", batches=sorted(freed))


def _end_worn_out(wiring: Wiring) -> None:
    """Cut a batch that was lost too often in two, until the item that kills its worker is alone and fails."""
    attempts = wiring.settings.batch_attempts
    with wiring.db.begin() as tx:
        worn_out = batch_store.list_worn_out(tx, attempts)
    for row in worn_out:
        try:
            with wiring.db.begin() as tx:
                known = all(
                    _replaced(wiring, tx, locked) for locked in batch_store.list_worn_out(tx, attempts, row["id"])
                )
            if not known:
                wiring.machine.fail(row["job_id"], _given_up(wiring, row))
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - one batch that nobody can read must not keep all others from being looked after
            _log.exception("batch_not_ended", batch=row["id"], job=str(row["job_id"]))
            wiring.machine.fail(row["job_id"], f"{_given_up(wiring, row)}; {type(error).__name__}: {error}")


def _replaced(wiring: Wiring, tx: Connection, row: Mapping[str, Any]) -> bool:
    """Give what is left of a batch to two others, or an outcome; False when nobody knows what is left (of a file)."""
    kind = kinds().get(row["job_type"])
    if kind is None:
        return True  # a plug-in that is gone: the batch waits for it, as its job does
    why, now = _given_up(wiring, row), wiring.clock.sql_now()
    _log.error("batch_worn_out", batch=row["id"], job=str(row["job_id"]), why=row["why"])
    # Only what breaks its worker is searched for in halves; where YouTube fails, halves would double the calls.
    if row["lost"] and (halves := kind.halves(row["spec"], row["settled"])):
        replace_by_halves(tx, row, halves, why, now)
    elif (remarks := kind.give_up(row["spec"], row["settled"], why)) is not None:
        batch_store.fail_rest(tx, row, remarks, now)
    else:
        return False
    counted.add_count(tx, WORN_OUT, row["job_type"])
    return True


def _given_up(wiring: Wiring, row: Mapping[str, Any]) -> str:
    return f"given up after {wiring.settings.batch_attempts} attempts: {row['why']}"


def _move_jobs(wiring: Wiring) -> None:
    """Wake what waits for quota that there is, and let every active job take its next step."""
    with wiring.db.begin() as tx:
        active = jobs.list_active_jobs(tx)
    for job_id, job_type in active:
        kind = kinds().get(job_type)
        if kind is None:
            _log.error("unknown_job_type", job=str(job_id), job_type=job_type)
            continue
        with lines_of(job=job_id, kind=job_type):
            try:
                _move_job(wiring, job_id, kind)
            except DataError as error:  # what it was asked with cannot be computed, and no later round changes that
                _log.exception("job_not_moved")
                wiring.machine.fail(job_id, redact(f"it cannot be cut: {error.orig}"))
            except Exception:  # noqa: BLE001 - one job that cannot go on must not keep all later ones from being looked after
                _log.exception("job_not_moved")


def _move_job(wiring: Wiring, job_id: UUID, kind: JobKind) -> None:
    if kind.bucket is not None:
        wiring.machine.wake(job_id, quota_left=wiring.keys.outlook(kind.bucket).units_left > 0)
    wiring.machine.advance(job_id, cutter(kind))


def _knock_again(wiring: Wiring) -> None:
    """Messages get lost (Redis restarted or flushed, a worker killed between two commands); the work is still there."""
    with wiring.db.begin() as tx:
        due = batch_store.list_due(tx, patience=_PATIENCE, long_patience=_LONG_PATIENCE, now=wiring.clock.sql_now())
    waiting: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for batch_id, job_type, unheard, lost in due:
        if unheard:
            waiting[queue_of(job_type)].append((batch_id, lost))
    for queue, batches in waiting.items():
        # Where messages wait in the queue, workers are only busy: a second message for each would help nobody.
        quiet = wiring.doorbell.is_quiet(queue)
        again = [batch_id for batch_id, lost in batches if lost or quiet]
        with wiring.db.begin() as tx:
            batch_store.mark_knocked(tx, again)
        for batch_id in again:
            wiring.doorbell.batch(batch_id, queue)
