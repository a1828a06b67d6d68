"""How many Pacific days some units take, and when the last one is spent: arithmetic, without a look at anything."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import floor
from typing import Literal
from zoneinfo import ZoneInfo

from app.keys.model import NO_KEY, Outlook

_PACIFIC = ZoneInfo("America/Los_Angeles")
# Ten years. Beyond them nobody plans, and the calendar ends.
_MOST_DAYS = 3_653


@dataclass(frozen=True, slots=True)
class DayUse:
    """Units that are spent on one Pacific day."""

    day: date
    units: int


@dataclass(frozen=True, slots=True)
class Course:
    """How units are spent, day by day, from today to the day on which the last one is.

    `finish_at` is in UTC; without it, `why` says why there is no end, and what to do. `limited_by` is what an earlier
    end would need more of; None where nothing is to be spent.
    """

    days: tuple[DayUse, ...]
    finish_at: datetime | None
    limited_by: Literal["quota", "pace"] | None
    why: str | None = None


def course_of(outlook: Outlook, units: int, *, pace: float, now: datetime) -> Course:
    """The course of `units` over the projects whose keys may be used: their limits add up."""
    if units and not outlook.projects:
        return Course((), None, "quota", NO_KEY)
    return course(units, left_today=outlook.units_left, daily_limit=outlook.daily_limit, pace=pace, now=now)


def course(units: int, *, left_today: int, daily_limit: int, pace: float, now: datetime) -> Course:
    """Spend `units` at `pace` units a second from `now` on, never more on a Pacific day than it has."""
    if units == 0:
        return Course((), now.astimezone(UTC), None)
    if units > left_today and daily_limit <= 0:
        return Course((), None, "quota", "the limit is 0 units a day: raise YOUTUBE_QUOTA, or the limit of the project")
    days: list[DayUse] = []
    at, left, waited = now.astimezone(UTC), left_today, False
    while len(days) < _MOST_DAYS:
        day, ends = _pacific_day(at)
        seconds = (ends - at).total_seconds()
        if units <= left and units <= seconds * pace:
            days.append(DayUse(day, units))
            return Course(tuple(days), at + timedelta(seconds=units / pace), "quota" if waited else "pace")
        spent = min(left, floor(seconds * pace))
        days.append(DayUse(day, spent))
        waited = waited or left <= seconds * pace
        units, at, left = units - spent, ends, daily_limit
    return Course(
        (), None, "quota" if waited else "pace", "it would take more than ten years: see docs/quota.md for more"
    )


def _pacific_day(moment: datetime) -> tuple[date, datetime]:
    """The day in Los Angeles and the instant of its end, in UTC: 23 to 25 hours after its beginning."""
    day = moment.astimezone(_PACIFIC).date()
    return day, datetime.combine(day + timedelta(days=1), time(), _PACIFIC).astimezone(UTC)
