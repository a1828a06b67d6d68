"""What will be left of a bucket when it is renewed, at the pace of the last hours: arithmetic, and words for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor

from app.keys.model import NO_KEY, Outlook, SpentLately
from app.words import count, duration

HOURS = 3
"""How far back the pace is looked at."""
# The first unit of an hour says nothing yet of how many there will be.
_LEAST_SECONDS = 600.0
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What active jobs still need of a bucket: of `unknown` of the `jobs` nobody can tell yet."""

    jobs: int = 0
    units: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class AtReset:
    """The forecast to the reset. `ends_at` is when nothing is left, where that is before it.

    `short` is what waiting jobs need beyond what is left today.
    """

    units_an_hour: float
    left_at_reset: int
    ends_at: datetime | None
    waiting_jobs: int
    waiting_units: int
    waiting_of_unknown_size: int
    short: int
    in_words: str


def at_reset(outlook: Outlook, lately: SpentLately, waiting: Waiting, now: datetime) -> AtReset:
    """What is left at the reset, or when it ends; and whether what waits fits into what is left now."""
    seconds = max(0.0, (outlook.resets_at - now).total_seconds())
    pace = _pace(lately, now)
    at_this_pace = floor(pace * seconds)
    ends = outlook.units_left > 0 and at_this_pace >= outlook.units_left
    ends_at = now + timedelta(seconds=outlook.units_left / pace) if ends else None
    short = max(0, waiting.units - outlook.units_left)
    said = [_course(outlook, pace, ends_at, max(0, outlook.units_left - at_this_pace), now), _waits(waiting, short)]
    return AtReset(
        units_an_hour=round(pace * _HOUR, 1),
        left_at_reset=max(0, outlook.units_left - at_this_pace),
        ends_at=ends_at,
        waiting_jobs=waiting.jobs,
        waiting_units=waiting.units,
        waiting_of_unknown_size=waiting.unknown,
        short=short,
        in_words="; ".join(said),
    )


def _pace(lately: SpentLately, now: datetime) -> float:
    """Units a second."""
    if lately.since is None:
        return 0.0
    return lately.units / max(_LEAST_SECONDS, (now - lately.since).total_seconds())


def _course(outlook: Outlook, pace: float, ends_at: datetime | None, left: int, now: datetime) -> str:
    if not outlook.projects:
        return NO_KEY
    midnight = f"midnight in Los Angeles ({outlook.resets_at:%H:%M} UTC, in {duration(outlook.resets_at - now)})"
    if outlook.units_left == 0:
        return f"nothing is left until {midnight}"
    if pace == 0:
        return f"nothing was spent lately: {_are(outlook.units_left)} left until {midnight}"
    speed = f"at {count(round(pace * _HOUR), 'unit')} an hour, as lately,"
    if ends_at is None:
        return f"{speed} {_are(left)} left at {midnight}"
    early = duration(outlook.resets_at - ends_at)
    return f"{speed} the {count(outlook.units_left, 'unit')} left end at {ends_at:%H:%M} UTC, {early} before {midnight}"


def _are(units: int) -> str:
    return f"{count(units, 'unit')} {'is' if units == 1 else 'are'}"


def _waits(waiting: Waiting, short: int) -> str:
    if not waiting.jobs:
        return "no job waits for any"
    known = waiting.jobs - waiting.unknown
    told = f"{count(known, 'active job')} {'needs' if known == 1 else 'need'} about {count(waiting.units, 'unit')} more"
    fits = f", {short:,} more than is left: the rest waits for the reset" if short else ", which is there"
    unknown = f"of {count(waiting.unknown, 'active job')} nobody can tell yet" if waiting.unknown else ""
    return "; ".join(filter(None, [told + fits if known else "", unknown]))
