"""The benchmark of discovery in small: what it counts is what the emulator has counted, and its arithmetic."""

import random
from hashlib import sha256
from math import ceil

import pytest

from app.wiring import Wiring
from bench.discovery import brought, judging, ours
from bench.discovery.__main__ import THEIRS
from bench.discovery.seeds import draw_seeds
from bench.discovery.snowball import Snowball, getter
from bench.system import calls_by_method
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.discoveries.conftest import know
from tests.jobs.invariants import broken

UNITS = 60


def test_both_stay_within_the_budget_and_every_unit_is_told(wiring: Wiring, emulator: Control) -> None:
    seeds = draw_seeds(Universe(), 10, random.Random(7))  # noqa: S311 - the same seeds in each run
    know(wiring, seeds)
    before = calls_by_method(emulator)
    job, mine = ours.spend(wiring, UNITS, 5)
    spent = calls_by_method(emulator) - before
    assert job.units_used == spent.total() <= UNITS
    total = brought.total(mine)
    confirmations = job.units_used - total.units
    assert ceil((total.new + total.dropped) / 50) <= confirmations <= ceil((total.new + total.dropped) / 50) + 3
    assert broken(wiring) == []

    snowball = Snowball(getter(wiring.wire, THEIRS), UNITS, searches=3, handle_sources=2)
    snowball.run(seeds)
    key = sha256(THEIRS.encode()).hexdigest()[:12]
    theirs = [line for line in emulator.counters().calls if line.key == key]
    assert sum(line.calls for line in theirs) - 1 == snowball.units <= UNITS  # one call for the seeds themselves
    assert {line.method: line.calls for line in theirs}["search.list"] == 3
    total = brought.total(snowball.brought)
    assert snowball.units - total.units == ceil((total.new + total.dropped) / 50)
    assert total.new > 50


def test_methods_without_calls_pay_for_full_confirmations_alone(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=300))
    told = ours.without_calls(wiring, emulator)
    asked = int(str(told["to_confirm"]))
    assert asked > 0
    calls = ceil(asked / 50)
    assert told == {"expansions": 900, "to_confirm": asked, "calls": {"channels.list": calls}, "units": calls}


def test_what_is_sure_and_right_comes_first_and_scores_well() -> None:
    pairs = [ours.Pair(0.9, 1, judged=True, same_community=True, same_theme=True)] * 10
    pairs += [ours.Pair(0.1, 9, judged=True, same_community=False, same_theme=False)] * 30
    chance = random.Random(1)  # noqa: S311 - the same in each run
    shares = {row["order"]: (row["at 10"], row["all"]) for row in judging.precision(pairs, chance)}
    assert shares["confidence"] == (1.0, 0.25)
    assert shares["evidence count"] == (0.0, 0.25)
    assert [(row["number"], row["same_theme"]) for row in judging.calibration(pairs)] == [(30, 0.0), (10, 1.0)]
    assert judging.brier([0.9, 0.1], [True, False]) == pytest.approx(0.01)
    assert judging.calibration_error([0.8, 0.8, 0.8, 0.8, 0.2], [True, True, False, True, False]) == pytest.approx(
        0.8 * 0.05 + 0.2 * 0.2
    )
