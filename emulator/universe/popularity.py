"""Views that grow with the clock: fast at first, faster by day than by night, sometimes viral, sometimes corrected."""

from dataclasses import dataclass
from datetime import datetime
from math import log1p, pi, sin

from emulator.universe.draws import Draws
from emulator.universe.growth import step_of

_DAY = 24
_SWING = 0.6
"""How much more is watched at the day's peak, and less at its low, than on average."""

_VIRAL_SHARE, _CORRECTED_SHARE = 0.03, 0.03
_CORRECTION = 0.06
_VIRAL_STEPS = 36


@dataclass(frozen=True, slots=True)
class Popularity:
    """How often something was watched since `start`, a step as `step_of` counts them."""

    start: int
    size: float
    """About what it reaches in its first year."""
    half: float
    """Steps to the first half of it."""
    noon: int
    """Where in the day its public is, in steps."""
    viral_at: int | None = None
    """Steps after the start; from then on it is watched `viral_size` times as often."""
    viral_size: float = 0.0
    corrected_at: int | None = None
    """Steps after the start; then YouTube takes back some views that it no longer believes in."""

    def at(self, now: datetime) -> int:
        """The count: it never falls but at the correction."""
        age = max(0, step_of(now) - self.start)
        taken_back = _CORRECTION * self._raw(self.corrected_at) if _reached(self.corrected_at, age) else 0.0
        return int(self._raw(age) - taken_back)

    def _raw(self, age: int | None) -> float:
        if age is None:
            return 0.0
        lived = age + _rhythm(age + self.noon) - _rhythm(self.noon)
        views = self.size * (0.8 * _saturated(lived / self.half) + 0.03 * log1p(lived / self.half))
        if self.viral_at is not None and age > self.viral_at:
            views += self.size * self.viral_size * _saturated((age - self.viral_at) / _VIRAL_STEPS)
        return views


def draw_popularity(draws: Draws, start: int, size: float) -> Popularity:
    """Most things live quietly."""
    return Popularity(
        start=start,
        size=size,
        half=12 + 400 * draws.fraction() ** 3,
        noon=draws.below(_DAY),
        viral_at=24 + draws.below(9000) if draws.chance(_VIRAL_SHARE) else None,
        viral_size=2 + 18 * draws.fraction() ** 2,
        corrected_at=48 + draws.below(2000) if draws.chance(_CORRECTED_SHARE) else None,
    )


def _reached(step: int | None, age: int) -> bool:
    return step is not None and age >= step


def _saturated(halves: float) -> float:
    return float(1.0 - 2.0**-halves)


def _rhythm(step: int) -> float:
    """Steps by which the day's rhythm runs ahead of the clock."""
    return _SWING * _DAY / (2 * pi) * sin(2 * pi * step / _DAY)
