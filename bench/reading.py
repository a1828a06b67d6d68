"""Every GET of the control API under load: `python -m bench reading [--channels 1000000] [--in-flight 50]`.

A catalogue of that size, then each route by itself, asked by 50 at a time, through gunicorn as it is started in
production; beside it, in turns, an unchanged Flask "hello" on a gunicorn of the same options. Prints p50, p99 and the
ratio to hello for each route, then JSON. Routes that stream a file or never end are left out.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping

import httpx

from app.wiring import Wiring
from bench.growth import steps, world
from bench.gunicorn import HELLO, OURS, asked_of, served
from bench.serving import table
from bench.system import make_system

_LEFT_OUT = ("stream", "export", "callback", "metrics", "openapi")
_ROUNDS = 3
_TRIALS = 5
# Jobs that the routes have something to tell of.
_WRITTEN = 1_000


def main() -> None:
    """Fill, serve, ask and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--channels", type=int, default=1_000_000)
    options.add_argument("--in-flight", type=int, default=50)
    options.add_argument("--requests", type=int, default=500, help="of each route in a round, at most")
    options.add_argument("--seconds", type=float, default=5, help="that a route takes about, beside hello")
    asked = options.parse_args()
    system = make_system("http://127.0.0.1:9", shared_buffers=world.MEMORY)
    with system as wiring, tempfile.TemporaryDirectory() as folder:
        world.fill(wiring, 0, asked.channels)
        list(steps.writing(wiring, asked.channels, _WRITTEN))
        with served(OURS, wiring, folder) as ours, served(HELLO, wiring, folder) as plain:
            found = [
                _compare(ours + route, plain + "/hello", route, asked)
                for route in routes(ours, addresses(wiring, asked.channels))
            ]
    print(table(found), file=sys.stderr)
    print(json.dumps({**vars(asked), "routes": found}, indent=2))


def routes(url: str, values: Mapping[str, str]) -> Iterator[str]:
    """Every address that the API itself lists for GET, with values for what stands in braces."""
    paths = httpx.get(f"{url}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if "get" in methods and not any(word in path for word in _LEFT_OUT):
            yield path.format_map(values) + values.get(path, "")


def addresses(wiring: Wiring, size: int) -> dict[str, str]:
    """What stands for the names in addresses, and what some routes must be asked with."""
    first, second = world.drawn(2, size)
    [job, *_] = wiring.jobs.listed(before=None, limit=1)
    return {
        "channel_id": first,
        "job_id": str(job.id),
        "video_id": "dQw4w9WgXcQ",
        "playlist_id": f"UU{first[2:]}",
        "name": "nightly",
        "/api/graph/paths": f"?from={first}&to={second}",
        "/api/graph": f"?around={first}",
    }


def _compare(ours: str, plain: str, route: str, asked: argparse.Namespace) -> dict[str, object]:
    """Both in turns, so that whatever else the machine does meets both; a slow route is asked less often."""
    alone = statistics.median(asked_of(ours, _TRIALS, 1))
    requests = max(2 * asked.in_flight, min(asked.requests, round(asked.seconds / _ROUNDS / alone)))
    seconds: dict[str, list[float]] = {"ours": [], "hello": []}
    for _ in range(_ROUNDS):
        seconds["ours"] += asked_of(ours, requests, asked.in_flight)
        seconds["hello"] += asked_of(plain, requests, asked.in_flight)
    cuts = {name: statistics.quantiles(taken, n=100) for name, taken in seconds.items()}
    told = {f"{name}_{p}_ms": round(1000 * cuts[name][at], 1) for name in cuts for p, at in (("p50", 49), ("p99", 98))}
    row = {
        "route": route[:80],
        "alone_ms": round(1000 * alone, 1),
        **told,
        "ratio_p50": round(cuts["ours"][49] / cuts["hello"][49], 2),
        "requests": _ROUNDS * requests,
    }
    print(" ".join(f"{name}={value}" for name, value in row.items()), file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    main()
