"""What must be so after a fault: nothing lost, nothing twice, every invariant, an honest ledger, the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from app.youtube.costs import MAX_IDS
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.wire import Wire
from bench.chaos.scene import Scene

_CHECKS = sorted((Path(__file__).parents[2] / "sql/checks").glob("*.sql"))
_QUERIES = Path(__file__).parent / "portrait.sql"
_ASKER, _KEY = "the bench itself", "AIzaSyChaosTruthChaosTruthChaosTruth000"

_COUNTS = ("subscriber_count", "view_count", "video_count")
_FACTS = ("title", "description", "handle", "country", "thumbnail_url", *_COUNTS)

_CHANGE_IN_TIME = {"channels", "channel counts", "snapshot counts"}
"""Parts of the portrait that YouTube itself changes from day to day."""


@dataclass(frozen=True)
class Portrait:
    """What the tables hold without times: rows of each by number, and checksums of what they say."""

    rows: Mapping[str, int]
    twice: Mapping[str, int]
    sums: Mapping[str, str]


@dataclass(frozen=True)
class Finding:
    """What is wrong after a fault; with nothing in `broken`, every promise was kept."""

    lost: int
    duplicated: int
    extra_units: int
    broken: tuple[str, ...]


def portrait(scene: Scene) -> Portrait:
    """Look at all tables that matter, and at the emulator's ledger."""
    with psycopg.connect(scene.environment["DATABASE_URL"]) as connection:
        rows = connection.execute(_QUERIES.read_text(encoding="utf-8")).fetchall()
    return Portrait(
        rows={name: count for name, count, _, _ in rows},
        twice={name: count - distinct for name, count, distinct, _ in rows},
        sums={name: text for name, _, _, text in rows},
    )


def compare(scene: Scene, job_id: UUID, undisturbed: Portrait, *, extra_units: int) -> Finding:
    """Look at the system after the job has ended, or should have."""
    found = portrait(scene)
    moved = len(scene.instants) > 1
    differ = [name for name, text in undisturbed.sums.items() if text != found.sums[name]]
    broken = [f"other {name} than undisturbed" for name in differ if not (moved and name in _CHANGE_IN_TIME)]
    if moved:
        broken += _untrue(scene)
    if not scene.has_ended(job_id):
        broken.append(f"the job has not ended: {scene.job(job_id)}")
    return Finding(
        lost=sum(max(0, count - found.rows[name]) for name, count in undisturbed.rows.items()),
        duplicated=sum(max(found.twice[name], found.rows[name] - count) for name, count in undisturbed.rows.items()),
        extra_units=extra_units,
        broken=(*broken, *_invariants(scene), *_ledger(scene)),
    )


def _invariants(scene: Scene) -> list[str]:
    with psycopg.connect(scene.environment["DATABASE_URL"]) as connection:
        return [
            f"rows in sql/checks/{file.name}"
            for file in _CHECKS
            if connection.execute(file.read_text(encoding="utf-8")).fetchall()
        ]


def _ledger(scene: Scene) -> list[str]:
    """Emulator <= used + reserved <= limit; the last is in sql/checks, too."""
    rows = scene.query("select coalesce(sum(used + reserved), 0), coalesce(sum(quota_limit), 0) from quota_days")
    [(ours, limit)] = rows or [(-1, 0)]
    theirs = units(scene)
    return [] if theirs <= ours <= limit else [f"the emulator counts {theirs} units, the ledger {ours} of {limit}"]


def units(scene: Scene) -> int:
    """What the emulator counts, without the questions of this module."""
    return sum(line.units for line in scene.servers.emulator.counters().calls if line.project != _ASKER)


def _untrue(scene: Scene) -> list[str]:
    """Where clocks were moved: what is kept of each channel must have been true at one of the instants."""
    channels = scene.query(f"select channel_id, {', '.join(_FACTS)} from channels where metadata_fetched") or []  # noqa: S608 - our columns
    snapshots = scene.query(
        f"select c.channel_id, s.{', s.'.join(_COUNTS)} from channel_snapshots s join channels c on c.id = s.channel"  # noqa: S608 - our columns
    )
    truths = [_truth(scene, sorted(row[0] for row in channels), instant) for instant in scene.instants]
    wrong = sum(
        all(truth.get(row[0], ())[-len(row) + 1 :] != row[1:] for truth in truths)
        for row in (*channels, *(snapshots or ()))
    )
    return [f"{wrong} channels or snapshots with facts that were never true"] if wrong else []


def _truth(scene: Scene, ids: list[str], instant: datetime) -> Mapping[str, tuple[Any, ...]]:
    """What the emulator says at this instant. Its ledger is not the one that is compared: another key asks."""
    clock, wire = scene.servers.emulator.clock().now, Wire(scene.servers.emulator_url)
    scene.servers.emulator.bind_key(_KEY, _ASKER)
    scene.servers.emulator.set_latency(0)
    scene.servers.emulator.set_clock(instant)
    pages = [ids[at : at + MAX_IDS] for at in range(0, len(ids), MAX_IDS)]
    requests = [channels_request(page) for page in pages]
    facts = [fact for request in requests for fact in parse_channels(wire.get(request.method, request.params, _KEY))]
    wire.close()
    scene.servers.emulator.set_clock(clock)
    scene.servers.emulator.set_latency(scene.size.latency_ms)
    return {fact.channel_id: tuple(getattr(fact, name) for name in _FACTS) for fact in facts}
