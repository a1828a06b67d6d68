"""When to ask again: how long what was said is taken to hold, and whose turn is first when not all can be asked.

Each channel and video stands on a step of a ladder. A look that finds a change goes four steps down (a quarter of the
interval), one that finds none goes one step up (1.4 times as long). docs/freshness.md has the measurements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

What = Literal["channels", "videos", "statistics"]
"""What is refreshed: all that is known of channels or of videos, or the counts of videos only."""
FIRST_STEP = 9
"""Where what has just been fetched for the first time stands: six days."""
TOP_STEP = 14
_BOTTOM = timedelta(hours=6)
_DOWN, _UP = 4, 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for everything, whatever was learnt of it: nothing is asked sooner, and all is asked by then."""

    shortest: timedelta
    longest: timedelta

    def interval(self, step: int) -> timedelta:
        """How long what is on a step is left alone."""
        return min(self.longest, max(self.shortest, interval_of(step)))


def interval_of(step: int) -> timedelta:
    """The interval of a step, as `refresh_interval` in SQL: 6 hours, and twice as long every second step."""
    return _BOTTOM * 2 ** (step / 2)


def next_step(step: int, age: timedelta, *, changed: bool) -> int:
    """The step after a look at something last asked `age` ago, as `next_refresh_step` in SQL.

    A look before the time that finds nothing tells nothing.
    """
    if changed:
        return max(step - _DOWN, 0)
    return min(step + _UP, TOP_STEP) if age >= interval_of(step) else step


def urgency(step: int, age: timedelta, limits: Limits) -> tuple[bool, float]:
    """What is asked first: the greater. From 1.0 in the second place it is due; `due_*` in SQL sort alike.

    Before all others comes what has reached the longest interval, the oldest first: past thirty days it would have to
    be deleted. Then counts how many of its intervals something is old, not how many days: so every look has the same
    chance to find a change, which makes the most of their number.
    """
    expiring = age >= limits.longest
    return expiring, age / (limits.longest if expiring else limits.interval(step))


def most_urgent(oldest: Iterable[tuple[int, timedelta]], limits: Limits) -> int | None:
    """The step whose oldest member is asked next, of (step, its age); None when nothing is due."""
    found = max(((urgency(step, age, limits), step) for step, age in oldest), default=None)
    return found[1] if found is not None and found[0][1] >= 1 else None
