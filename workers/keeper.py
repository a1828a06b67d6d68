"""The keeper: frees what dead workers held, wakes what waited, and knocks again for work whose message was lost.

It runs in the main process of every worker, and once a minute by beat: whatever can be stuck, something else looks after it.
Each round does a bounded number of short transactions; two keepers at once do no harm, they find nothing left to do.
"""

import threading
import time
from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.jobs import store
from app.jobs.machine import replace_by_halves
from app.jobs.types import queue_of
from app.logs import logger
from app.wiring import Wiring
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
        while not self._closed.wait(self._wiring.settings.keeper_seconds):
            began = time.monotonic()
            try:
                tick(self._wiring, self._worker, "worker")
                keep(self._wiring)
            except DBAPIError as error:
                _log.warning("keeper_waits", error=type(error.orig).__name__)
            except Exception:
                # A keeper that dies silently would leave every lost message lost.
                _log.exception("keeper_failed")
            _log.debug("kept", seconds=round(time.monotonic() - began, 3))


def keep(wiring: Wiring) -> None:
    """One round over everything that may have got stuck."""
    _free_leases(wiring)
    _end_worn_out(wiring)
    _move_jobs(wiring)
    _knock_again(wiring)
    _compare_counters(wiring)


def tick(wiring: Wiring, worker: str, role: str) -> None:
    """Say that this worker or beat lives, and see to it that the coming months have a place for their snapshots."""
    with wiring.db.begin() as tx:
        store.tick(tx, worker, role)
        tx.execute(text("select prepare_snapshot_months(coalesce(:now, now()))"), {"now": wiring.clock.sql_now()})


def _free_leases(wiring: Wiring) -> None:
    with wiring.db.begin() as tx:
        freed = store.free_expired(tx)
    if freed:
        _log.warning("leases_freed", batches=freed)


def _end_worn_out(wiring: Wiring) -> None:
    """A batch that was lost or failed too often is cut in two, until the item that kills its worker is alone and fails."""
    with wiring.db.begin() as tx:
        for row in store.list_worn_out(tx, wiring.settings.batch_attempts):
            kind = kinds()[row["job_type"]]
            why = f"given up after {wiring.settings.batch_attempts} attempts: {row['why']}"
            halves = kind.halves(row["spec"], row["settled"])
            if halves:
                replace_by_halves(tx, row, halves, why, wiring.clock.sql_now())
            else:
                store.fail_rest(tx, row, kind.give_up(row["spec"], row["settled"], why), wiring.clock.sql_now())
            _log.error("batch_worn_out", batch=row["id"], why=row["why"], halves=len(halves))


def _move_jobs(wiring: Wiring) -> None:
    """Wake what waits for quota that there is, and let every active job take its next step."""
    with wiring.db.begin() as tx:
        active = store.list_active_jobs(tx)
    for job_id, job_type in active:
        kind = kinds().get(job_type)
        if kind is None:
            _log.error("unknown_job_type", job=str(job_id), job_type=job_type)
            continue
        if kind.bucket is not None:
            wiring.machine.wake(job_id, quota_left=wiring.keys.outlook(kind.bucket).units_left > 0)
        wiring.machine.advance(job_id, kind.cut)


def _knock_again(wiring: Wiring) -> None:
    """Messages get lost (Redis restarted or flushed, a worker killed between two commands); the work is still there."""
    with wiring.db.begin() as tx:
        due = store.list_due(tx, patience=_PATIENCE, long_patience=_LONG_PATIENCE, now=wiring.clock.sql_now())
    waiting: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for batch_id, job_type, unheard, lost in due:
        if unheard or lost:
            waiting[queue_of(job_type)].append((batch_id, lost))
    for queue, batches in waiting.items():
        # Where messages wait in the queue, workers are only busy: a second message for each would help nobody.
        quiet = wiring.doorbell.is_quiet(queue)
        again = [batch_id for batch_id, lost in batches if lost or quiet]
        with wiring.db.begin() as tx:
            store.mark_knocked(tx, again)
        for batch_id in again:
            wiring.doorbell.batch(batch_id, queue)


def _compare_counters(wiring: Wiring) -> None:
    with wiring.db.begin() as tx:
        for row in store.list_uneven(tx):
            _log.error("counters_differ", **{name: str(value) for name, value in row.items()})
