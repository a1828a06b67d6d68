"""The time inside the emulator, and the days by which quota is counted."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Quota days end at midnight here, daylight saving included: never at a fixed offset."""


class Clock:
    """The machine's clock, moved by control and by a file that other processes may share."""

    def __init__(self, shift_file: Path | None = None) -> None:
        self._file = shift_file
        self._shift = timedelta()

    def now(self) -> datetime:
        """The emulator's time, in UTC."""
        return datetime.now(UTC) + self._shift + self._file_shift()

    def set(self, at: datetime) -> None:
        """Make it this instant now; the clock keeps running. `at` carries a time zone."""
        self._shift += at - self.now()

    def advance(self, seconds: float) -> None:
        """Move on, or back with a negative number."""
        self._shift += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Back to the machine's clock (and the file's shift)."""
        self._shift = timedelta()

    def _file_shift(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._file.read_text()))
        except (FileNotFoundError, ValueError):
            return timedelta()  # not there yet, or caught while it is being written


def pacific_day(at: datetime) -> date:
    """The quota day an instant belongs to."""
    return at.astimezone(PACIFIC).date()


def pacific_midnight(day: date) -> datetime:
    """The instant at which a quota day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC)
