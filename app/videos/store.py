"""The SQL of videos and their history. Writes are set-based: COPY into a temporary table, then one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.db import Queries, copy_rows
from app.stretch import Stretch, search
from app.videos.ids import video_key
from app.videos.kinds import kind_of
from app.videos.model import FoundVideo, Video, VideoFilter, VideoSnapshot

Q = Queries("videos")
LISTED, SEARCHED = (text(Q["list_videos"].text.format(videos=rows)) for rows in ("videos", Q["stretch"].text))
_FACTS = (
    "published_at",
    "duration",
    "view_count",
    "like_count",
    "comment_count",
    "scheduled_start_at",
    "actual_start_at",
    "actual_end_at",
    "concurrent_viewers",
    "made_for_kids",
    "has_captions",
    "is_licensed",
    "is_embeddable",
    "is_age_restricted",
    "is_portrait",
    "title",
    "description",
    "category_id",
    "definition",
    "privacy",
    "thumbnail_url",
    "tags",
    "topics",
    "allowed_regions",
    "blocked_regions",
)
_MADE = ("id", "channel", "language", "language_source", "kind", "kind_evidence")
_SHOWN = [field.name for field in fields(Video)]


def save_found(tx: Connection, found: Iterable[FoundVideo], now: datetime | None) -> dict[int, bool]:
    """Write facts, and the changes and snapshots that they call for. No video twice.

    The keys that were written, and whether they are new or what was known has changed.
    """
    tx.execute(Q["stage_videos"])
    copy_rows(tx, "incoming_videos", (*_MADE, *_FACTS), map(_row, found))
    changed = {row.id: row.changed for row in tx.execute(Q["mark_changed_videos"], {"now": now})}
    tx.execute(Q["save_video_changes"], {"now": now})
    tx.execute(Q["save_video_snapshots"], {"now": now})
    return {row.id: changed.get(row.id, True) for row in tx.execute(Q["save_videos"], {"now": now})}


def mark_absent(tx: Connection, keys: Sequence[int], now: datetime | None) -> None:
    """Note that YouTube left these videos out of its answer; what was left out days ago is not found from now on."""
    where = {"ids": list(keys), "now": now}
    tx.execute(Q["save_absence_changes"], where)
    tx.execute(Q["mark_absent"], where)


def list_videos(tx: Connection, wanted: VideoFilter, *, after: int | None, limit: int) -> list[Video]:
    """Videos in the order of their keys; `after` is the keyset cursor."""
    where = {**asdict(wanted), "after": after, "limit": limit}
    return [_video(row) for row in tx.execute(LISTED, where).mappings()]


def search_videos(tx: Connection, wanted: VideoFilter, *, after: int | None, limit: int) -> Stretch[Video, int]:
    """Likewise, those of a stretch."""
    return search(tx, Q, SEARCHED, {**asdict(wanted), "after": after, "limit": limit}, _video)


def list_newest(tx: Connection, channel: UUID, *, after: tuple[datetime | None, int] | None, limit: int) -> list[Video]:
    """The videos of a channel, newest first; `after` are date and key of the last one of the page before."""
    published_at, key = after or (None, None)
    where = {"channel": channel, "published_at": published_at, "after": key, "limit": limit}
    return [_video(row) for row in tx.execute(Q["list_newest_of_channel"], where).mappings()]


def read_video(tx: Connection, key: int) -> Video | None:
    """One video."""
    row = tx.execute(Q["read_video"], {"id": key}).mappings().first()
    return _video(row) if row else None


def list_snapshots(tx: Connection, key: int, *, before: datetime | None, limit: int) -> list[VideoSnapshot]:
    """What the counts of a video were, newest first."""
    where = {"id": key, "before": before, "limit": limit}
    return [VideoSnapshot(**row) for row in tx.execute(Q["list_video_snapshots"], where).mappings()]


def count_videos(tx: Connection, most: int) -> int:
    """How many videos there are, counted up to `most`."""
    return int(tx.execute(Q["count_videos"], {"most": most}).scalar_one())


def estimate_videos(tx: Connection) -> int:
    """How many videos there are, as the planner believes."""
    return int(tx.execute(Q["estimate_videos"]).scalar_one())


def _row(found: FoundVideo) -> Sequence[Any]:
    facts = found.facts
    made = (video_key(facts.video_id), found.channel, found.language, found.language_source, *kind_of(facts))
    told = (getattr(facts, name) for name in _FACTS)
    return (*made, *(list(value) if isinstance(value, tuple) else value for value in told))


def _video(row: RowMapping) -> Video:
    return Video(**{name: row[name] for name in _SHOWN})
