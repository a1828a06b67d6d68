"""What the operations on schedules answer."""

from datetime import datetime
from typing import Any

from app.answers import Answer, answers, like, page_of
from app.jobs.answers import asked
from app.paging import ForeignCursorError
from app.schedules.model import Fire, Plan, Schedule
from app.schedules.rhythm import BadRhythmError
from app.schedules.service import ScheduleExistsError, UnknownScheduleError


@like(Schedule, without={"id", "plan"})
@like(Plan)
class ShownSchedule(Answer):
    """A schedule: what it asks for, and when."""

    params: dict[str, Any]
    """The body of the POST that asks for such a job."""
    links: dict[str, str]


class ComingSchedule(ShownSchedule):
    """A schedule and its next times."""

    next_fires: list[datetime]


@like(Fire)
class ShownFire(Answer):
    """A time that a schedule had."""


class WholeSchedule(ComingSchedule):
    """A schedule, its next times, and what became of its last twenty."""

    fires: list[ShownFire]


class NextFires(Answer):
    """The next times of a schedule that was not made."""

    next_fires: list[datetime]


LISTED = answers(page_of("schedules", ShownSchedule), ForeignCursorError)
ADDED = answers({200: NextFires, 201: ComingSchedule}, BadRhythmError, ScheduleExistsError)
READ = answers(WholeSchedule, UnknownScheduleError)
CHANGED = answers(ComingSchedule, BadRhythmError, UnknownScheduleError)
DELETED = answers(ShownSchedule, UnknownScheduleError)
RUN = asked(UnknownScheduleError)
