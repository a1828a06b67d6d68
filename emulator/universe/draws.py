"""Chance without state: the same seed, topic and subject draw the same numbers in every process."""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

_WORD_BITS = 32
_ONE = 1 << _WORD_BITS
_WORDS = Struct(">16I")


class Draws:
    """Numbers drawn one after another out of a hash.

    A topic of its own for every aspect of a thing keeps the others as they were when one aspect draws more.
    """

    __slots__ = ("_digest", "_words")

    def __init__(self, seed: int, topic: str, subject: bytes) -> None:
        key = (seed & 0xFFFFFFFFFFFFFFFF).to_bytes(8)
        self._digest = blake2b(subject, key=key, person=topic.encode()).digest()
        self._words: list[int] = [*_WORDS.unpack(self._digest)]

    def word(self) -> int:
        """A number of 32 bits."""
        if not self._words:
            self._digest = blake2b(self._digest).digest()
            self._words.extend(_WORDS.unpack(self._digest))
        return self._words.pop()

    def below(self, limit: int) -> int:
        """A number from 0 to `limit - 1`; `limit` is at most 2**64."""
        if limit > _ONE:
            return (self.word() << _WORD_BITS | self.word()) * limit >> 2 * _WORD_BITS
        return self.word() * limit >> _WORD_BITS

    def fraction(self) -> float:
        """A number from 0 to just under 1."""
        return self.word() / _ONE

    def chance(self, share: float) -> bool:
        """True in this share of all draws."""
        return self.word() < share * _ONE

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.word() * len(options) >> _WORD_BITS]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """Up to `count` different neighbours among the options, starting anywhere."""
        start = self.below(len(options))
        return [options[(start + i) % len(options)] for i in range(min(count, len(options)))]

    def heavy_tail(self, scale: float, exponent: float, cap: float) -> float:
        """A Pareto (Lomax) number: half of all lie below about `scale`, a few reach up to `cap`."""
        return float(min(cap, scale * ((1.0 - self.fraction()) ** (-1.0 / exponent) - 1.0)))
