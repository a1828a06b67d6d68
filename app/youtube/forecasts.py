"""What a job will take, before it is asked for and while it runs: calls, units, days, and when it is finished."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from app.clock import Clock
from app.config import Settings
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Status
from app.jobs.types import DISCOVERY, METADATA, NAMES, PLAYLISTS, REFRESH, REFRESH_STATISTICS, REFRESH_VIDEOS, VIDEOS
from app.keys.forecast import Course, course_of
from app.keys.model import Outlook
from app.keys.reset import Waiting
from app.keys.service import Keys
from app.words import count
from app.youtube.costs import MAX_IDS, METHODS

# Nobody reads more of them; `days` says how many there are.
_SHOWN_DAYS = 31
_GO_ON = (Status.PENDING, Status.RUNNING, Status.WAITING_FOR_QUOTA)
# Of each state; who has more asks how many calls the newest still need.
_MOST_JOBS = 1_000
_FORESEEN = timedelta(days=3_653)
Pace = tuple[float, str]
"""Calls a second, and how we know."""


@dataclass(frozen=True, slots=True)
class Spending:
    """How a type of job spends: calls of a method (or of several, each at the same price), and what its items are.

    `accuracy` is how its calls are to be read: those of `exact` ones follow from the number of items alone.
    """

    method: str
    items: str
    calls_per_item: Fraction
    accuracy: str = "exact"
    at_budget: str = "pauses"
    """What such a job does when its budget is spent."""

    @property
    def bucket(self) -> str:
        """The bucket that its calls are paid from."""
        return METHODS[self.method].bucket

    def calls(self, items: int) -> int:
        """The calls for so many items when each is full and answered at once."""
        return ceil(items * self.calls_per_item)

    def units(self, calls: int) -> int:
        """What so many calls cost."""
        return calls * METHODS[self.method].units


_PACKED = Fraction(1, MAX_IDS)
SPENDINGS: Mapping[str, Spending] = {
    METADATA.name: Spending("channels.list", "channels", _PACKED),
    # A list, and half a call for its newest 25 videos.
    VIDEOS.name: Spending("playlistItems.list", "channels", Fraction(3, 2), "about"),
    # Channels and lists take a call or more, videos a fiftieth of one: what is certain of an item is that.
    PLAYLISTS.name: Spending("playlistItems.list", "channels, playlists and videos", _PACKED, "at least"),
    NAMES.name: Spending("channels.list", "names", Fraction(1), "about"),
    REFRESH.name: Spending("channels.list", "channels", _PACKED),
    # An expansion takes a call or more, or none; a confirmation a fiftieth of one.
    DISCOVERY.name: Spending("channels.list", "expansions and confirmations", Fraction(1, 2), "about", "ends"),
    REFRESH_VIDEOS.name: Spending("videos.list", "videos", _PACKED),
    REFRESH_STATISTICS.name: Spending("videos.batchGetStats", "videos", _PACKED),
}
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
    them: the calls beside a gap are not full. `calls` are those of each method, where they do not follow from the
    number of items, and never less than `least`, nor more than `most`; None where nobody can know. `without_calls` of
    the items need none. `assuming` is what must be so for all that.
    """

    job_type: str
    items: int
    accuracy: str
    gaps: bool
    skipped: Sequence[Skipped]
    calls: Mapping[str, int] | None = None
    least: int | None = None
    most: int | None = None
    without_calls: int = 0
    assuming: str = ""


