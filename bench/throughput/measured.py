"""One run of one client, and how it is told."""

import os
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.youtube.costs import MAX_IDS
from bench.throughput.plant import Plant

OURS = "tributary"


class Outcome(NamedTuple):
    """What a client did, how long it took, and the CPU that it used, in seconds, beside that of PostgreSQL."""

    client: str
    workers: int
    latency_ms: int
    seconds: float
    calls: int
    rows: int
    client_cpu: float
    postgres_cpu: float


def measured(
    plant: Plant, client: str, latency_ms: int, work: Callable[[], int], cpu: Callable[[], float], workers: int = 1
) -> Outcome:
    """Let a client work, which tells how many rows it has written; `cpu` tells what it has used so far."""
    plant.set_latency(latency_ms)
    calls, used, postgres, began = plant.calls(), cpu(), plant.postgres_cpu(), time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - began
    spent, kept = cpu() - used, plant.postgres_cpu() - postgres
    plant.set_latency(0)
    return Outcome(client, workers, latency_ms, seconds, plant.calls() - calls, rows, spent, kept)


def rows_of(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """A row for each; `times as fast` says by how much ours, with the most workers, beats it at the same latency."""
    best = {one.latency_ms: one for one in outcomes if one.client == OURS}  # the last has the most workers
    return [
        {
            "client": one.client,
            "workers": one.workers,
            "latency_ms": one.latency_ms,
            "seconds": round(one.seconds, 2),
            "calls": one.calls,
            "rows": one.rows,
            "rows_per_second": round(one.rows / one.seconds, 1),
            "cpu_ms_per_call": round(1000 * one.client_cpu / one.calls, 2),
            "postgres_ms_per_call": round(1000 * one.postgres_cpu / one.calls, 2),
            "ours_is_faster_by": round(one.seconds / best[one.latency_ms].seconds, 2),
        }
        for one in outcomes
    ]


def ratios(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """By latency and number of workers: how many times as fast as the best of the others ours is."""
    told: dict[str, dict[str, float]] = {}
    for latency in sorted({one.latency_ms for one in outcomes}):
        here = [one for one in outcomes if one.latency_ms == latency]
        others = [one.seconds for one in here if one.client != OURS]
        ours = [one for one in here if one.client == OURS]
        told[f"{latency} ms"] = {
            f"{one.workers} workers": round(min(others, default=0.0) / one.seconds, 2) for one in ours
        }
    return told


def least_calls(channels: int) -> int:
    """Fifty ids a call."""
    return -(-channels // MAX_IDS)


def load() -> list[float]:
    """What else the machine did: processes that wanted a core, in the last 1, 5 and 15 minutes."""
    return [round(one, 1) for one in os.getloadavg()]
