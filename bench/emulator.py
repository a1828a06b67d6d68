"""How many lists of 50 the emulator answers in a second, and what one costs it: `python -m bench emulator`.

Measured for channels and videos, for ids that it has answered before and ids it has never seen, with and without
gzip, whole and with the `fields` that our client asks for. Prints a table, then JSON. The client only reads bytes.
"""

import http.client
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain, cycle, islice, product
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from app.youtube.costs import MAX_IDS, Request
from app.youtube.methods.channels import channels_request
from app.youtube.methods.videos import videos_request
from bench.serving import Served, emulator_process, table
from emulator.universe.universe import Universe

SEED = 1
ROUNDS = 3
CALLS = 240
THREADS = 4
"""Enough to keep one emulator busy."""

KNOWN_LISTS = 40
"""Lists of 50 that are asked for again and again; they fit into the emulator's memory."""

Ids = Iterator[Sequence[str]]


class Case(NamedTuple):
    """What is asked for, and how."""

    method: str
    known: bool
    gzip: bool
    masked: bool


class Outcome(NamedTuple):
    """One run: calls per second, milliseconds of the server's core for a call, kilobytes of an answer."""

    calls_per_second: float
    cpu_ms: float
    kilobytes: float


REQUESTS: dict[str, Callable[[Sequence[str]], Request]] = {
    "channels.list": channels_request,
    "videos.list": videos_request,
}


def main() -> None:
    """Measure every case in turn, several times over, and print the medians."""
    cases = [Case(*values) for values in product(REQUESTS, (True, False), (False, True), (False, True))]
    fresh = {method: fifties(method) for method in REQUESTS}
    known = {method: list(islice(fresh[method], KNOWN_LISTS)) for method in REQUESTS}
    outcomes: dict[Case, list[Outcome]] = {case: [] for case in cases}
    with emulator_process("--seed", str(SEED)) as served:
        for case in [Case(method, known=True, gzip=False, masked=False) for method in REQUESTS]:
            run(served, case, known[case.method])
        for _ in range(ROUNDS):
            for case in cases:
                lists = cycle(known[case.method]) if case.known else fresh[case.method]
                outcomes[case].append(run(served, case, list(islice(lists, CALLS))))
    rows = [{**case._asdict(), **_medians(outcomes[case])} for case in cases]
    print(table(rows), file=sys.stderr)
    print(json.dumps({"calls": CALLS, "rounds": ROUNDS, "threads": THREADS, "cases": rows}, indent=2))


def fifties(method: str) -> Ids:
    """Lists of 50 ids that exist, no id twice: worked out here, so that the emulator has not seen them."""
    universe, now = Universe(SEED), datetime.now(UTC)
    ids = universe.existing_ids(now)
    if method == "videos.list":
        found = (channel for name in ids if (channel := universe.channel(name, now)))
        newest = chain.from_iterable(islice(universe.uploads(channel, now), MAX_IDS) for channel in found)
        ids = (video.id for video in newest)
    while True:
        yield list(islice(ids, MAX_IDS))


def run(served: Served, case: Case, lists: Sequence[Sequence[str]]) -> Outcome:
    """Ask for all the lists from a few connections at once."""
    paths = [_path(case, ids) for ids in lists]
    cpu, started = served.cpu_seconds(), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        sizes = list(pool.map(lambda share: _ask(served.url, case, share), (paths[n::THREADS] for n in range(THREADS))))
    seconds = time.perf_counter() - started
    return Outcome(
        calls_per_second=len(paths) / seconds,
        cpu_ms=(served.cpu_seconds() - cpu) / len(paths) * 1000,
        kilobytes=sum(sizes) / len(paths) / 1000,
    )


def _path(case: Case, ids: Sequence[str]) -> str:
    request = REQUESTS[case.method](ids)
    params = {name: value for name, value in request.params.items() if case.masked or name != "fields"}
    return f"/youtube/v3/{case.method.removesuffix('.list')}?{urlencode(params)}&prettyPrint=false"


def _ask(url: str, case: Case, paths: Sequence[str]) -> int:
    """The bytes of all answers, over one connection."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"X-Goog-Api-Key": "bench", "Accept-Encoding": "gzip" if case.gzip else "identity"}
    size = 0
    for path in paths:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        size += len(answer.read())
        if answer.status != http.client.OK:
            sys.exit(f"The emulator answered {answer.status} to {path[:200]}")
    connection.close()
    return size


def _medians(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The middle of each figure over the rounds."""
    columns = zip(Outcome._fields, zip(*outcomes, strict=True), strict=True)
    return {name: round(statistics.median(values), 2) for name, values in columns}


if __name__ == "__main__":
    main()
