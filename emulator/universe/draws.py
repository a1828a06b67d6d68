"""Chance without state: the same seed, topic and subject draw the same numbers in every process."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_FRACTION = 1 << 32


class Draws:
    """Numbers drawn one after another out of a hash.

    A topic of its own for every aspect of a thing keeps the others as they were when one aspect draws more.
    """

    __slots__ = ("_digest", "_pool")

    def __init__(self, seed: int, topic: str, subject: bytes) -> None:
        key = (seed & 0xFFFFFFFFFFFFFFFF).to_bytes(8)
        self._digest = blake2b(subject, key=key, person=topic.encode()).digest()
        self._pool = int.from_bytes(self._digest)

    def below(self, limit: int) -> int:
        """A number from 0 to `limit - 1`."""
        if self._pool < limit << 16:  # what is left would be uneven
            self._digest = blake2b(self._digest).digest()
            self._pool = int.from_bytes(self._digest)
        self._pool, drawn = divmod(self._pool, limit)
        return drawn

    def fraction(self) -> float:
        """A number from 0 to just under 1."""
        return self.below(_FRACTION) / _FRACTION

    def chance(self, share: float) -> bool:
        """True in this share of all draws."""
        return self.fraction() < share

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Up to `count` different neighbours among the options, starting anywhere."""
        start = self.below(len(options))
        return [options[(start + i) % len(options)] for i in range(min(count, len(options)))]

    def heavy_tail(self, scale: float, exponent: float, cap: float) -> float:
        """A Pareto (Lomax) number: half of all lie below about `scale`, a few reach up to `cap`."""
        return float(min(cap, scale * ((1.0 - self.fraction()) ** (-1.0 / exponent) - 1.0)))
