"""What must be so after a fault: nothing lost, nothing twice, every invariant, an honest ledger, the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from app.push.model import topic_of
from bench.chaos.scene import Scene
from bench.chaos.truth import ASKER, untrue

_CHECKS = sorted((Path(__file__).parents[2] / "sql/checks").glob("*.sql"))
_QUERIES = Path(__file__).parent / "portrait.sql"

_REFRESHES = ("refresh", "refresh_videos", "refresh_statistics")
_KINDS_THAT_CHANGE = ("videos", "push", "poll", "uploads", *_REFRESHES, "playlists", "discovery")
_CHANGE_IN_TIME = {
    "channels", "channel counts", "snapshot counts", "videos", "snapshot counts of videos", "playlists", "entries",
    "changes of channels", "changes of videos",
    "edges", "discovered channels", "expansions", "subscriptions", "announced videos", "what retention deleted",
    *(f"{part} {kind}" for part in ("jobs", "items of") for kind in _KINDS_THAT_CHANGE),
}  # fmt: skip
"""Parts of the portrait that the time changes by itself: what is new, what of it is counted, and what is due."""


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
    same = [name for name in {**undisturbed.sums, **found.sums} if not (scene.moved and name in _CHANGE_IN_TIME)]
    broken = [f"other {name} than undisturbed" for name in same if undisturbed.sums.get(name) != found.sums.get(name)]
    if scene.moved:
        broken += [*untrue(scene), *_failed(scene)]
    if not scene.has_ended(job_id):
        broken.append(f"the job has not ended: {scene.job(job_id)}")
    return Finding(
        lost=sum(max(0, undisturbed.rows.get(name, 0) - found.rows.get(name, 0)) for name in same),
        duplicated=sum(max(0, found.rows.get(name, 0) - undisturbed.rows.get(name, 0)) for name in same)
        + sum(twice for name, twice in found.twice.items() if name not in same),
        extra_units=extra_units,
        broken=(*broken, *_invariants(scene), *_ledger(scene), *_unasked(scene)),
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
    return sum(line.units for line in scene.servers.emulator.counters().calls if line.project != ASKER)


def _failed(scene: Scene) -> list[str]:
    """Where clocks were moved, the outcomes may be others; but none may be a failure."""
    statement = """
        select job_type, failed, (select reason from job_items i where i.job_id = j.id and outcome = 'failed' limit 1)
        from processing_jobs j where job_type = any(%s) and failed > 0"""
    rows = scene.query(statement, list(_KINDS_THAT_CHANGE))
    return [f"{failed} items of {kind} failed: {reason}" for kind, failed, reason in rows or []]


def _unasked(scene: Scene) -> list[str]:
    """What counts as asked has reached the hub."""
    rows = scene.query("select channel from push_subscriptions where state <> 'wanted'") or []
    count = sum(topic_of(channel) not in scene.hub.topics for (channel,) in rows)
    return [f"the hub never heard of {count} subscriptions"] if count else []
