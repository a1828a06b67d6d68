"""What the operations on jobs answer, and whatever else is answered with a job."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.answers import Answer, Responses, answers, file_of, like, page_of
from app.errors import TributaryError
from app.jobs.budgets import BudgetSpentError
from app.jobs.model import Event, Job, Remark
from app.jobs.moving import IllegalMoveError, ReusedKeyError
from app.jobs.reasons import Group
from app.jobs.service import UnknownJobError
from app.jobs.states import Outcome
from app.jobs.stream import TooManyStreamsError
from app.paging import ForeignCursorError
from app.problem_types import ProblemType


class QuotaOfBucket(Answer):
    """What there is today in a bucket, over all projects."""

    left_today: int
    daily_limit: int
    renewed_at: datetime


class SkippedItems(Answer):
    """Items that a job would leave out, and why."""

    reason: str
    count: int
    exact: bool
    """False: it is estimated."""


class UnitsOfDay(Answer):
    """What is spent on one day of the quota."""

    day: date
    units: int


class Forecast(Answer):
    """What a job takes, as docs/jobs.md explains it."""

    items: int
    confirmations: int = 0
    """Of a discovery: channels to be confirmed beside its expansions."""
    calls: int
    calls_by_method: dict[str, int]
    calls_at_least: int | None
    calls_at_most: int | None
    items_without_calls: int
    units: dict[str, int]
    """By bucket."""
    accuracy: Literal["exact", "at least", "about"]
    skipped: list[SkippedItems]
    quota: dict[str, QuotaOfBucket]
    days: int | None
    units_by_day: list[UnitsOfDay]
    finish_at: datetime | None
    limited_by: str | None
    why: str | None
    """Why there is no end in sight, or a late one."""
    items_per_second: float
    assumption: str


class ForecastOnly(Answer):
    """What the job would take that was not asked for."""

    dry_run: Literal[True]
    forecast: Forecast | None
    """None of a job that makes no calls."""


class Eta(Answer):
    """When a job is finished as things stand, and what it waits for."""

    finish_at: datetime | None
    waits_for: str


@like(Job, without={"cursor", "all_cut", "forecast"})
class ShownJob(Answer):
    """A job: its counters, what it waits for, and what can be done with it."""

    job_id: UUID
    params: dict[str, Any]
    """What it was asked for."""
    outcomes: dict[Outcome, int]
    """How many items have left with each outcome."""
    expected_items: int
    """How many items it will have, as far as can be foreseen."""
    progress: float = Field(ge=0, le=100)
    progress_percentage: float = Field(ge=0, le=100)
    items_per_second: float | None
    eta_seconds: int | None
    forecast: dict[str, Any] | None
    """What was foreseen when it was asked for."""
    moves: list[str]
    """What can be asked of it now."""
    links: dict[str, str]


class WatchedJob(ShownJob):
    """A job with its live counters."""

    eta: Eta | None
    """None of a job that has ended."""


class AcceptedJob(ShownJob):
    """A job that was asked for, or asked to move."""

    message: str
    estimated_batches: int | None


@like(Event)
class JobEvent(Answer):
    """One move of a job."""


class JobEvents(Answer):
    """Every move of a job, in their order."""

    events: list[JobEvent]


@like(Remark)
class JobItem(Answer):
    """An item that was not simply fetched, and why."""


class Sample(Answer):
    """An item of a group."""

    item: str
    line: int | None


@like(Group, without={"example"})
class ErrorGroup(Answer):
    """Items that were not fetched for one reason."""

    samples: list[Sample]
    next_step: str


class JobErrors(Answer):
    """Why items were not fetched."""

    errors: list[ErrorGroup]
    total: int
    examined: int
    how: str
    """What the counts are of."""


class MovesForeseen(Answer):
    """How many jobs a move would be about."""

    move: str
    matched: int
    dry_run: Literal[True]


_EVENT_STREAM = file_of(
    "events `job` (the whole state), `progress` (counters), `moved` and `ended` (the whole state)", "text/event-stream"
)


def moved(*errors: type[TributaryError] | ProblemType) -> Responses:
    """The answers of a move: 202 and the job."""
    return answers({202: AcceptedJob}, *errors)


def asked(*errors: type[TributaryError] | ProblemType, foreseen: bool = False) -> Responses:
    """The answers of what asks for a job: 202 and the job, or with `dry_run` only its forecast."""
    told: dict[int, Any] = {200: ForecastOnly} if foreseen else {}
    return answers({**told, 202: AcceptedJob}, ReusedKeyError, *errors)


LISTED = answers(page_of("jobs", ShownJob), ForeignCursorError)
READ = answers(WatchedJob, UnknownJobError)
STREAMED = answers({200: _EVENT_STREAM}, UnknownJobError, TooManyStreamsError)
EVENTS = answers(JobEvents, UnknownJobError)
ITEMS = answers(page_of("items", JobItem), UnknownJobError, ForeignCursorError)
ERRORS = answers(JobErrors, UnknownJobError)
STOPPED = moved(UnknownJobError, IllegalMoveError)
RESUMED = moved(UnknownJobError, IllegalMoveError, BudgetSpentError)
RETRIED = asked(UnknownJobError, IllegalMoveError, BudgetSpentError, foreseen=True)
MOVED = answers({200: MovesForeseen, 202: AcceptedJob}, ReusedKeyError)
