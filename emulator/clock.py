"""The time inside the emulator, and the days by which quota is counted."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Quota days end at midnight here, daylight saving included: never at a fixed offset."""

EARLIEST, LATEST = datetime(2006, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between them it can be set: the universe has hardly anything before, and nothing new after."""


class Clock:
    """A clock of its own speed, moved by control and by a file that other processes may share."""

    def __init__(self, shift_file: Path | None = None, speed: float = 1.0) -> None:
        self._file = shift_file
        self._initial_speed = speed
        self.reset()

    @property
    def speed(self) -> float:
        """Its seconds in one of real time: 60 is an hour a minute, and at 0 it stands still."""
        return self._speed

    def now(self) -> datetime:
        """The emulator's time, in UTC."""
        return _within(self._own_time(), self._file_shift())

    def set(self, at: datetime) -> None:
        """Make it this instant now; the clock keeps running. `at` carries a time zone."""
        self._start(at - self._file_shift(), self._speed)

    def advance(self, seconds: float) -> None:
        """Move on, or back with a negative number."""
        self._start(self._own_time() + timedelta(seconds=seconds), self._speed)

    def set_speed(self, speed: float) -> None:
        """Run faster or slower from now on: what it shows does not jump."""
        self._start(self._own_time(), speed)

    def reset(self) -> None:
        """Back to the machine's time (and the file's shift), at the speed of the start."""
        self._start(datetime.now(UTC), self._initial_speed)

    def _start(self, shown: datetime, speed: float) -> None:
        """Run from this instant on, which the file's shift is not part of."""
        if not EARLIEST <= shown <= LATEST:
            raise ValueError(f"the clock goes from {EARLIEST.year} to {LATEST.year}")
        self._shown, self._since, self._speed = shown.astimezone(UTC), datetime.now(UTC), speed

    def _own_time(self) -> datetime:
        return _within(self._shown, (datetime.now(UTC) - self._since) * self._speed)

    def _file_shift(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._file.read_text()))
        except (OSError, ValueError, OverflowError):
            return timedelta()  # not there yet, or caught while it is being written


def _within(at: datetime, shift: timedelta) -> datetime:
    """Moved, but not beyond the ends of the universe."""
    return at + min(max(shift, EARLIEST - at), LATEST - at)


def pacific_day(at: datetime) -> date:
    """The quota day an instant belongs to."""
    return at.astimezone(PACIFIC).date()


def pacific_midnight(day: date) -> datetime:
    """The instant at which a quota day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC)
