"""Every GET of the control API under load: `python -m bench reading [--channels 1000000] [--in-flight 50]`.

A catalogue of that size, then each route by itself, asked by 50 at a time, through gunicorn as it is started in
production; beside it, in turns, an unchanged Flask "hello" on a gunicorn of the same options. Prints p50, p99 and the
ratio to hello for each route, then JSON. Routes that stream a file or never end are left out.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from app.wiring import Wiring
from bench.growth import steps, world
from bench.processes import ROOT, wait_for
from bench.serving import table
from bench.system import make_system
from devstack.process import Command, spawn, stop

_HELLO = """
from flask import Flask
app = Flask(__name__)
@app.get("/hello")
def hello():
    return {"hello": "world"}
"""
# As start_production.sh says.
_OPTIONS = ("--worker-class", "gthread", "--workers", "2", "--threads", "8")
_LEFT_OUT = ("stream", "export", "callback", "metrics", "openapi")
_ROUNDS = 3
# Jobs that the routes have something to tell of.
_WRITTEN = 1_000


def main() -> None:
    """Fill, serve, ask and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--channels", type=int, default=1_000_000)
    options.add_argument("--in-flight", type=int, default=50)
    options.add_argument("--requests", type=int, default=500, help="of each route in a round")
    asked = options.parse_args()
    with make_system("http://127.0.0.1:9") as wiring, tempfile.TemporaryDirectory() as folder:
        world.fill(wiring, 0, asked.channels)
        list(steps.writing(wiring, asked.channels, _WRITTEN))
        (Path(folder) / "hello.py").write_text(_HELLO)
        with _served("app.web:create_app()", wiring, folder) as ours, _served("hello:app", wiring, folder) as plain:
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
    """Both in turns, so that whatever else the machine does meets both."""
    seconds: dict[str, list[float]] = {"ours": [], "hello": []}
    for _ in range(_ROUNDS):
        seconds["ours"] += asyncio.run(_asked(ours, asked.requests, asked.in_flight))
        seconds["hello"] += asyncio.run(_asked(plain, asked.requests, asked.in_flight))
    cuts = {name: statistics.quantiles(taken, n=100) for name, taken in seconds.items()}
    told = {f"{name}_{p}_ms": round(1000 * cuts[name][at], 1) for name in cuts for p, at in (("p50", 49), ("p99", 98))}
    return {"route": route[:80], **told, "ratio_p50": round(cuts["ours"][49] / cuts["hello"][49], 2)}


async def _asked(url: str, requests: int, in_flight: int) -> list[float]:
    """How long each answer took, with so many under way at once."""
    left = iter(range(requests))
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=in_flight), timeout=60) as client:

        async def ask() -> list[float]:
            taken = []
            for _ in left:
                began = time.perf_counter()
                answer = await client.get(url)
                taken.append(time.perf_counter() - began)
                if answer.status_code >= 500:  # noqa: PLR2004 - the server's fault; 404 and 409 are answers
                    raise RuntimeError(f"{url}: {answer.status_code} {answer.text[:300]}")
            return taken

        return [seconds for part in await asyncio.gather(*(ask() for _ in range(in_flight))) for seconds in part]


@contextmanager
def _served(app: str, wiring: Wiring, folder: str) -> Iterator[str]:
    """One gunicorn on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = wiring.settings
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join((str(ROOT), folder)),
    }
    argv = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *_OPTIONS, app]
    process = spawn(Command(argv, ROOT, environment, Path(folder) / f"{port}.log", death_signal=signal.SIGKILL))
    try:
        wait_for(lambda: _answers(port), 30, f"{app} to answer")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process, signal.SIGTERM, patience=10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/livez").status_code < 500  # noqa: PLR2004 - hello has no such route
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
