"""The SQL of what is due, and of the counts of videos."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries, copy_rows
from app.jobs.model import Job
from app.refresh.model import Limits, What

Q = Queries("refresh")
Counts = tuple[int, int | None, int | None, int | None]
"""Key of a video, views, likes, comments; None where YouTube does not say."""


def lock_cutting(tx: Connection, job_type: str) -> None:
    """Be the only one who cuts a job of this type, until the transaction ends."""
    tx.execute(Q["one_cutter_of_refreshes"], {"job_type": job_type})


def held(tx: Connection, job_type: str, job_id: UUID | None) -> list[str]:
    """The ids that unfinished batches of this type hold, and those that this job has given up."""
    return list(tx.execute(Q["held"], {"job_type": job_type, "job_id": job_id}).scalars())


def due(
    tx: Connection,
    what: What,
    job: Job,
    limits: Limits,
    *,
    held: Sequence[Any],
    max_age: timedelta | None,
    limit: int,
) -> list[Any]:
    """The keys of what a job asks next, the most urgent first; never what was asked since it began."""
    # A job is touched by every slice, and at the latest when it wakes: its own clock is seconds old.
    where = {"moment": job.updated_at, "before": job.started_at, "held": list(held), "limit": limit}
    return list(tx.execute(Q[f"due_{what}"], {**where, **_limits(limits, max_age)}).scalars())


def count_due(
    tx: Connection, what: What, limits: Limits, *, max_age: timedelta | None, most: int, now: datetime | None
) -> int:
    """How much is due, counted up to `most`."""
    where = {"most": most, "now": now, **_limits(limits, max_age)}
    return int(tx.execute(Q[f"count_due_{what}"], where).scalar_one())


def asked_before(tx: Connection, what: What, keys: Sequence[Any], moment: str) -> list[Any]:
    """Those of the rows that nobody has asked for since a moment (ISO 8601)."""
    return list(tx.execute(Q[f"{what}_asked_before"], {"ids": list(keys), "moment": moment}).scalars())


def put_off_channels(tx: Connection, keys: Sequence[UUID], now: datetime | None) -> None:
    """Note that channels were asked for and left out of the answer."""
    tx.execute(Q["put_off_channels"], {"ids": list(keys), "now": now})


def lock_videos(tx: Connection, keys: Sequence[int]) -> set[int]:
    """Those of the videos that are there; nobody can remove them until the transaction ends."""
    return set(tx.execute(Q["lock_videos"], {"ids": list(keys)}).scalars())


def put_off_videos(tx: Connection, keys: Sequence[int], now: datetime | None) -> None:
    """Likewise."""
    tx.execute(Q["put_off_videos"], {"ids": list(keys), "now": now})


def save_statistics(tx: Connection, counts: Sequence[Counts], now: datetime | None) -> dict[int, bool]:
    """Write counts and the snapshots that they call for; the keys that were written, and whether a count has moved."""
    tx.execute(Q["stage_statistics"])
    copy_rows(tx, "incoming_statistics", ("id", "view_count", "like_count", "comment_count"), iter(counts))
    tx.execute(Q["mark_changed_statistics"])
    tx.execute(Q["save_statistics_snapshots"], {"now": now})
    return {row.id: row.changed for row in tx.execute(Q["save_statistics"], {"now": now})}


def _limits(limits: Limits, max_age: timedelta | None) -> dict[str, timedelta | None]:
    return {"shortest": limits.shortest, "longest": limits.longest, "max_age": max_age}
