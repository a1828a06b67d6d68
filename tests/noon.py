"""The moment at which the clocks of most tests stand still, on our side and on YouTube's."""

from datetime import UTC, datetime

from app.clock import FixedClock
from emulator.control import Control

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
"""In California, and far from the end of an hour or of a day."""


def stand_still(emulator: Control, at: datetime = NOON) -> FixedClock:
    """Stop the emulator's clock; ours, which shows the same."""
    emulator.set_clock(at)
    emulator.set_clock_speed(0)
    return FixedClock(at)
