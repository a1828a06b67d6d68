"""A world of channels that change, some of them much more often than others, and what looks at them find.

An *active* channel is one of which a refresh would find something new: another title, number of videos or subscriber
count, or views that have moved by one in a hundred. Each channel changes by chance, at a rate of its own.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

HOUR = 1 / 24
_SPREAD = 2.0  # of the logarithms of the rates: one channel in a hundred changes a hundred times as often as the median
_SILENT = 0.25  # share of channels that never change, as long as they keep their habits
_HABITS = 90.0  # days until a channel draws another rate
_BEFORE = 25.0  # days over which the catalogue was fetched, before the measured ones begin


def draw_world(chance: random.Random, channels: int, days: int, active: float) -> list[list[float]]:
    """The times (in days, from 25 before the first) at which each channel changes; a share of `active` on each day."""
    raw = [0.0 if chance.random() < _SILENT else chance.lognormvariate(0, _SPREAD) for _ in range(channels)]
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        share = sum(1 - math.exp(-rate * middle) for rate in raw) / channels
        low, high = (middle, high) if share < active else (low, middle)
    rates = [rate * low for rate in raw]
    return [_life(chance, rate, rates, days) for rate in rates]


def _life(chance: random.Random, rate: float, rates: Sequence[float], days: int) -> list[float]:
    times, now, until = list[float](), -_BEFORE, -_BEFORE + chance.expovariate(1 / _HABITS)
    while now < days:
        change = now + chance.expovariate(rate) if rate else math.inf
        if change < until:
            times.append(change)
            now = change
        else:
            now, rate = until, chance.choice(rates)
            until += chance.expovariate(1 / _HABITS)
    return [time for time in times if time < days]


@dataclass(slots=True)
class Seen:
    """What looks have found. All times are days."""

    world: Sequence[Sequence[float]]
    asked: list[float]
    looks: int = 0
    calls: int = 0
    seen: int = 0
    missed: int = 0
    """Changes that were overwritten by the next before anybody looked."""
    delays: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    expired: int = 0
    stale: int = 0

    def look(self, channel: int, now: float) -> tuple[float, bool]:
        """Look at a channel: how long ago the last look was, and whether something has changed since."""
        times, before = self.world[channel], self.asked[channel]
        first, last = bisect_right(times, before), bisect_right(times, now)
        self.asked[channel] = now
        self.looks += 1
        if last == first:
            return now - before, False
        if times[last - 1] >= 0:  # what happened before the first day is nobody's merit
            self.seen += 1
            self.delays.append(now - times[last - 1])
        self.missed += sum(time >= 0 for time in times[first : last - 1])
        return now - before, True

    def sample(self, now: float) -> None:
        """Note how old everything is at the moment."""
        for times, asked in zip(self.world, self.asked, strict=True):
            self.ages.append(now - asked)
            self.expired += now - asked > 30  # noqa: PLR2004 - days that the terms allow
            self.stale += bisect_right(times, now) > bisect_right(times, asked)

    def figures(self, days: int) -> dict[str, float]:
        """What is told of a run."""
        happened = sum(time >= 0 for times in self.world for time in times)
        ages = quantiles(self.ages, n=20)
        return {
            "units_a_day": round(self.calls / days, 1),
            "median_age_days": round(ages[9], 1),
            "p95_age_days": round(ages[18], 1),
            "changes": happened,
            "seen_percent": round(100 * self.seen / happened, 1),
            "seen_percent_per_1000_units": round(100_000 * self.seen / happened / self.calls, 1),
            "seen_per_1000_units": round(1_000 * self.seen / self.calls),
            "missed": self.missed,
            "not_looked_at_yet": happened - self.seen - self.missed,
            "median_days_until_seen": round(sorted(self.delays)[len(self.delays) // 2], 2),
            "out_of_date_percent": round(100 * self.stale / len(self.ages), 1),
            "looks_older_than_30_days": self.expired,
        }


def first_looks(chance: random.Random, channels: int) -> list[float]:
    """When each was fetched: some day of the 25 before."""
    return [-_BEFORE * chance.random() for _ in range(channels)]
