"""What people do with schedules: make them, change them, look at them, run one now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.clock import Clock
from app.db import Database
from app.errors import ConflictError, NotFoundError
from app.jobs.model import Job
from app.schedules import store
from app.schedules.askers import Askers, asker_of
from app.schedules.firing import fire_due
from app.schedules.model import Fire, Plan, Schedule

_UPCOMING = 5


class UnknownScheduleError(NotFoundError):
    """There is no schedule with this name."""

    hint = "GET /api/schedules lists them"


class ScheduleExistsError(ConflictError):
    """There is a schedule with this name."""

    hint = "PATCH changes it, DELETE removes it; or choose another name"


class Schedules:
    """Schedules as people see them, and the one call that fires them.

    `askers` is called when there is something to ask for: keepers look often, and need the client of YouTube seldom.
    """

    def __init__(self, db: Database, clock: Clock, askers: Callable[[], Askers]) -> None:
        self._db = db
        self._clock = clock
        self._askers = askers

    def fire_due(self) -> None:
        """Ask for the jobs whose time has come. Any number of processes may call this at once, and often."""
        fire_due(self._db, self._clock, self._askers)

    def add(self, name: str, plan: Plan) -> Schedule:
        """Make a schedule. Raises BadInputError naming the field that is wrong, and ScheduleExistsError."""
        checked = self._checked(plan)
        with self._db.begin() as tx:
            now = self._now(tx)
            if not store.add(tx, name, checked, _first(checked, now), now):
                raise ScheduleExistsError(f"there is a schedule {name!r} already")
            return self._read(tx, name)

    def preview(self, plan: Plan) -> list[datetime]:
        """The next five times of a plan, which is checked and not kept."""
        checked = self._checked(plan)
        with self._db.begin() as tx:
            return list(islice(checked.rhythm.after(self._now(tx)), _UPCOMING))

    def change(self, name: str, **changes: Any) -> Schedule:
        """Change fields of the plan. Times that pass while a schedule is disabled are not made up for."""
        if "cron" in changes or "every_seconds" in changes:
            changes = {"cron": None, "every_seconds": None, **changes}
        with self._db.begin() as tx:
            before = self._read(tx, name, lock=True)
            plan = self._checked(replace(before.plan, **changes))
            now = self._now(tx)
            same_times = (plan.rhythm, plan.enabled) == (before.plan.rhythm, before.plan.enabled)
            store.change(tx, before.id, plan, before.next_fire_at if same_times else _first(plan, now), now)
            return self._read(tx, name)

    def delete(self, name: str) -> Schedule:
        """Remove a schedule; what it was. Its jobs stay."""
        with self._db.begin() as tx:
            schedule = self._read(tx, name, lock=True)
            store.delete(tx, schedule.id)
        return schedule

    def run(self, name: str, idempotency_key: str | None) -> Job:
        """Ask for the job now, whatever the time. Raises what its POST route would answer."""
        schedule = self.read(name)
        asker = asker_of(self._askers(), schedule.plan.job_type)
        job = asker.ask(schedule.plan.params, idempotency_key=idempotency_key, requested_by=schedule.requester)
        with self._db.begin() as tx:
            still = store.read(tx, name, lock=True)
            if still is not None and still.id == schedule.id:
                store.add_run(tx, schedule.id, job.id, self._now(tx))
        return job

    def read(self, name: str) -> Schedule:
        """A schedule. Raises UnknownScheduleError."""
        with self._db.begin() as tx:
            return self._read(tx, name)

    def listed(self, *, after: str | None, limit: int) -> list[Schedule]:
        """Schedules by name."""
        with self._db.begin() as tx:
            return store.list_schedules(tx, after, limit)

    def fires(self, schedule: Schedule, limit: int) -> list[Fire]:
        """What became of its last times, the newest first."""
        with self._db.begin() as tx:
            return store.list_fires(tx, schedule.id, limit)

    def _checked(self, plan: Plan) -> Plan:
        params = asker_of(self._askers(), plan.job_type).checked(plan.params)
        plan.rhythm.check()
        return replace(plan, params=params)

    def _now(self, tx: Connection) -> datetime:
        return store.read_now(tx, self._clock.sql_now())

    def _read(self, tx: Connection, name: str, *, lock: bool = False) -> Schedule:
        schedule = store.read(tx, name, lock=lock)
        if schedule is None:
            raise UnknownScheduleError(f"there is no schedule {name!r}")
        return schedule


def upcoming(schedule: Schedule) -> list[datetime]:
    """The next five times; none while it is disabled."""
    if schedule.next_fire_at is None:
        return []
    later = schedule.plan.rhythm.after(schedule.next_fire_at)
    return [schedule.next_fire_at, *islice(later, _UPCOMING - 1)]


def _first(plan: Plan, now: datetime) -> datetime | None:
    return next(plan.rhythm.after(now)) if plan.enabled else None
