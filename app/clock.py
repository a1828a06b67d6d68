"""The only place that knows what time it is.

SQL takes `coalesce(:now, now())`, so that all processes agree on the time of the database. A clock hands over that
`:now`: nothing in production, a chosen instant in tests and rehearsals.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The time, in UTC."""

    def sql_now(self) -> datetime | None:
        """What SQL is told: None means the database's own clock."""


class SystemClock:
    """The clock of production."""

    def now(self) -> datetime:
        """The time of this machine, in UTC."""
        return datetime.now(UTC)

    def sql_now(self) -> datetime | None:
        """Nothing: the database's clock counts, it is the same for every machine."""
        return None


class ShiftedClock:
    """A clock that runs ahead by the seconds a file tells, read anew each time.

    A rehearsal moves all processes over midnight by writing one number. Without the file it is the system clock.
    """

    def __init__(self, shift_file: Path) -> None:
        self._file = shift_file

    def now(self) -> datetime:
        """The shifted time, in UTC."""
        return datetime.now(UTC) + self._shift()

    def sql_now(self) -> datetime | None:
        """The shifted time."""
        return self.now()

    def _shift(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._file.read_text()))
        except (FileNotFoundError, ValueError):
            return timedelta()


class FixedClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant it stands at."""
        return self._at

    def sql_now(self) -> datetime | None:
        """The instant it stands at."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._at += by
