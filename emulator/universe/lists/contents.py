"""What is in a playlist: its entries in the order in which they were added, found by arithmetic."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from math import gcd
from typing import Protocol

from emulator.universe.channels import Channel
from emulator.universe.communities import ghost_of
from emulator.universe.uploads import Uploads

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a list. Nobody looks after it: the video may be gone since."""

    place: int
    """From 0."""
    added: datetime
    owner: Channel
    """Of the video."""
    index: int
    """The number of the video among its owner's uploads."""


class Contents(Protocol):
    """The entries of a list."""

    def total(self, now: datetime) -> int:
        """How many there are."""

    def entry(self, place: int) -> Entry:
        """The one at a place."""

    def place(self, ghost: int, index: int) -> int | None:
        """Where an upload of the channel that `ghost` stands for has, or will have, its only place."""


@dataclass(frozen=True)
class Series:
    """Every so-many-th upload of the owner, each as soon as it is there."""

    owner: Channel
    first: int
    stride: int
    dates: Uploads
    """When the owner takes the time."""

    def total(self, now: datetime) -> int:
        """How many there are."""
        uploaded = self.owner.uploads.total(now) - self.first
        return min(self.dates.total(now), max(0, -(-uploaded // self.stride)))

    def entry(self, place: int) -> Entry:
        """The one at a place."""
        index = self.first + place * self.stride
        return Entry(place, max(self.dates.published(place), self.owner.uploads.published(index)), self.owner, index)

    def place(self, ghost: int, index: int) -> int | None:
        """Where an upload has its place."""
        place, rest = divmod(index - self.first, self.stride)
        return place if ghost == ghost_of(self.owner.number) and rest == 0 and place >= 0 else None


@dataclass(frozen=True)
class Source:
    """A channel that a list takes from: `count` uploads from `first` on, all there when the list was made."""

    channel: Channel
    first: int
    count: int


@dataclass(frozen=True)
class Mix:
    """Uploads of several channels, each once, in an order that is nobody's."""

    sources: Sequence[Source]
    dates: Uploads

    def total(self, now: datetime) -> int:
        """How many there are."""
        return min(self.dates.total(now), self._ends[-1] if self._ends else 0)

    def entry(self, place: int) -> Entry:
        """The one at a place."""
        drawn = place * self._step % self._ends[-1]
        number = bisect_right(self._ends, drawn)
        source = self.sources[number]
        index = source.first + drawn - self._ends[number] + source.count
        return Entry(place, self.dates.published(place), source.channel, index)

    def place(self, ghost: int, index: int) -> int | None:
        """Where an upload has its place."""
        for source, end in zip(self.sources, self._ends, strict=True):
            if ghost_of(source.channel.number) == ghost and 0 <= index - source.first < source.count:
                drawn = end - source.count + index - source.first
                return drawn * pow(self._step, -1, self._ends[-1]) % self._ends[-1]
        return None

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(source.count for source in self.sources))

    @cached_property
    def _step(self) -> int:
        """Far from 1, and without a divisor in common with their number, so that every upload comes once."""
        step, number = max(1, int(self._ends[-1] * _GOLDEN)), self._ends[-1]
        while gcd(step, number) > 1:
            step += 1
        return step
