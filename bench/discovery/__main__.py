"""What discovery is worth, where the truth is known: `python -m bench.discovery [--seeds 100] [--units 5000]`.

On the emulator: new channels per unit of our frontier against a plain snowball with the same budget; whether pairs of
high confidence are related, as the communities of the universe tell; whether the confidence is a probability; and what
methods without calls cost. Prints tables, then JSON. `--seed` draws the seeds and is the universe; the frontier's
draws come from the job's id, so that two runs differ a little.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence

from app.clock import FixedClock
from app.wiring import Wiring
from bench.discovery import brought, judging, ours
from bench.discovery.seeds import NOON, draw_seeds
from bench.discovery.snowball import Snowball, getter
from bench.serving import emulator_process, table
from bench.system import know, make_system
from emulator.control import Control
from emulator.universe.universe import Universe

SEARCHES = 100
"""Units of the search bucket that a project has."""
THEIRS = "AIzaSyBenchmarkBenchmarkBenchmarkBench1"


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--units", type=int, default=5_000)
    options.add_argument("--batch-size", type=int, default=100, help="a batch without calls is mostly its transaction")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--zero-seeds", type=int, default=1_000, help="channels for the methods without calls")
    asked = options.parse_args()
    found = {**vars(asked), **_measure(asked)}
    for name, rows in found.items():
        if isinstance(rows, list):
            print(f"\n{name}\n{table(rows)}", file=sys.stderr)
    print(json.dumps(found, indent=2))


def _measure(asked: argparse.Namespace) -> Mapping[str, object]:
    universe, chance = Universe(asked.seed), random.Random(asked.seed)
    with emulator_process("--seed", str(asked.seed)) as served, Control(served.url) as control:
        control.set_clock(NOON)
        control.set_clock_speed(0)
        with make_system(served.url, FixedClock(NOON), search=SEARCHES) as wiring:
            found = _compare(wiring, draw_seeds(universe, asked.seeds, chance), asked, chance)
        with make_system(served.url, FixedClock(NOON), search=SEARCHES) as wiring:
            know(wiring, draw_seeds(universe, asked.zero_seeds, chance))
            return {**found, "without_calls": ours.without_calls(wiring, control)}


def _compare(
    wiring: Wiring, seeds: Sequence[str], asked: argparse.Namespace, chance: random.Random
) -> Mapping[str, object]:
    know(wiring, seeds)
    began = time.monotonic()
    job, mine = ours.spend(wiring, asked.units, asked.batch_size)
    seconds = time.monotonic() - began
    snowball = Snowball(getter(wiring.wire, THEIRS), asked.units, SEARCHES, wiring.settings.discovery_handle_sources)
    snowball.run(seeds)
    pairs = ours.pairs(wiring)
    return {
        "why_it_ended": job.why,
        "units_of_ours": job.units_used,
        "units_of_snowball": snowball.units,
        "seconds_of_ours": round(seconds),
        "pairs": len(pairs),
        "new_channels_a_unit": brought.rows(mine, snowball.brought),
        "precision": judging.precision(pairs, chance),
        "by_method": judging.by_method(ours.edges(wiring)),
        "calibration": judging.calibration(pairs),
        "scores": judging.scores(pairs),
    }


if __name__ == "__main__":
    main()
