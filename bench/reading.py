"""Every GET of the control API under load: `python -m bench reading [--channels 1000000] [--in-flight 50]`.

A catalogue of that size, then each route by itself, asked by 50 at a time, through gunicorn as it is started in
production; beside it, in turns, an unchanged Flask "hello" on a gunicorn of the same options. Prints p50, p99 and the
ratio to hello for each route, then JSON. Left out are routes that stream a file or never end, and push, which is off
without an address.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping

import httpx
from sqlalchemy import text

from app.catalog.ids import channel_key
from app.schedules.model import Plan
from app.wiring import Wiring
from bench.growth import steps, world
from bench.gunicorn import HELLO, OURS, asked_of, served
from bench.serving import table
from bench.system import make_system

_LEFT_OUT = ("stream", "export", "callback", "metrics", "push")
# Fifty videos of one channel, each with a week of counts, and a list of them.
_VIDEOS = """
with made as (
    insert into videos (id, channel, published_at, fetched_at, expires_at, availability_since, kind, kind_evidence,
                        title, description, view_count)
    select n, cast(:channel as uuid), now() - n * interval '1 day', now(), now() + interval '30 days', now(), 'video',
           'bench', 'Video ' || n, repeat('What it is about. ', 20), n * 1000
    from generate_series(1, 50) n returning id
), counted as (
    insert into video_snapshots (video, observed_at, view_count)
    select id, now() - d * interval '1 day', id * 1000 - d from made, generate_series(0, 6) d
), listed as (
    insert into playlists (playlist_id, channel, fetched_at, expires_at, availability_since, title, item_count)
    values (:playlist, cast(:channel as uuid), now(), now() + interval '30 days', now(), 'All of them', 50) returning id
)
insert into playlist_items (playlist, entry, video, first_seen_at, last_seen_at, position, kind)
select listed.id, made.id, made.id, now(), now(), made.id, 'available' from listed, made
"""
_VIDEO, _SCHEDULE = "AAAAAAAAAAE", "nightly"
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
        named = addresses(wiring, asked.channels)
        with served(OURS, wiring, folder) as ours, served(HELLO, wiring, folder) as plain:
            found = [_compare(ours + route, plain + "/hello", route, asked) for route in list(routes(ours, named))]
    print(table(found), file=sys.stderr)
    print(json.dumps({**vars(asked), "routes": found}, indent=2))


def routes(url: str, values: Mapping[str, str]) -> Iterator[str]:
    """Every address that the API itself lists for GET, with values for what stands in braces. Each must answer."""
    paths = httpx.get(f"{url}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if "get" in methods and not any(word in path for word in _LEFT_OUT):
            route = path.replace("/problems/{name}", "/problems/unknown-job").format_map(values) + values.get(path, "")
            httpx.get(url + route).raise_for_status()
            yield route


def addresses(wiring: Wiring, size: int) -> dict[str, str]:
    """What stands for the names in addresses, made where it is missing, and what some routes must be asked with."""
    first, second = world.drawn(2, size)
    playlist = f"PL{first[2:]}"
    with wiring.db.begin() as tx:
        tx.execute(text(_VIDEOS), {"channel": channel_key(first), "playlist": playlist})
    wiring.schedules.add(_SCHEDULE, Plan("metadata", {}, None, 86_400, "UTC", enabled=True, grace_seconds=3_600))
    [job, *_] = wiring.jobs.listed(before=None, limit=1)
    return {
        "channel_id": first,
        "job_id": str(job.id),
        "video_id": _VIDEO,
        "playlist_id": playlist,
        "key_id": str(wiring.keys.listed()[0].id),
        "name": _SCHEDULE,
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
