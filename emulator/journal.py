"""What happened: counters and the last requests. Keys appear only as fingerprints."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Line(NamedTuple):
    """What calls are counted under; the day is a Pacific one."""

    key: str
    project: str
    bucket: str
    method: str
    day: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and how it ended."""

    at: datetime
    day: date
    key: str
    project: str
    bucket: str
    method: str
    parameters: Mapping[str, list[str]]
    status: int
    outcome: str
    units: int

    @property
    def line(self) -> Line:
        """What it is counted under."""
        return Line(self.key, self.project, self.bucket, self.method, self.day, self.outcome)


@dataclass(slots=True)
class Tally:
    """Calls that ended alike, and the units they cost together."""

    calls: int = 0
    units: int = 0


class Journal:
    """Everything since the last reset, the requests themselves only as far as `size` reaches."""

    def __init__(self, size: int) -> None:
        self.counts: defaultdict[Line, Tally] = defaultdict(Tally)
        self.last: deque[Entry] = deque(maxlen=size)

    def add(self, entry: Entry) -> None:
        """Count and remember a request."""
        tally = self.counts[entry.line]
        tally.calls += 1
        tally.units += entry.units
        self.last.append(entry)

    def reset(self) -> None:
        """Forget everything."""
        self.counts.clear()
        self.last.clear()
