"""What docs/freshness.md shows was simulated: here the simulation and the whole machine look at the same world."""

from datetime import timedelta
from math import ceil

import pytest

from app.refresh.model import next_step
from bench.freshness import LIMITS, Adaptive
from tests.hands import sql
from tests.refresh.conftest import System

DAYS, LOOKS_A_DAY, CHANNELS = 10, 4, 250
pytestmark = pytest.mark.stack


def steps(system: System) -> dict[object, int]:
    return {row[0]: int(str(row[1])) for row in sql(system.wiring, "select id, refresh_step from channels")}


def test_ten_days_of_the_machine_ask_what_the_simulation_asks(system: System) -> None:
    system.fetch_channels(CHANNELS)
    before = steps(system)
    keys = list(before)
    simulated = Adaptive([0.0] * CHANNELS)
    asked_at = dict.fromkeys(keys, 0.0)
    spent, calls, sizes = system.calls(), 0, set[int]()
    for look in range(1, DAYS * LOOKS_A_DAY + 1):
        system.pass_time(timedelta(days=1) / LOOKS_A_DAY)
        now = look / LOOKS_A_DAY
        job = system.refresh()
        after = steps(system)
        chosen = simulated.choose(now, CHANNELS)
        assert {keys[index] for index in chosen} == system.asked_now()
        for index in chosen:
            key = keys[index]
            age = now - asked_at[key]
            changed = after[key] == next_step(before[key], LIMITS.interval(before[key]), changed=True)
            simulated.found(index, now, age, changed=changed)
            asked_at[key] = now
        before, calls = after, calls + ceil(len(chosen) / 50)
        sizes.add(job.total_items)
        assert job.units_used == ceil(len(chosen) / 50)
    assert system.calls() - spent == calls
    assert len(sizes) > 5  # it was not always everybody
