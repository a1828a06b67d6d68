"""Videos from end to end: the newest of each channel, from the request to the rows in the table."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from bench.meters import cpu_seconds
from bench.throughput import minet
from bench.throughput.measured import OURS, Outcome, load, measured, ratios, rows_of
from bench.throughput.plant import Plant, make_plant
from bench.throughput.python_youtube import PythonYouTube

_FORGET = "truncate videos, video_snapshots, video_changes, upload_listings"
_AGAIN = "update channels set videos_fetched = false, videos_fetched_at = null"


def end_to_end(
    seed: int, ids: Sequence[str], each: int, workers: Sequence[int], latencies: Sequence[int], python: Path | None
) -> dict[str, Any]:
    """Everybody in the same run, on the same channels, with one emulator that knows all their videos."""
    with make_plant(seed, emulators=1) as plant:
        outcomes = list(_ours(plant, ids, each, workers, latencies))
        if python is not None:
            outcomes += _others(plant, ids, each, latencies, python)
    return {
        "clients": rows_of(outcomes),
        "times_as_fast_as_the_best_of_the_others": ratios(outcomes),
        "load": load(),
    }


def _ours(
    plant: Plant, ids: Sequence[str], each: int, workers: Sequence[int], latencies: Sequence[int]
) -> Iterator[Outcome]:
    """Jobs of so many workers; a first one, which is not measured, lets everybody get to know the videos."""

    def fetch() -> int:
        plant.wait(plant.wiring.youtube.ask_for_videos(videos_per_channel=each))
        with plant.wiring.db.begin() as tx:
            return int(tx.execute(text("select count(*) from videos")).scalar_one())

    plant.know(ids)
    for number in workers:
        with plant.workers(number) as processes:
            plant.wait(plant.wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by="bench"))
            _forget(plant)
            fetch()
            for latency in latencies:
                _forget(plant)
                yield measured(plant, OURS, latency, fetch, partial(_together, processes), number)


def _others(plant: Plant, ids: Sequence[str], each: int, latencies: Sequence[int], python: Path) -> Iterator[Outcome]:
    theirs = PythonYouTube(plant)
    for latency in latencies:
        _forget(plant)
        yield measured(plant, "minet", latency, lambda: minet.Minet(python, plant).videos(ids, each), minet.cpu)
        _forget(plant)
        yield measured(plant, "python-youtube", latency, lambda: theirs.videos(ids, each), time.process_time)
    theirs.close()


def _forget(plant: Plant) -> None:
    with plant.wiring.db.begin() as tx:
        tx.execute(text(_FORGET))
        tx.execute(text(_AGAIN))
    plant.settle()


def _together(processes: Sequence[psutil.Process]) -> float:
    return sum(map(cpu_seconds, processes))
