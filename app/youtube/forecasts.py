"""What a job will take, before it is asked for and while it runs: calls, units, days, and when it is finished."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from app.clock import Clock
from app.config import Settings
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Status
from app.jobs.types import METADATA
from app.keys.forecast import Course, course_of
from app.keys.model import Outlook
from app.keys.service import Keys
from app.youtube.costs import METHODS

# Nobody reads more of them; `days` says how many there are.
_SHOWN_DAYS = 31
Pace = tuple[float, str]
"""Items a second, and how we know."""


@dataclass(frozen=True, slots=True)
class Spending:
    """How a type of job spends: on calls of one method, and what its items are called."""

    method: str
    items: str

    @property
    def bucket(self) -> str:
        """The bucket that its calls are paid from."""
        return METHODS[self.method].bucket

    @property
    def items_per_call(self) -> int:
        """How many items one call carries."""
        return METHODS[self.method].max_ids or 1

    def price(self, items: int) -> tuple[int, int]:
        """The calls for so many items when each is full and answered at once, and the units they cost."""
        calls = ceil(items / self.items_per_call)
        return calls, calls * METHODS[self.method].units


SPENDINGS: Mapping[str, Spending] = {METADATA.name: Spending("channels.list", "channels")}
"""The types of jobs that spend quota; those that are missing make no calls."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Items that a job would leave out, and why; not `exact` where they are estimated."""

    reason: str
    count: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Workload:
    """What a job would be about.

    `accuracy` is how its items are to be read (exact, at least, about); `gaps` is whether other jobs hold some between
    them: the calls beside a gap are not full.
    """

    job_type: str
    items: int
    accuracy: str
    gaps: bool
    skipped: Sequence[Skipped]


class Forecasts:
    """What jobs take, told from the ledger, the pace of earlier work, and what is left."""

    def __init__(self, jobs: Jobs, keys: Keys, clock: Clock, settings: Settings) -> None:
        self._jobs = jobs
        self._keys = keys
        self._clock = clock
        self._delay = settings.api_rate_limit_delay
        self._threads = settings.calls_in_flight

    def forecast(self, work: Workload) -> dict[str, Any]:
        """What a job would take if it were asked for now, as JSON; docs/jobs.md explains the fields."""
        spending = SPENDINGS[work.job_type]
        calls, units = spending.price(work.items)
        outlook = self._keys.outlook(spending.bucket)
        others = self._jobs.count_unfinished(list(SPENDINGS))
        pace, known = self._usual_pace(work.job_type, outlook)
        speed = f"at today's quota and {pace:,.0f} {spending.items} per second ({known})"
        return {
            "items": work.items,
            "calls": calls,
            "units": {spending.bucket: units},
            "accuracy": _accuracy(work, others),
            "skipped": [asdict(one) for one in work.skipped if one.count > 0],
            "quota": {spending.bucket: _quota(outlook)},
            **_shown(self._course(spending, outlook, units, pace)),
            "items_per_second": round(pace, 1),
            "assumption": f"{speed}, {_as_if(others)}",
        }

    def eta(self, job: Job) -> dict[str, Any] | None:
        """When a job will be finished as things stand, and what it waits for; None of a job that has ended."""
        if job.status in ENDED:
            return None
        if rests := _why_it_rests(job):
            return {"finish_at": None, "waits_for": rests}
        spending = SPENDINGS.get(job.job_type)
        finish_at, waits_for = self._at_this_pace(job) if spending is None else self._inside_quota(job, spending)
        if job.status is Status.PENDING:
            waits_for = f"a worker must begin; {waits_for}"
        return {"finish_at": finish_at and finish_at.isoformat(timespec="seconds"), "waits_for": waits_for}

    def _at_this_pace(self, job: Job) -> tuple[datetime | None, str]:
        pace = self._jobs.items_per_second(job)
        finish_at = self._clock.now() + timedelta(seconds=job.left / pace) if pace else None
        return finish_at, f"{job.left:,} items are left"

    def _inside_quota(self, job: Job, spending: Spending) -> tuple[datetime | None, str]:
        outlook = self._keys.outlook(spending.bucket)
        pace = self._jobs.items_per_second(job) or self._usual_pace(job.job_type, outlook)[0]
        calls, units = spending.price(job.left)
        course = self._course(spending, outlook, units, pace)
        others = self._jobs.count_unfinished(list(SPENDINGS), but_for=job.id)
        told = f"{'' if job.all_cut else 'about '}{calls:,} calls are left; "
        told += course.why or _what_there_is(spending.bucket, units, outlook)
        shared = ", which other unfinished jobs spend too" if others and not course.why else ""
        return course.finish_at, told + shared

    def _course(self, spending: Spending, outlook: Outlook, units: int, pace: float) -> Course:
        return course_of(outlook, units, pace=pace / spending.items_per_call, now=self._clock.now())

    def _usual_pace(self, job_type: str, outlook: Outlook) -> Pace:
        if seen := self._jobs.usual_pace(job_type):
            return seen, "the pace of the last such job"
        # One worker, each of whose threads makes a call a second, unless the keys are paced more slowly.
        calls, known = float(self._threads), "a guess until such a job has been done"
        if self._delay and max(outlook.keys, 1) / self._delay < calls:
            calls, known = max(outlook.keys, 1) / self._delay, "as API_RATE_LIMIT_DELAY allows"
        return calls * SPENDINGS[job_type].items_per_call, known


def _accuracy(work: Workload, others: int) -> str:
    """How items, calls and units are to be read."""
    if others:
        return "about"
    return "at least" if work.gaps and work.accuracy == "exact" else work.accuracy


def _as_if(others: int) -> str:
    if others == 1:
        return "as if another unfinished job that spends the same quota did not"
    return (
        f"as if {others:,} unfinished jobs that spend the same quota did not" if others else "with nothing else running"
    )


def _quota(outlook: Outlook) -> dict[str, Any]:
    return {
        "left_today": outlook.units_left,
        "daily_limit": outlook.daily_limit,
        "renewed_at": outlook.resets_at.isoformat(timespec="seconds"),
    }


def _shown(course: Course) -> dict[str, Any]:
    return {
        "days": len(course.days) if course.finish_at else None,
        "units_by_day": [{"day": str(one.day), "units": one.units} for one in course.days[:_SHOWN_DAYS]],
        "finish_at": course.finish_at and course.finish_at.isoformat(timespec="seconds"),
        "limited_by": course.limited_by,
        "why": course.why,
    }


def _why_it_rests(job: Job) -> str | None:
    """What must happen before anybody can tell when a job is finished."""
    if job.status is Status.PAUSED:
        return "a person must resume it"
    if job.stop_request:
        return f"its running batches must end: it was asked to {job.stop_request}"
    if job.expected_items is None and not job.all_cut:
        return "a worker must find out how much there is to do"
    return None


def _what_there_is(bucket: str, units: int, outlook: Outlook) -> str:
    told = f"the {bucket!r} bucket has {outlook.units_left:,} units today"
    return told if units <= outlook.units_left else f"{told} and is renewed at {outlook.resets_at:%H:%M} UTC"
