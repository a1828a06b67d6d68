"""What is counted of a public: it grows faster by day than by night, sometimes goes viral, sometimes is corrected."""

from dataclasses import dataclass
from datetime import datetime
from math import pi, sin

from emulator.universe.draws import Draws
from emulator.universe.growth import Fading, Growth, Steady, draw_instant, saturated, step_of

_DAY = 24
_YEAR = 365 * _DAY
_SWING = 0.6
"""How much more is watched at the day's peak, and less at its low, than on average."""

_CORRECTION = 0.06
_VIRAL_STEPS = 36
"""Steps to the first half of a viral jump."""

_VIRAL_VIDEOS, _CORRECTED_VIDEOS = 0.03, 0.03
"""Shares of all videos."""

VIRAL_PER_YEAR, CORRECTED_PER_YEAR, DWINDLING_PER_YEAR = 0.03, 0.03, 0.04
"""Shares of all channels: that jump, of whose subscribers or views some are taken back, that have seen their best."""

_KEPT_PER_YEAR = 0.92
"""Share of its subscribers that a dwindling channel still has a year later."""


@dataclass(frozen=True, slots=True)
class Popularity:
    """How often something was watched, or is subscribed to, since `start`: a step as `step_of` counts them."""

    start: int
    growth: Growth
    noon: int
    """Where in the day its public is, in steps."""
    viral_at: int | None = None
    """Steps after the start, as the next two; from then on `viral_size` comes on top."""
    corrected_at: int | None = None
    """When YouTube takes back what it no longer believes in."""
    peak: int | None = None
    """When nothing more is added, and a little is lost every hour."""
    viral_size: float = 0.0
    taken_back: float = 0.0

    def at(self, now: datetime) -> int:
        """The count: it never falls but at the correction and after the peak."""
        age = max(0, step_of(now) - self.start)
        if self.peak is None or age <= self.peak:
            return int(self._raw(age))
        return int(self._raw(self.peak) * _KEPT_PER_YEAR ** ((age - self.peak) / _YEAR))

    def _raw(self, age: int) -> float:
        count = self.growth.reached(age + _rhythm(age + self.noon) - _rhythm(self.noon))
        if self.viral_at is not None and age > self.viral_at:
            count += self.viral_size * saturated((age - self.viral_at) / _VIRAL_STEPS)
        if self.corrected_at is not None and age >= self.corrected_at:
            count -= self.taken_back
        return count


def draw_popularity(draws: Draws, start: int, size: float) -> Popularity:
    """That of a video, which reaches about `size` in its first year. Most live quietly."""
    growth = Fading(size, half=12 + 400 * draws.fraction() ** 3)
    corrected_at = 48 + draws.below(2000) if draws.chance(_CORRECTED_VIDEOS) else None
    return Popularity(
        start=start,
        growth=growth,
        noon=draws.below(_DAY),
        viral_at=24 + draws.below(9000) if draws.chance(_VIRAL_VIDEOS) else None,
        viral_size=size * (2 + 18 * draws.fraction() ** 2),
        corrected_at=corrected_at,
        taken_back=_taken_back(growth, corrected_at),
    )


def draw_audience(draws: Draws, start: int, fans: float, watched: float) -> tuple[Popularity, Popularity]:
    """Subscribers and views of a channel that has about so many at the reference date."""
    power, noon = 0.5 + 1.5 * draws.fraction(), draws.below(_DAY)
    viral_at, jump = _draw_age(draws, start, VIRAL_PER_YEAR), 0.1 + 3 * draws.fraction() ** 3
    peak = _draw_age(draws, start, DWINDLING_PER_YEAR)

    def audience(size: float, peak: int | None) -> Popularity:
        growth = Steady.through(start, size, power)
        corrected_at = _draw_age(draws, start, CORRECTED_PER_YEAR)
        taken_back = _taken_back(growth, corrected_at)
        return Popularity(start, growth, noon, viral_at, corrected_at, peak, size * jump, taken_back)

    return audience(fans, peak), audience(watched, None)


def _draw_age(draws: Draws, start: int, per_year: float) -> int | None:
    at = draw_instant(draws, per_year)
    return step_of(at) - start if at else None


def _taken_back(growth: Growth, corrected_at: int | None) -> float:
    return 0.0 if corrected_at is None else _CORRECTION * growth.reached(corrected_at)


def _rhythm(step: int) -> float:
    """Steps by which the day's rhythm runs ahead of the clock."""
    return _SWING * _DAY / (2 * pi) * sin(2 * pi * step / _DAY)
