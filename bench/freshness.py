"""What 30 days of looking at 20,000 channels see, by the way of choosing whom to look at: `python -m bench.freshness`.

The adaptive way is the code of production: `app.refresh.model` says the next step and who comes first; YouTube, jobs
and database are left out. tests/refresh/test_simulation_agrees.py carries a smaller world through all of them, and
compares.
All ways may spend the same units a day, spread evenly over its hours. `--plot FILE` draws the share of changes seen;
`--ladders` compares the adaptive way with others that go up and down by other steps.
"""

import argparse
import heapq
import json
import math
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from app.refresh.model import FIRST_STEP, TOP_STEP, Limits, interval_of, most_urgent, next_step
from app.youtube.costs import MAX_IDS
from bench.freshness_plot import Line, draw
from bench.freshness_world import HOUR, Seen, draw_world, first_looks
from bench.serving import table

CHANNELS, DAYS, ACTIVE = 20_000, 30, 0.01
QUOTAS = (16, 18, 24, 36, 48, 72)
LIMITS = Limits(timedelta(hours=6), timedelta(days=25))


class Way(Protocol):
    """A way of choosing."""

    def choose(self, now: float, most: int) -> Sequence[int]:
        """Whom to look at now, `most` at most."""

    def found(self, channel: int, now: float, age: float, *, changed: bool) -> None:
        """What a look has found."""


class StepAfter(Protocol):
    """`next_step`, or what could stand in its place."""

    def __call__(self, step: int, age: timedelta, *, changed: bool) -> int:
        """The step after a look."""


def ladder(down: int, up: int) -> StepAfter:
    """As `next_step`, by other steps."""

    def step_after(step: int, age: timedelta, *, changed: bool) -> int:
        if changed:
            return max(step - down, 0)
        return min(step + up, TOP_STEP) if age >= interval_of(step) else step

    return step_after


class Adaptive:
    """The way of production."""

    def __init__(self, asked: Sequence[float], step_after: StepAfter = next_step) -> None:
        self._step_after = step_after
        self._steps = [FIRST_STEP] * len(asked)
        self._waiting: list[list[tuple[float, int]]] = [[] for _ in range(TOP_STEP + 1)]
        for channel, at in enumerate(asked):
            heapq.heappush(self._waiting[FIRST_STEP], (at, channel))

    def choose(self, now: float, most: int) -> Sequence[int]:
        """The most urgent of what is due."""
        chosen = list[int]()
        while len(chosen) < most and (step := most_urgent(self._oldest(now), LIMITS)) is not None:
            chosen.append(heapq.heappop(self._waiting[step])[1])
        return chosen

    def found(self, channel: int, now: float, age: float, *, changed: bool) -> None:
        """It learns from it."""
        # Fractions of days are not exact: a second must not decide.
        step = self._step_after(self._steps[channel], timedelta(days=age, seconds=1), changed=changed)
        self._steps[channel] = step
        heapq.heappush(self._waiting[step], (now, channel))

    def _oldest(self, now: float) -> list[tuple[int, timedelta]]:
        heads = ((step, waiting[0][0]) for step, waiting in enumerate(self._waiting) if waiting)
        return [(step, timedelta(days=now - at, seconds=1)) for step, at in heads]


class Fixed:
    """One interval for all: the shortest that the quota allows. Whoever was looked at the longest ago is next."""

    def __init__(self, asked: Sequence[float]) -> None:
        self._waiting = sorted((at, channel) for channel, at in enumerate(asked))

    def choose(self, now: float, most: int) -> Sequence[int]:  # noqa: ARG002 - a way of choosing
        """The oldest."""
        return [heapq.heappop(self._waiting)[1] for _ in range(min(most, len(self._waiting)))]

    def found(self, channel: int, now: float, age: float, *, changed: bool) -> None:  # noqa: ARG002 - it learns nothing
        """Back to the end of the line."""
        heapq.heappush(self._waiting, (now, channel))


class AtRandom:
    """Anybody."""

    def __init__(self, asked: Sequence[float]) -> None:
        self._channels = range(len(asked))
        self._chance = random.Random(7)

    def choose(self, now: float, most: int) -> Sequence[int]:  # noqa: ARG002 - a way of choosing
        """By lot."""
        return self._chance.sample(self._channels, min(most, len(self._channels)))

    def found(self, channel: int, now: float, age: float, *, changed: bool) -> None:
        """It learns nothing."""


Make = Callable[[Sequence[float]], Way]
WAYS: dict[str, Make] = {"adaptive": Adaptive, "fixed": Fixed, "random": AtRandom}
LADDERS: dict[str, Make] = {
    f"{down} down, {up} up": partial(Adaptive, step_after=ladder(down, up))
    for down, up in ((4, 1), (1, 1), (2, 1), (6, 1), (4, 2))
}


def simulate(way: Make, units_a_day: int, seed: int) -> dict[str, float]:
    """The figures of 30 days at a quota."""
    chance = random.Random(seed)
    world = draw_world(chance, CHANNELS, DAYS, ACTIVE)
    asked = first_looks(chance, CHANNELS)
    chooser, seen = way(asked), Seen(world, asked)
    for hour in range(DAYS * 24):
        now = hour * HOUR
        units = (hour + 1) * units_a_day // 24 - hour * units_a_day // 24
        chosen = chooser.choose(now, units * MAX_IDS)
        seen.calls += math.ceil(len(chosen) / MAX_IDS)
        for channel in chosen:
            age, changed = seen.look(channel, now)
            chooser.found(channel, now, age, changed=changed)
        if hour % 24 == 12:  # noqa: PLR2004 - noon
            seen.sample(now)
    return seen.figures(DAYS)


def main() -> None:
    """Print a table and JSON, and draw the plot."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=1)
    instead = options.add_mutually_exclusive_group()
    instead.add_argument("--plot", type=Path, help="an SVG file to draw")
    instead.add_argument("--ladders", action="store_true", help="compare other steps instead of other ways")
    given = options.parse_args()
    ways = LADDERS if given.ladders else WAYS
    rows: list[dict[str, float | str]] = [
        {"way": name, "quota": quota, **simulate(way, quota, given.seed)}
        for quota in QUOTAS
        for name, way in ways.items()
    ]
    print(table(rows))
    print(json.dumps(rows))
    if given.plot:
        lines = [
            Line(name, [(float(row["quota"]), float(row["seen_percent"])) for row in rows if row["way"] == name])
            for name in WAYS
        ]
        given.plot.write_text(draw(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
