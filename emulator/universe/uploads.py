"""When a channel uploads what, and what of it is still public: all computed, however long the list.

The kinds of a channel's videos, and which of them disappear later, repeat with a period, so that the tenth or the
ten thousandth entry of a list is found without walking through the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import overload

from emulator.universe.draws import Draws

PERIOD = 64
_ALL = (1 << PERIOD) - 1
MOST = 1 << 20
"""Uploads of a channel; after them it falls silent."""

LAG = 8
"""So many later uploads a video that disappears has lived to see."""

_GOLDEN = 0.6180339887498949
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR = 230 * 365.25 * 24
"""Hours from 1970 to the year 2200, where the universe ends."""


class Kind(StrEnum):
    """What a video is."""

    VIDEO = "video"
    SHORT = "short"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Uploads:
    """A channel's uploads, numbered from 0 in the order of their dates."""

    start: float
    """Hours since 1970."""
    end: float
    """When the channel fell silent."""
    rate: float
    """Uploads an hour; 0 for a channel without videos."""
    shorts: int
    """Bit i is set when uploads i, i + PERIOD, i + 2 * PERIOD ... are shorts; likewise the next two."""
    lives: int
    removed: int

    def total(self, now: datetime) -> int:
        """How many there have been, those that are gone included."""
        hours = min(hours_of(now), self.end)
        if self.rate == 0 or hours <= self.start:
            return 0
        settled = int((hours - self.start) * self.rate)
        return settled + (self._hours_at(settled) <= hours)

    def reaches(self, index: int) -> bool:
        """Whether there will ever be an upload of this number."""
        return self.rate > 0 and self._hours_at(index) <= min(self.end, _FAR)

    def published(self, index: int) -> datetime:
        """When an upload appeared, to the second."""
        return (_EPOCH + self._hours_at(index) * _HOUR).replace(microsecond=0)

    def kind(self, index: int) -> Kind:
        """What it is."""
        place = 1 << index % PERIOD
        return Kind.SHORT if self.shorts & place else Kind.LIVE if self.lives & place else Kind.VIDEO

    def is_public(self, index: int, now: datetime) -> bool:
        """Whether it has appeared and is still there."""
        total = self.total(now)
        return 0 <= index < total and (index >= total - LAG or not self.removed >> index % PERIOD & 1)

    def shelf(self, now: datetime, kinds: Iterable[Kind] = tuple(Kind)) -> "Shelf":
        """What is public of these kinds, newest first."""
        of_kind = {Kind.SHORT: self.shorts, Kind.LIVE: self.lives, Kind.VIDEO: _ALL & ~self.shorts & ~self.lives}
        mask = sum(of_kind[kind] for kind in set(kinds))  # disjoint
        return Shelf(self.total(now), mask, mask & ~self.removed)

    def _hours_at(self, index: int) -> float:
        # spread over the middle of its share of time: irregular, and never out of order
        luck = index * _GOLDEN % 1.0
        return self.start + (index + 0.2 + 0.6 * luck) / self.rate


class Shelf(Sequence[int]):
    """The numbers of uploads, newest first, counted and found by arithmetic."""

    def __init__(self, total: int, fresh_mask: int, old_mask: int) -> None:
        fence = max(0, total - LAG)
        self._fresh = [index for index in range(total - 1, fence - 1, -1) if fresh_mask >> index % PERIOD & 1]
        self._mask = old_mask
        whole, rest = divmod(fence, PERIOD)
        self._old = whole * old_mask.bit_count() + (old_mask & ((1 << rest) - 1)).bit_count()

    def __len__(self) -> int:
        return len(self._fresh) + self._old

    @cached_property
    def _places(self) -> list[int]:
        return [place for place in range(PERIOD) if self._mask >> place & 1]

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> list[int]: ...
    def __getitem__(self, at: int | slice) -> int | list[int]:
        places = range(len(self))[at]
        return [self._at(place) for place in places] if isinstance(places, range) else self._at(places)

    def _at(self, place: int) -> int:
        if place < len(self._fresh):
            return self._fresh[place]
        period, nth = divmod(len(self) - 1 - place, len(self._places))
        return period * PERIOD + self._places[nth]


def hours_of(at: datetime) -> float:
    """Hours since 1970."""
    return at.timestamp() / 3600


def draw_uploads(draws: Draws, created: datetime, reference: datetime, count: float) -> Uploads:
    """The uploads of a channel that reaches about `count` at the reference date; a quarter have fallen silent."""
    start, until = hours_of(created), hours_of(reference)
    silent = draws.chance(0.25)
    end = start + (until - start) * (0.1 + 0.9 * draws.fraction()) if silent else float("inf")
    rate = count / (min(end, until) - start)
    end = min(end, start + MOST / rate) if rate else end
    words = [draws.below(1 << PERIOD) for _ in range(4)]
    few, half, most = words[0] & words[1], words[0], words[0] | words[1]
    shorts = draws.pick((0, 0, few, half, most))
    lives = draws.pick((0, words[2] & words[3] & words[1])) & ~shorts
    removed = words[2] & words[3] & ~words[0] & ~words[1]
    return Uploads(start, end, rate, shorts, lives, removed)
