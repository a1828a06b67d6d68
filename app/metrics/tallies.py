"""What one process counts and times between two writes. Cheap: nothing leaves the process here."""

import re
import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.metrics.events import EVENTS, Event

# An outside word (a reason of Google's, say) makes a label. So many different ones are told apart, the rest are one.
_MOST_SERIES = 2_000
OTHER = "other"
_WORD = re.compile(r"[A-Za-z_]{1,40}")


def short(word: str) -> str:
    """A word from outside as a label: what is no word of a machine is one of the others."""
    return word if _WORD.fullmatch(word) else OTHER


@dataclass(slots=True)
class Tally:
    """How often something happened and, where it takes time, how many seconds and how they are spread."""

    count: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=list)


Series = tuple[str, tuple[str, ...]]
"""The name of an event and the values of its labels."""


class Tallies:
    """Counts of one process; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[Series, Tally] = {}

    def count(self, event: str, *labels: str, by: int = 1) -> None:
        """Count something that has no length."""
        with self._lock:
            self._tally(EVENTS[event], labels).count += by

    def time(self, event: str, seconds: float, *labels: str) -> None:
        """Count something that took so long."""
        kind = EVENTS[event]
        with self._lock:
            tally = self._tally(kind, labels)
            tally.count += 1
            tally.seconds += seconds
            tally.buckets[bisect_left(kind.bounds, seconds)] += 1

    def take(self) -> dict[Series, Tally]:
        """All that was counted since the last time; it is the caller's now."""
        with self._lock:
            taken, self._tallies = self._tallies, {}
        return taken

    def give_back(self, taken: dict[Series, Tally]) -> None:
        """What could not be written: it is counted with the next."""
        with self._lock:
            for (name, labels), tally in taken.items():
                mine = self._tally(EVENTS[name], labels)
                mine.count += tally.count
                mine.seconds += tally.seconds
                mine.buckets = [a + b for a, b in zip(mine.buckets, tally.buckets, strict=True)]

    def __len__(self) -> int:
        return len(self._tallies)

    def _tally(self, event: Event, labels: Iterable[str]) -> Tally:
        told = tuple(labels)
        if (event.name, told) not in self._tallies and len(self._tallies) >= _MOST_SERIES:
            told = (OTHER,) * len(told)
        # One place more than there are bounds: for what took longer than all of them.
        places = len(event.bounds) + 1 if event.bounds else 0
        return self._tallies.setdefault((event.name, told), Tally(buckets=[0] * places))
