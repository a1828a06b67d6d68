"""When a schedule fires: the times of a cron expression in a time zone, or every so many seconds. Pure.

On days when clocks are changed the rule of Debian's cron holds, which cronsim follows: a time of the day that does not
exist comes at the first minute after the gap, one that exists twice comes the first time. Where minute or hour begins
with `*`, real time counts: `0 * * * *` comes 23 or 25 times on such a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from app.errors import BadInputError

LOOKBACK = timedelta(days=30)
"""How far back missed times are counted, and the longest grace."""
_FIELDS = 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_JUST_BEFORE = timedelta(microseconds=1)


class BadRhythmError(BadInputError):
    """No times can be made of this."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cron expression or a number of seconds, and the time zone that the expression is meant in."""

    cron: str | None
    every_seconds: int | None
    time_zone: str

    def check(self) -> None:
        """Raise BadRhythmError, naming the field that is wrong."""
        if (self.cron is None) == (self.every_seconds is None):
            hint = "give either `cron` or `every_seconds`"
            raise BadRhythmError("a schedule has one rhythm", field="cron", hint=hint)
        if self.time_zone not in _time_zones():
            hint = "a name of the IANA database, as Europe/Berlin or America/Los_Angeles"
            raise BadRhythmError(f"{self.time_zone!r} is no time zone", field="time_zone", hint=hint)
        if self.cron is not None:
            self._check_cron(self.cron)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times after a moment, in UTC, without end: what comes at all comes at least every forty years."""
        if self.cron is None:
            return self._multiples_after(moment)
        times = CronSim(self.cron, moment.astimezone(ZoneInfo(self.time_zone)))
        # cronsim forgets in which of two equal hours it began, and may go back to the first one.
        return (time for time in (local.astimezone(UTC) for local in times) if time > moment)

    def due(self, first: datetime, now: datetime) -> list[datetime]:
        """The times from `first` to `now`, oldest first; those of the last thirty days, or `first` if there is none."""
        begin = max(first, now - LOOKBACK)
        return list(takewhile(lambda time: time <= now, self.after(begin - _JUST_BEFORE))) or [first]

    def _multiples_after(self, moment: datetime) -> Iterator[datetime]:
        """Counted from 1970: nothing has to be remembered, and 3600 is the full hour."""
        step = timedelta(seconds=self.every_seconds or 0)
        time = _EPOCH + (moment - _EPOCH) // step * step
        while True:
            time += step
            yield time

    def _check_cron(self, cron: str) -> None:
        hint = (
            "five fields: minute, hour, day of the month, month, day of the week; `30 2 * * 1-5` is 02:30 on workdays"
        )
        try:
            comes = next(CronSim(cron, _EPOCH), None) is not None
        except CronSimError as error:
            raise BadRhythmError(f"{cron!r} is no cron expression: {error}", field="cron", hint=hint) from None
        if len(cron.split()) != _FIELDS:
            raise BadRhythmError(f"{cron!r} has not five fields", field="cron", hint=hint)
        if not comes:
            raise BadRhythmError(f"the time {cron!r} never comes", field="cron", hint=hint)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())
