"""What growth costs: `python -m bench growth [--sizes 10000,1000000,5000000,15000000]`.

One catalogue grows from size to size. At each of them `--rows` channels (20,000) are imported, imported again, fetched
and refreshed by the same jobs that a worker runs (YouTube answers from memory), and the routes that people repeat are
asked 200 times. Rows per second tell what the machine made of it; blocks per row are a count, which a busy machine does
not change. Prints a table for each size and the ratios of the last to the first, then JSON.
"""

import argparse
import json
import sys

from app.wiring import Wiring
from bench.growth import steps, world
from bench.growth.steps import Measured
from bench.serving import table
from bench.system import make_system

_SIZES = "10000,1000000,5000000,15000000"
# Nobody is asked: the wire is replaced.
_NOWHERE = "http://127.0.0.1:9"


def main() -> None:
    """Grow, measure, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", default=_SIZES, help="rows, ascending")
    options.add_argument("--rows", type=int, default=20_000, help="that each step writes")
    asked = options.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    with make_system(_NOWHERE, shared_buffers=world.MEMORY) as wiring:
        print(json.dumps(measure(wiring, sizes, asked.rows), indent=2))


def measure(wiring: Wiring, sizes: list[int], rows: int) -> dict[str, object]:
    """All figures by size, and the ratios of the last to the first."""
    found: dict[int, list[Measured]] = {}
    stored: dict[int, dict[str, float]] = {}
    for before, size in zip([0, *sizes], sizes, strict=False):
        world.fill(wiring, before, size)
        found[size] = [*steps.writing(wiring, size, rows), *steps.reading(wiring, size)]
        with wiring.db.begin() as tx:
            stored[size] = world.bytes_of_rows(tx)
        _show(f"{size:,} channels: {stored[size]} bytes a row", [_row(one) for one in found[size]])
    first, last = found[sizes[0]], found[sizes[-1]]
    ratios = [
        {
            "step": one.step,
            "time": round(one.rows_per_second / other.rows_per_second, 2),
            "blocks": round(other.blocks_per_row / one.blocks_per_row, 2),
        }
        for one, other in zip(first, last, strict=True)
    ]
    _show(f"{sizes[-1]:,} channels to {sizes[0]:,}", ratios)
    measured = {str(size): [_row(one) for one in done] for size, done in found.items()}
    return {
        "bytes_per_row": {str(size): row for size, row in stored.items()},
        "steps": measured,
        "last_to_first": ratios,
    }


def _row(one: Measured) -> dict[str, object]:
    return {"step": one.step, "per_second": round(one.rows_per_second, 1), "blocks": round(one.blocks_per_row, 1)}


def _show(title: str, rows: list[dict[str, object]]) -> None:
    print(f"\n{title}\n{table(rows)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
