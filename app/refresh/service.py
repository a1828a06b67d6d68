"""Asking for what is known already, because it may have changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from app.catalog.service import AT_A_GLANCE
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.jobs import sizes
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.types import REFRESH, REFRESH_STATISTICS, REFRESH_VIDEOS, JobType
from app.refresh import store
from app.refresh.model import Limits, What
from app.youtube.costs import BATCH_GET_STATS, DEFAULT, MAX_IDS
from app.youtube.forecasts import Forecasts, Workload

# Up to here what is due is counted: nobody waits for millions of rows.
_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that is refreshed: by which jobs, paid from which bucket."""

    what: What
    job_type: JobType
    bucket: str


SUBJECTS: Mapping[What, Subject] = {
    "channels": Subject("channels", REFRESH, DEFAULT),
    "videos": Subject("videos", REFRESH_VIDEOS, DEFAULT),
    "statistics": Subject("statistics", REFRESH_STATISTICS, BATCH_GET_STATS),
}
"""One job has one bucket: where that of the statistics is empty, channels go on."""


class Refresh:
    """Refreshing as people see it."""

    def __init__(self, db: Database, clock: Clock, jobs: Jobs, forecasts: Forecasts, settings: Settings) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._forecasts = forecasts
        self._settings = settings
        self._limits = Limits(
            timedelta(hours=settings.refresh_shortest_hours), timedelta(days=settings.refresh_longest_days)
        )

    def ask(
        self,
        what: What,
        batch_size: int | None,
        total_limit: int | None,
        max_age_hours: float | None,
        max_units: int | None = None,
        *,
        idempotency_key: str | None,
        requested_by: str | None,
    ) -> Job:
        """A job that asks again for what is due, the most urgent first, `total_limit` at most.

        What is older than `max_age_hours` is due, whatever its interval. It spends `max_units` at most, then it pauses.
        """
        subject = SUBJECTS[what]
        forecast = self.forecast(what, total_limit, max_age_hours, max_units)
        calls = ceil(sizes.batch_size(batch_size, forecast["items"], self._settings) / MAX_IDS)
        budget = {} if max_units is None else {"max_units": max_units}
        return self._jobs.ask(
            subject.job_type,
            {
                "batch_size": calls * MAX_IDS,
                "total_limit": total_limit,
                "max_age_hours": max_age_hours,
                "shortest_hours": self._limits.shortest / timedelta(hours=1),
                "longest_days": self._limits.longest / timedelta(days=1),
                **budget,
            },
            expected_items=forecast["items"],
            forecast=forecast,
            idempotency_key=idempotency_key,
            requested_by=requested_by,
        )

    def forecast(
        self, what: What, total_limit: int | None, max_age_hours: float | None, max_units: int | None = None
    ) -> dict[str, Any]:
        """What such a job would take, as JSON."""
        subject = SUBJECTS[what]
        due = self._due(what, max_age_hours)
        items = due if total_limit is None else min(due, total_limit)
        accuracy = "exact" if items < _COUNTED else "at least"
        work = Workload(subject.job_type.name, items, accuracy, gaps=False, skipped=[])
        return self._forecasts.forecast(work, max_units)

    def due(self) -> dict[What, int]:
        """How much of everything is due, counted up to ten thousand."""
        return {what: self._due(what, None, AT_A_GLANCE) for what in SUBJECTS}

    def _due(self, what: What, max_age_hours: float | None, most: int = _COUNTED) -> int:
        with self._db.begin() as tx:
            return store.count_due(
                tx,
                what,
                self._limits,
                max_age=max_age_of({"max_age_hours": max_age_hours}),
                most=most,
                now=self._clock.sql_now(),
            )


def limits_of(params: Mapping[str, Any]) -> Limits:
    """The limits that held when a job was asked for."""
    return Limits(timedelta(hours=params["shortest_hours"]), timedelta(days=params["longest_days"]))


def max_age_of(params: Mapping[str, Any]) -> timedelta | None:
    """The age from which a job counts everything as due, if it was asked for with one."""
    hours = params["max_age_hours"]
    return None if hours is None else timedelta(hours=hours)
