"""Firing: each time of a schedule makes one job, however many processes look and whenever one of them dies.

A time is decided in one transaction that holds the schedule's row. The job is asked for meanwhile, in a transaction of
its own, under an idempotency key made of the schedule and the time. Whoever dies between the two leaves the job behind
and the time undecided: the next one finds the job by its key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.clock import Clock
from app.db import Database, is_outage
from app.errors import TributaryError
from app.jobs import store as jobs
from app.jobs.states import ENDED
from app.logs import logger, redact
from app.schedules import store
from app.schedules.askers import Askers, asker_of
from app.schedules.model import Fire, FireOutcome, Schedule

_log = logger(__name__)


def fire_due(db: Database, clock: Clock, askers: Callable[[], Askers]) -> None:
    """Decide every time that has come. Raises only when the database is away."""
    now = clock.sql_now()
    with db.begin() as tx:
        due = store.list_due(tx, now)
    for schedule_id in due:
        try:
            with db.begin() as tx:
                schedule = store.lock_due(tx, schedule_id, now)
                if schedule is not None:
                    _decide(tx, schedule, askers, store.read_now(tx, now))
        except Exception as error:
            if isinstance(error, DBAPIError) and is_outage(error):
                raise
            # One schedule that cannot be fired must not keep the others from it.
            _log.exception("schedule_not_fired", schedule=str(schedule_id))


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: FireOutcome
    job_id: UUID | None = None
    why: str | None = None


def _decide(tx: Connection, schedule: Schedule, askers: Callable[[], Askers], now: datetime) -> None:
    """Of all times that have passed the last one counts, if it is inside the grace; the others are missed."""
    assert schedule.next_fire_at is not None  # noqa: S101 - else it would not be due
    passed = schedule.plan.rhythm.due(schedule.next_fire_at, now)
    fire_at = passed[-1]
    if store.claim_fire(tx, schedule.id, fire_at, now):
        verdict = _verdict(tx, schedule, askers, fire_at, now)
        missed = len(passed) - (verdict.outcome is not FireOutcome.MISSED)
        fire = Fire(fire_at, verdict.outcome, verdict.job_id, missed, verdict.why, now)
        store.settle_fire(tx, schedule.id, fire)
        _log.info("schedule_fired", schedule=schedule.name, outcome=fire.outcome, missed=missed, why=fire.why)
    store.set_next(tx, schedule.id, next(schedule.plan.rhythm.after(now)))


def _verdict(
    tx: Connection, schedule: Schedule, askers: Callable[[], Askers], fire_at: datetime, now: datetime
) -> _Verdict:
    key = f"schedule:{schedule.id}:{fire_at:%Y-%m-%dT%H:%M:%SZ}"
    made = jobs.job_of_idempotency_key(tx, key)
    if made is not None:
        return _Verdict(FireOutcome.FIRED, made)
    if now - fire_at > timedelta(seconds=schedule.plan.grace_seconds):
        grace = f"more than the grace of {schedule.plan.grace_seconds} s later"
        return _Verdict(FireOutcome.MISSED, why=f"nobody looked until {now:%Y-%m-%d %H:%M} UTC, {grace}")
    if (holds := _unended(tx, schedule)) is not None:
        return _Verdict(FireOutcome.SKIPPED, why=holds)
    return _ask(schedule, askers, key)


def _unended(tx: Connection, schedule: Schedule) -> str | None:
    """Why the time before is not over: two runs at once would do the same work, and pile up while quota is short."""
    job = jobs.read_job(tx, schedule.last_job_id) if schedule.last_job_id else None
    if job is None or job.status in ENDED:
        return None
    return f"job {job.id} of the time before has not ended, it is {job.status}"


def _ask(schedule: Schedule, askers: Callable[[], Askers], key: str) -> _Verdict:
    try:
        asker = asker_of(askers(), schedule.plan.job_type)
        job = asker.ask(schedule.plan.params, idempotency_key=key, requested_by=schedule.requester)
    except TributaryError as error:
        return _Verdict(FireOutcome.REFUSED, why=redact(f"{error}; {error.hint}" if error.hint else str(error)))
    except DBAPIError:
        raise  # nothing is decided, and the next look tries again
    except Exception as error:  # noqa: BLE001 - whatever it is, every five seconds it would be the same
        _log.exception("schedule_not_asked", schedule=schedule.name)
        return _Verdict(FireOutcome.REFUSED, why=f"{type(error).__name__}: the worker's log has more")
    return _Verdict(FireOutcome.FIRED, job.id)
