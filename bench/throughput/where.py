"""Where the time of metadata goes: a job in this process, one batch after another, without Celery."""

import time
from collections.abc import Callable
from typing import Any

from app.catalog import store as channels
from app.jobs import batch_store
from app.jobs.machine import Machine
from app.jobs.model import Job
from app.keys.purse import Purse
from app.youtube.attempts import Attempts
from app.youtube.calls import Calls
from app.youtube.wire import Wire
from bench.system import work_off
from bench.throughput.layers import Layer, Layers
from bench.throughput.plant import Plant
from workers.kinds import metadata

LAYERS = (
    Layer("fetch", Wire, "get"),
    Layer("threads and attempts", Attempts, "call"),
    Layer("threads and attempts", Calls, "run"),
    Layer("quota", Purse, "pay"),
    Layer("quota", Purse, "close"),
    Layer("parse", metadata, "parse_channels"),
    Layer("language", metadata, "detect"),
    Layer("COPY", channels, "copy_rows"),
    Layer("UPDATE, snapshots, changes", channels, "save_facts"),
    Layer("counters and fence", Machine, "commit"),
    Layer("claim", Machine, "claim_in_turn"),
    Layer("end", Machine, "end"),
    Layer("cut and knock", Machine, "advance"),
    Layer("show", Machine, "show"),
    Layer("look for batches", batch_store, "list_due"),
)


def where_it_goes(plant: Plant, ids: list[str], ask: Callable[[], Job], calls: int) -> list[dict[str, Any]]:
    """Milliseconds for a call: of CPU in this process, and on the clock, which holds the waits for PostgreSQL."""
    plant.know(ids)
    postgres, cpu, began = plant.postgres_cpu(), time.process_time(), time.perf_counter()
    with Layers(LAYERS).watched() as layers:
        work_off(plant.wiring, ask())
    total, seconds = time.process_time() - cpu, time.perf_counter() - began
    rows = [_row(title, used.cpu, used.wall, calls) for title, used in layers.used.items()]
    rest = total - sum(used.cpu for used in layers.used.values())
    rows += [_row("the rest", rest, 0.0, calls), _row("together", total, seconds, calls)]
    return [*rows, _row("PostgreSQL", plant.postgres_cpu() - postgres, 0.0, calls)]


def _row(title: str, cpu: float, wall: float, calls: int) -> dict[str, Any]:
    return {
        "layer": title,
        "cpu_ms_per_call": round(1000 * cpu / calls, 2),
        "clock_ms_per_call": round(1000 * wall / calls, 2),
    }
