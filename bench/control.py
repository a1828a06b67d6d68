"""The control API under load: `python -m bench control [--in-flight 50] [--requests 500]`.

What programs do most: look at a job, ask for one, bring channels. Each route by itself with 50 requests under way,
through gunicorn as it is started in production; beside it, in turns, an unchanged Flask "hello" on a gunicorn of the
same options. Prints requests in a second, p50 and p99 of both, then JSON.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time

from app.wiring import Wiring
from bench.growth import world
from bench.gunicorn import HELLO, OURS, asked_of, served
from bench.serving import table
from bench.system import make_system

_ROUNDS = 3
_CHANNELS = 10_000
_BROUGHT = 100


def main() -> None:
    """Fill, serve, ask and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--in-flight", type=int, default=50)
    options.add_argument("--requests", type=int, default=500, help="of each route in a round")
    asked = options.parse_args()
    with make_system("http://127.0.0.1:9") as wiring, tempfile.TemporaryDirectory() as folder:
        world.fill(wiring, 0, _CHANNELS)
        requests = control_requests(wiring)
        with served(OURS, wiring, folder) as ours, served(HELLO, wiring, folder) as plain:
            found = [_compare(ours, plain, *request, asked) for request in requests]
    print(table(found), file=sys.stderr)
    print(json.dumps({**vars(asked), "routes": found}, indent=2))


def control_requests(wiring: Wiring) -> list[tuple[str, str, object]]:
    """Method, address and body of what is measured."""
    job = wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by="bench")
    channels = [{"channel_id": channel} for channel in world.new_ids(_BROUGHT, "brought")]
    return [
        ("GET", f"/api/jobs/{job.id}", None),
        ("POST", "/api/batch-metadata", {"total_limit": 100}),
        ("POST", "/api/bulk-add-channels", {"channels": channels}),
    ]


def _compare(
    ours: str, plain: str, method: str, path: str, body: object, asked: argparse.Namespace
) -> dict[str, object]:
    """Both in turns, so that whatever else the machine does meets both."""
    taken: dict[str, list[float]] = {"ours": [], "hello": []}
    spent = {"ours": 0.0, "hello": 0.0}
    for _ in range(_ROUNDS):
        for name, url in (("ours", ours + path), ("hello", f"{plain}/hello")):
            began = time.perf_counter()
            taken[name] += asked_of(url, asked.requests, asked.in_flight, method, body)
            spent[name] += time.perf_counter() - began
    told: dict[str, object] = {"route": f"{method} {path}"[:30]}
    for name, seconds in taken.items():
        cuts = statistics.quantiles(seconds, n=100)
        told |= {f"{name}_per_second": round(len(seconds) / spent[name])}
        told |= {f"{name}_p50_ms": round(1000 * cuts[49], 1), f"{name}_p99_ms": round(1000 * cuts[98], 1)}
    return told


if __name__ == "__main__":
    main()