class Forecasts:
    """What jobs take, told from the ledger, the pace of earlier work, and what is left."""

    def __init__(self, jobs: Jobs, keys: Keys, clock: Clock, settings: Settings) -> None:
        self._jobs = jobs
        self._keys = keys
        self._clock = clock
        self._delay = settings.api_rate_limit_delay
        self._threads = settings.calls_in_flight

    def forecast(self, work: Workload, max_units: int | None = None) -> dict[str, Any]:
        """What a job would take that may spend `max_units`, as JSON; docs/jobs.md explains the fields."""
        return _within_budget(self._forecast(work), max_units, SPENDINGS[work.job_type])

    def _forecast(self, work: Workload) -> dict[str, Any]:
        spending = SPENDINGS[work.job_type]
        methods = work.calls if work.calls is not None else {spending.method: spending.calls(work.items)}
        calls = sum(methods.values())
        outlook = self._keys.outlook(spending.bucket)
        others = self._jobs.count_unfinished(list(SPENDINGS))
        pace, known = self._usual_pace(work.job_type, outlook)
        items_pace = pace * work.items / calls if work.calls and calls else pace / float(spending.calls_per_item)
        speed = f"{items_pace:,.0f} {spending.items}" if work.calls is None else f"{pace:,.0f} calls"
        accuracy = _accuracy(work, others)
        least, most = (calls, calls) if accuracy == "exact" else (None, None) if others else (work.least, work.most)
        said = [f"at today's quota and {speed} per second ({known})", work.assuming, _as_if(others)]
        return {
            "items": work.items,
            "calls": calls,
            "calls_by_method": {method: count for method, count in methods.items() if count},
            "calls_at_least": least,
            "calls_at_most": most,
            "items_without_calls": work.without_calls,
            "units": {spending.bucket: spending.units(calls)},
            "accuracy": accuracy,
            "skipped": [asdict(one) for one in work.skipped if one.count > 0],
            "quota": {spending.bucket: shown_quota(outlook)},
            **shown_course(self._course(outlook, spending.units(calls), pace)),
            "items_per_second": round(items_pace, 1),
            "assumption": ", ".join(filter(None, said)),
        }

    def of_retry(self, job: Job, max_units: int | None = None) -> dict[str, Any] | None:
        """What taking up what this job left would take; None of a job that makes no calls.

        `max_units` is the budget of the retry, else it has what its job has left of its own.
        """
        if job.job_type not in SPENDINGS or job.expected_of_retry is None:
            return None
        left = None if job.max_units is None else job.max_units - job.units_taken
        # What others have fetched meanwhile is left out, and calls that are half done are not full.
        work = Workload(job.job_type, job.expected_of_retry, "about", gaps=False, skipped=[])
        return self.forecast(work, left if max_units is None else max_units)

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

    def waiting(self) -> dict[str, Waiting]:
        """What the jobs that are to go on by themselves still need, by bucket; not more than their budgets have."""
        found: dict[str, list[int | None]] = {}
        for status in _GO_ON:
            for job in self._jobs.listed(status=status, before=None, limit=_MOST_JOBS):
                if job.job_type not in SPENDINGS:
                    continue
                spending = SPENDINGS[job.job_type]
                found.setdefault(spending.bucket, []).append(_units_left(job, spending))
        return {
            bucket: Waiting(len(needs), sum(filter(None, needs)), needs.count(None)) for bucket, needs in found.items()
        }

    def _at_this_pace(self, job: Job) -> tuple[datetime | None, str]:
        pace = self._jobs.items_per_second(job)
        told, seconds = f"{_are(job.left, 'item')} left", job.left / pace if pace else None
        if seconds is not None and seconds > _FORESEEN.total_seconds():  # the calendar may not reach that far
            return None, f"{told}; at this pace that takes more than ten years"
        return None if seconds is None else self._clock.now() + timedelta(seconds=seconds), told

    def _inside_quota(self, job: Job, spending: Spending) -> tuple[datetime | None, str]:
        outlook = self._keys.outlook(spending.bucket)
        calls = _calls_left(job, spending)
        units = spending.units(calls)
        pace = self._own_pace(job, spending) or self._usual_pace(job.job_type, outlook)[0]
        course = self._course(outlook, units, pace)
        others = self._jobs.count_unfinished(list(SPENDINGS), but_for=job.id)
        told = f"{_how_many(job, spending)}{_are(calls, 'call')} left; "
        if (short := _short_of_budget(job, units, spending)) is not None:
            return None, told + short
        told += course.why or _what_there_is(spending.bucket, units, outlook)
        shared = ", which other unfinished jobs spend too" if others and not course.why else ""
        return course.finish_at, told + shared

    def _course(self, outlook: Outlook, units: int, pace: float) -> Course:
        return course_of(outlook, units, pace=pace, now=self._clock.now())

    def _own_pace(self, job: Job, spending: Spending) -> float | None:
        if spending.accuracy != "exact":
            return self._jobs.units_per_second(job)
        items = self._jobs.items_per_second(job)
        return items and items * float(spending.calls_per_item)

    def _usual_pace(self, job_type: str, outlook: Outlook) -> Pace:
        spending = SPENDINGS[job_type]
        seen = self._jobs.usual_pace(job_type)
        pace = seen and (seen.items * float(spending.calls_per_item) if spending.accuracy == "exact" else seen.units)
        if pace:
            return pace, "the pace of the last such job"
        # One worker, each of whose threads makes a call a second, unless the keys are paced more slowly.
        calls, known = float(self._threads), "a guess until such a job has been done"
        if self._delay and max(outlook.keys, 1) / self._delay < calls:
            calls, known = max(outlook.keys, 1) / self._delay, "as API_RATE_LIMIT_DELAY allows"
        return calls, known


