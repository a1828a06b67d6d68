"""What every project has spent: an independent witness of the quota that clients believe they used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from emulator.settings import DEFAULT_QUOTAS


@dataclass
class Usage:
    """One project's bucket on one Pacific day, in units; `refused` counts calls that were not let through."""

    used: int = 0
    refused: int = 0


class Ledger:
    """Units per project, bucket and Pacific day."""

    def __init__(self, quotas: Mapping[str, int]) -> None:
        self._initial = {**DEFAULT_QUOTAS, **quotas}
        self._defaults = dict(self._initial)
        self._limits: dict[tuple[str, str], int] = {}
        self._usage: dict[tuple[str, str, date], Usage] = {}

    def reset(self) -> None:
        """Nothing is spent and every quota is what the emulator was started with."""
        self._defaults = dict(self._initial)
        self._limits.clear()
        self._usage.clear()

    def limit(self, project: str, bucket: str) -> int:
        """Units a day of this project and bucket."""
        return self._limits.get((project, bucket), self._defaults.get(bucket, 0))

    def set_limit(self, bucket: str, units: int, project: str | None = None) -> None:
        """Change a quota at once: of one project, or the default of all without an own quota."""
        if project is None:
            self._defaults[bucket] = units
        else:
            self._limits[project, bucket] = units

    def limits(self) -> Iterator[tuple[str | None, str, int]]:
        """Every quota as project, bucket and units: first those of all projects (None) without an own one."""
        for bucket, units in self._defaults.items():
            yield None, bucket, units
        for (project, bucket), units in self._limits.items():
            yield project, bucket, units

    def spend(self, project: str, bucket: str, day: date, units: int) -> bool:
        """Take the units if the day still has them; a refused call costs nothing but is counted."""
        usage = self._usage.setdefault((project, bucket, day), Usage())
        if usage.used + units > self.limit(project, bucket):
            usage.refused += 1
            return False
        usage.used += units
        return True

    def lines(self) -> Iterator[tuple[str, str, date, Usage]]:
        """Every project, bucket and day that was touched."""
        for (project, bucket, day), usage in self._usage.items():
            yield project, bucket, day, usage
