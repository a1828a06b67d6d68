"""Our client against others, on the same 50 channels from the same emulator: `python -m bench youtube_client`.

Ours is the wire and the reading into facts, and the wire alone, which ends where google-api-python-client ends: with
dictionaries. The others do what they do by default, with all fields and with the `fields` that ours asks for. Calls
per second and milliseconds of this process's CPU for a call, at no latency from one thread, and at 100 ms from
sixteen. Prints a table, then JSON; medians of interleaved repetitions.
"""

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pyyoutube
from googleapiclient.discovery import build

from app.youtube.costs import MAX_IDS, Request
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.wire import Wire
from bench.serving import emulator_process, table
from emulator.control import Control

KEY = "AIzaSyBenchmarkBenchmarkBenchmarkBench0"
ROUNDS = 5
OURS = "tributary"
_PATIENCE = 60.0


class Setting(NamedTuple):
    """How far away the server is, and how many threads ask it how often."""

    latency_ms: int
    threads: int
    calls: int


SETTINGS = (Setting(0, 1, 100), Setting(100, 16, 160))

Ask = Callable[[], int]
"""One call; how many channels came."""


class Outcome(NamedTuple):
    """One run."""

    calls_per_second: float
    cpu_ms: float


def contenders(url: str, request: Request) -> Mapping[str, Callable[[], Ask]]:
    """Name to what makes a thread's own way of asking; only our wire is shared by all threads."""
    wire = Wire(url)
    plain = {name: value for name, value in request.params.items() if name != "fields"}
    return {
        OURS: lambda: lambda: len(parse_channels(wire.get(request.method, request.params, KEY))),
        f"{OURS}, unread": lambda: lambda: len(wire.get(request.method, request.params, KEY)["items"]),
        "google-api-python-client": lambda: _google(url, plain),
        "google-api-python-client, our fields": lambda: _google(url, request.params),
        "python-youtube": lambda: _python_youtube(url, plain),
        "python-youtube, our fields": lambda: _python_youtube(url, request.params),
    }


def _google(url: str, params: Mapping[str, str]) -> Ask:
    # its transport is not safe to share between threads: its documentation says to build one for each
    service = build("youtube", "v3", developerKey=KEY, client_options={"api_endpoint": url})
    arguments: dict[str, Any] = {**params, "maxResults": int(params["maxResults"])}
    return lambda: len(service.channels().list(**arguments).execute()["items"])


def _python_youtube(url: str, params: Mapping[str, str]) -> Ask:
    client = pyyoutube.Client(api_key=KEY)
    client.BASE_URL = f"{url}/youtube/v3/"
    mask = {"fields": params["fields"]} if "fields" in params else {}
    return lambda: len(
        client.channels.list(
            parts=params["part"], channel_id=params["id"], max_results=int(params["maxResults"]), **mask
        ).items
    )


def main() -> None:
    """Measure everybody in turn, several times over, and print the medians."""
    with emulator_process() as served, Control(served.url) as control:
        request = channels_request(control.channel_ids(MAX_IDS))
        everybody = contenders(served.url, request)
        rows: list[dict[str, object]] = []
        for setting in SETTINGS:
            control.set_latency(setting.latency_ms)
            outcomes: dict[str, list[Outcome]] = {name: [] for name in everybody}
            for _ in range(ROUNDS):
                for name, make in everybody.items():
                    outcomes[name].append(run(make, setting))
            rows += _rows(setting, outcomes)
    print(table(rows), file=sys.stderr)
    print(json.dumps({"rounds": ROUNDS, "ids_per_call": MAX_IDS, "results": rows}, indent=2))


def run(make: Callable[[], Ask], setting: Setting) -> Outcome:
    """All calls of a setting. Building clients and opening connections is not counted."""
    local = threading.local()
    ready = threading.Barrier(setting.threads)

    def prepare() -> None:
        local.ask = make()
        _check(local.ask())
        ready.wait(_PATIENCE)

    def call(_: int) -> None:
        _check(local.ask())

    with ThreadPoolExecutor(setting.threads, initializer=prepare) as pool:
        list(pool.map(lambda _: None, range(setting.threads * 4)))
        cpu, started = time.process_time(), time.perf_counter()
        list(pool.map(call, range(setting.calls)))
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
    return Outcome(setting.calls / seconds, used / setting.calls * 1000)


def _check(channels: int) -> None:
    if channels != MAX_IDS:
        raise ValueError(f"{channels} channels came instead of {MAX_IDS}")


def _rows(setting: Setting, outcomes: Mapping[str, Sequence[Outcome]]) -> list[dict[str, object]]:
    """Medians, and how many times as fast and as frugal ours is."""
    medians = {
        name: Outcome(*(statistics.median(values) for values in zip(*runs, strict=True)))
        for name, runs in outcomes.items()
    }
    ours = medians[OURS]
    return [
        {
            "latency_ms": setting.latency_ms,
            "threads": setting.threads,
            "client": name,
            "calls_per_second": round(median.calls_per_second, 1),
            "cpu_ms_per_call": round(median.cpu_ms, 3),
            "ours_is_faster_by": round(ours.calls_per_second / median.calls_per_second, 2),
            "ours_takes_less_cpu_by": round(median.cpu_ms / ours.cpu_ms, 2),
        }
        for name, median in medians.items()
    ]


if __name__ == "__main__":
    main()