def _calls_left(job: Job, spending: Spending) -> int:
    """What the items that are left take, as they were foreseen; at least what is certain."""
    told = job.forecast
    if spending.accuracy == "exact" or not told or not told["items"]:
        return spending.calls(job.left)
    if spending.accuracy == "about":
        return ceil(job.left * Fraction(told["calls"], told["items"] + told.get("confirmations", 0)))
    return max(told["calls"] - job.units_used, spending.calls(job.left)) if job.left else 0


def _units_left(job: Job, spending: Spending) -> int | None:
    """What a job still needs, or has left of its budget; None where nobody knows how much there is to do."""
    if job.expected_items is None and not job.all_cut:
        return None
    units = spending.units(_calls_left(job, spending))
    return units if job.max_units is None else min(units, max(0, job.max_units - job.units_used))


def _how_many(job: Job, spending: Spending) -> str:
    if spending.accuracy == "exact":
        return "" if job.all_cut else "about "
    return f"{spending.accuracy} "


def _within_budget(forecast: dict[str, Any], max_units: int | None, spending: Spending) -> dict[str, Any]:
    """The forecast of a job that may spend so many units; one that needs more pauses, or ends, before it is through."""
    units = sum(forecast["units"].values())
    if max_units is None or units <= max_units:
        return forecast
    budget = f"the budget of {count(max_units, 'unit')}"
    why = f"{budget} does not last for {units:,}: the job {spending.at_budget} when it is spent"
    return {**forecast, "days": None, "finish_at": None, "limited_by": "budget", "why": why}


def _short_of_budget(job: Job, units: int, spending: Spending) -> str | None:
    """What keeps a job from its end that needs so many units more than it has used."""
    left = None if job.max_units is None else max(0, job.max_units - job.units_used)
    if left is None or units <= left:
        return None
    return f"its budget has {left:,} of the {units:,} units that they need: it {spending.at_budget} when that is spent"


def _accuracy(work: Workload, others: int) -> str:
    """How items, calls and units are to be read."""
    if others and work.accuracy != "at least":
        return "about"
    return "at least" if work.gaps and work.accuracy == "exact" else work.accuracy


def _as_if(others: int) -> str:
    if others == 1:
        return "as if another unfinished job that spends the same quota did not"
    return (
        f"as if {others:,} unfinished jobs that spend the same quota did not" if others else "with nothing else running"
    )


def shown_quota(outlook: Outlook) -> dict[str, Any]:
    """What there is today, as JSON."""
    return {
        "left_today": outlook.units_left,
        "daily_limit": outlook.daily_limit,
        "renewed_at": outlook.resets_at.isoformat(timespec="seconds"),
    }


def shown_course(course: Course) -> dict[str, Any]:
    """The days and the end, as JSON."""
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


def _are(number: int, things: str) -> str:
    return f"{count(number, things)} {'is' if number == 1 else 'are'}"


def _what_there_is(bucket: str, units: int, outlook: Outlook) -> str:
    told = f"the {bucket!r} bucket has {count(outlook.units_left, 'unit')} today"
    return told if units <= outlook.units_left else f"{told} and is renewed at {outlook.resets_at:%H:%M} UTC"
