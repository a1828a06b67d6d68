"""The jobs that are disturbed: one of each kind, in the order in which each finds what it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from app.jobs.types import METADATA
from app.wiring import Wiring
from emulator.universe.universe import Universe
from workers.keeper import keep

MISSING_SHARE, BAD_ROWS = 0.04, 7
FILE = "chaos.csv"


@dataclass(frozen=True)
class Workload:
    """A kind of job, how it is asked for, and whether it calls YouTube."""

    name: str
    path: str
    body: Mapping[str, Any]
    calls: bool = False


WORKLOADS: Sequence[Workload] = (
    Workload("migrate", "/api/migrate", {"source_type": "csv", "source_path": FILE, "batch_size": 100}),
    Workload("metadata", "/api/batch-metadata", {"batch_size": 200}, calls=True),
    Workload("moves", "/api/jobs/moves", {"move": "cancel", "filter": {"status": "paused"}}),
)


def write_file(folder: Path, channels: int, now: datetime) -> None:
    """Channels that exist, some that do not, and rows that are no channels."""
    universe, missing = Universe(), round(channels * MISSING_SHARE)
    ids = [*islice(universe.existing_ids(now), channels - missing), *islice(universe.missing_ids(now), missing)]
    rows = [*sorted(ids, key=lambda channel_id: channel_id[::-1]), *(f"no channel {row}" for row in range(BAD_ROWS))]
    (folder / FILE).write_text("channel_id\n" + "\n".join(rows) + "\n")


def pause_jobs(wiring: Wiring, jobs: int) -> None:
    """Jobs that stand still, for the workload that moves them."""
    for _ in range(jobs):
        job = wiring.jobs.ask(METADATA, {"batch_size": 50, "total_limit": None})
        wiring.jobs.stop(job.id, "pause")
    keep(wiring)


def this_noon() -> datetime:
    """Noon in Los Angeles on this day, so that clocks may jump by an hour and the quota day stays the same."""
    return datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0)
