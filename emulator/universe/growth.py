"""Counters that grow with the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime

REFERENCE = datetime(2026, 1, 1, tzinfo=UTC)
"""The instant at which a curve has its drawn value."""

STEP_SECONDS = 3600
"""Counters move once an hour, as YouTube's do in batches: within an hour an answer keeps its ETag."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A count that was zero at `start` and grows by a power of the age: steadily, faster or slower."""

    start: int
    """In steps since 1970, as `step_of` counts them."""
    scale: float
    power: float

    @classmethod
    def through(cls, start: int, at_reference: float, power: float) -> "Curve":
        """The curve with this value at the reference date, which lies after the step `start`."""
        return cls(start, at_reference / float(REFERENCE_STEP - start) ** power, power)

    def at(self, now: datetime) -> int:
        """The count, never falling as time goes on."""
        age = max(0, step_of(now) - self.start)
        return int(self.scale * float(age) ** self.power)


def step_of(at: datetime) -> int:
    """The step that an instant belongs to."""
    return int(at.timestamp()) // STEP_SECONDS


REFERENCE_STEP = step_of(REFERENCE)


def rounded_down(count: int) -> int:
    """A count to three significant figures, rounded down, as subscriber counts are shown."""
    unit: int = 10 ** max(0, len(str(count)) - 3)
    return count - count % unit
