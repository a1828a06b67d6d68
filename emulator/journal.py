"""What happened: counters and the last requests. Keys appear only as fingerprints."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


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
    def line(self) -> tuple[str, str, str, str, date, str]:
        """What it is counted under."""
        return self.key, self.project, self.bucket, self.method, self.day, self.outcome


class Journal:
    """Everything since the last reset, the requests themselves only as far as `size` reaches."""

    def __init__(self, size: int) -> None:
        self.counts: Counter[tuple[str, str, str, str, date, str]] = Counter()
        self.last: deque[Entry] = deque(maxlen=size)

    def add(self, entry: Entry) -> None:
        """Count and remember a request."""
        self.counts[entry.line] += 1
        self.last.append(entry)

    def reset(self) -> None:
        """Forget everything."""
        self.counts.clear()
        self.last.clear()
