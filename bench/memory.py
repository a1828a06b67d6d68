"""Whether workers grow: `python -m bench memory [--minutes 60] [--workers 1] [--channels 5000]`.

Celery workers of two processes carry out one metadata job after another, with the emulator in place of YouTube. Every
half minute each of their processes tells its memory: what it holds (RSS), and what is its own share of it (PSS). Prints
how much the PSS of each has grown in an hour, by least squares over the second half, when everything was loaded; then
JSON.
"""

import argparse
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

import psutil

from bench.metadata import SEED, acquaint, ask, show
from bench.serving import table
from bench.throughput.plant import Plant, make_plant
from emulator.universe.universe import Universe

_EVERY = 30.0


class Sample(NamedTuple):
    """One process at one moment: minutes since the beginning, and MB."""

    minute: float
    process: str
    rss: float
    pss: float


def main() -> None:
    """Work, look, and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--channels", type=int, default=5_000)
    asked = options.parse_args()
    with make_plant(SEED) as plant:
        ids = list(islice(Universe(SEED).existing_ids(plant.emulators[0].clock().now), asked.channels))
        acquaint(plant, ids)
        found, jobs = watched(plant, ids, asked.workers, asked.minutes * 60, _EVERY)
    rows = growth(found)
    print(table(rows), file=sys.stderr)
    print(json.dumps({**vars(asked), "jobs": jobs, "growth": rows, "samples": found}, indent=2))


def watched(plant: Plant, ids: list[str], workers: int, seconds: float, every: float) -> tuple[list[Sample], int]:
    """Samples of all processes of so many workers while they work, and how many jobs they carried out."""
    found: list[Sample] = []
    over = threading.Event()
    with plant.workers(workers) as processes:
        began, jobs = time.monotonic(), 0
        watcher = threading.Thread(target=_watch, args=(processes, every, over, found))
        watcher.start()
        while not jobs or time.monotonic() < began + seconds:
            plant.know(ids)
            plant.wait(ask(plant.wiring, None))
            jobs += 1
        over.set()
        watcher.join()
    return found, jobs


def growth(found: Sequence[Sample]) -> list[dict[str, object]]:
    """By process: its first and last memory in MB, its peak, and by how many MB its PSS grows in an hour."""
    by_process: dict[str, list[Sample]] = defaultdict(list)
    for sample in found:
        by_process[sample.process].append(sample)
    return [
        {
            "process": process,
            "first_pss": samples[0].pss,
            "last_pss": samples[-1].pss,
            "peak_rss": max(sample.rss for sample in samples),
            "mb_an_hour": slope(samples[len(samples) // 2 :]),
        }
        for process, samples in by_process.items()
    ]


def slope(samples: Sequence[Sample]) -> float:
    """MB of PSS in an hour, by least squares; 0 for a single sample."""
    minute = sum(sample.minute for sample in samples) / len(samples)
    pss = sum(sample.pss for sample in samples) / len(samples)
    spread = sum((sample.minute - minute) ** 2 for sample in samples)
    together = sum((sample.minute - minute) * (sample.pss - pss) for sample in samples)
    return round(60 * together / spread, 2) if spread else 0.0


def _watch(workers: Sequence[psutil.Process], every: float, over: threading.Event, found: list[Sample]) -> None:
    began = time.monotonic()
    while True:
        minute = round((time.monotonic() - began) / 60, 3)
        for number, worker in enumerate(workers):
            found += _samples(minute, number, worker)
        if over.is_set():
            return
        show(f"{minute:.1f} minutes: " + ", ".join(f"{one.process} {one.pss} MB" for one in found[-3 * len(workers) :]))
        over.wait(every)


def _samples(minute: float, number: int, worker: psutil.Process) -> list[Sample]:
    told = []
    for place, process in enumerate((worker, *worker.children())):
        with suppress(psutil.NoSuchProcess):  # one that is renewed meanwhile
            memory = process.memory_full_info()
            who = f"worker {number}, {f'child {place}' if place else 'main'} ({process.pid})"
            told.append(Sample(minute, who, round(memory.rss / 2**20, 1), round(memory.pss / 2**20, 1)))
    return told


if __name__ == "__main__":
    main()
