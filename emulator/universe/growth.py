"""Time in steps, the shapes in which counters grow, and when things happen to them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log1p
from typing import Protocol

from emulator.universe.draws import Draws

REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The instant at which a channel has about its drawn counts, and from which on things happen to it."""

STEP_SECONDS = 3600
"""Counters move once an hour, as YouTube's do in batches: within an hour an answer keeps its ETag."""

EVENT_YEARS = 10
"""So long after the reference date things happen; then everything stays as it is."""

YEAR = timedelta(days=365)


class Growth(Protocol):
    """The shape of a counter that only grows."""

    def reached(self, lived: float) -> float:
        """The count after so many steps."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A power of the age: evenly, faster or slower."""

    scale: float
    power: float

    @classmethod
    def through(cls, start: int, at_reference: float, power: float) -> "Steady":
        """With this count at the reference date, which lies after the step `start`."""
        return cls(at_reference / float(REFERENCE_STEP - start) ** power, power)

    def reached(self, lived: float) -> float:
        """The count after so many steps."""
        return float(self.scale * lived**self.power)


@dataclass(frozen=True, slots=True)
class Fading:
    """Fast at first, then ever slower: about `size` in the first year."""

    size: float
    half: float
    """Steps to the first half of it."""

    def reached(self, lived: float) -> float:
        """The count after so many steps."""
        halves = lived / self.half
        return self.size * (0.8 * saturated(halves) + 0.03 * log1p(halves))


def saturated(halves: float) -> float:
    """Half the way to 1, then half of what is left, and so on."""
    return float(1.0 - 2.0**-halves)


def step_of(at: datetime) -> int:
    """The step that an instant belongs to."""
    return int(at.timestamp()) // STEP_SECONDS


REFERENCE_STEP = step_of(REFERENCE)


def draw_instant(draws: Draws, per_year: float) -> datetime | None:
    """When something happens that happens to this share of all in each of the `EVENT_YEARS`; None for never."""
    years = draws.fraction() / per_year
    return REFERENCE + years * YEAR if years < EVENT_YEARS else None


def rounded_down(count: int) -> int:
    """A count to three significant figures, rounded down, as subscriber counts are shown."""
    unit: int = 10 ** max(0, len(str(count)) - 3)
    return count - count % unit
