r"""Metadata from end to end: `python -m bench metadata [--channels 20000] [--workers 1,2,4] [--latency 0,100]`.

A job over so many channels, from the request to its completion: Celery workers of two processes ask the emulator, tell
languages, and write facts and snapshots into PostgreSQL. Beside it minet, whose CSV `psql \copy` takes into the same
table with the same indexes, and python-youtube, whose objects SQLAlchemy inserts into it; neither writes snapshots or
languages. CPU is counted by process, so that the emulators' does not count. Then one batch after another in this
process, to show where the time goes. Prints tables, then JSON.
"""

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from app.jobs.model import Job
from app.wiring import Wiring
from app.youtube.methods.channels import channels_request
from app.youtube.wire import Wire
from bench.meters import cpu_seconds
from bench.serving import table
from bench.system import KEY
from bench.throughput import minet
from bench.throughput.measured import OURS, Outcome, least_calls, load, measured, ratios, rows_of
from bench.throughput.plant import Plant, make_plant
from bench.throughput.python_youtube import PythonYouTube
from bench.throughput.where import where_it_goes
from emulator.universe.universe import Universe

SEED = 1
_WARMING = 400
_WHO: dict[str, Any] = {"idempotency_key": None, "requested_by": "bench"}


def main() -> None:
    """Measure everybody in the same run, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--channels", type=int, default=20_000)
    options.add_argument("--workers", default="1,2,4", help="Celery workers, of two processes each")
    options.add_argument("--latency", default="0,100", help="milliseconds that YouTube is away")
    options.add_argument("--batch", type=int, default=None, help="channels in a batch; the setting's by default")
    options.add_argument("--minet", type=Path, help="a Python that has minet; made inside ours by default")
    options.add_argument("--alone", action="store_true", help="without the others")
    asked = options.parse_args()
    latencies = [int(one) for one in asked.latency.split(",")]
    python = None if asked.alone else asked.minet or minet.environment(Path(sys.prefix))
    with make_plant(SEED) as plant:
        ids = list(islice(Universe(SEED).existing_ids(plant.emulators[0].clock().now), asked.channels))
        show(f"{len(ids)} channels; the emulators get to know them")
        acquaint(plant, ids)
        outcomes = [] if python is None else list(others(plant, python, ids, latencies))
        for number in map(int, asked.workers.split(",")):
            outcomes += ours(plant, ids, number, latencies, asked.batch)
        profile = where_it_goes(plant, ids, lambda: ask(plant.wiring, asked.batch), least_calls(len(ids)))
    print(json.dumps(report(len(ids), outcomes, profile), indent=2))


def acquaint(plant: Plant, ids: list[str]) -> None:
    """Let each emulator work its channels out before anybody is measured: that takes ten times as long as telling."""

    def tell(url: str) -> None:
        wire = Wire(url)
        for at in range(0, len(ids), 50):
            request = channels_request(ids[at : at + 50])
            wire.get(request.method, request.params, KEY)

    threads = [threading.Thread(target=tell, args=(url,)) for url in plant.urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(wiring: Wiring, batch_size: int | None, limit: int | None = None) -> Job:
    """The job."""
    return wiring.youtube.ask_for_metadata(batch_size, limit, **_WHO)


def ours(plant: Plant, ids: list[str], workers: int, latencies: list[int], batch: int | None) -> Iterator[Outcome]:
    """Jobs of so many workers, which have worked before."""
    with plant.workers(workers) as processes:
        plant.know(ids)
        plant.wait(ask(plant.wiring, 50, _WARMING * workers))
        for latency in latencies:
            plant.know(ids)

            def work() -> int:
                return plant.wait(ask(plant.wiring, batch)).outcomes["fetched"]

            cpu = partial(_together, processes)
            yield told(measured(plant, OURS, latency, work, cpu, workers))


def others(plant: Plant, python: Path, ids: list[str], latencies: list[int]) -> Iterator[Outcome]:
    """Those who ask one call after another."""
    import time  # noqa: PLC0415

    theirs = PythonYouTube(plant)
    for latency in latencies:
        plant.empty()
        yield told(measured(plant, "minet", latency, lambda: minet.Minet(python, plant).channels(ids), minet.cpu))
        plant.empty()
        yield told(measured(plant, "python-youtube", latency, lambda: theirs.channels(ids), time.process_time))
    theirs.close()


def told(outcome: Outcome) -> Outcome:
    """The same, when it has been told who waits for it."""
    rate = outcome.rows / outcome.seconds
    show(f"{outcome.client}, {outcome.workers} workers, {outcome.latency_ms} ms: {rate:.0f} a second")
    return outcome


def show(line: str) -> None:
    """A line to those who wait."""
    print(f"{datetime.now().astimezone():%H:%M:%S} {line}", file=sys.stderr, flush=True)


def report(channels: int, outcomes: list[Outcome], profile: list[dict[str, Any]]) -> dict[str, Any]:
    """All figures; the tables of them go to standard error."""
    rows = rows_of(outcomes)
    print(f"\n{table(rows)}\n\n{table(profile)}", file=sys.stderr)
    return {
        "channels": channels,
        "least_calls": least_calls(channels),
        "clients": rows,
        "times_as_fast_as_the_best_of_the_others": ratios(outcomes),
        "where_it_goes": profile,
        "load": load(),
    }


def _together(processes: list[Any]) -> float:
    return sum(map(cpu_seconds, processes))


if __name__ == "__main__":
    main()
