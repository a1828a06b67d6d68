"""The SQL of channels whose videos are to be fetched."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries

Q = Queries("catalog")


@dataclass(frozen=True, slots=True)
class ChannelFilter:
    """Which channels with metadata; what is None does not matter."""

    language: str | None = None
    country: str | None = None
    min_subscribers: int | None = None
    """Channels that hide how many they have are left out."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """What the reading of a channel's uploads begins with."""

    key: UUID
    playlist_id: str | None
    video_count: int | None
    """None where YouTube did not say."""


def next_without_videos(
    tx: Connection, wanted: ChannelFilter, *, after: UUID | None, before: UUID | None, limit: int
) -> list[UUID]:
    """Keys of channels whose videos were never fetched, in order, between two keys."""
    where = {**asdict(wanted), "after": after, "before": before, "limit": limit}
    return [row.id for row in tx.execute(Q["next_without_videos"], where)]


def still_without_videos(tx: Connection, keys: Sequence[UUID]) -> list[UUID]:
    """Those of the channels whose videos are still to be fetched, in the order of their keys."""
    return list(tx.execute(Q["still_without_videos"], {"ids": list(keys)}).scalars())


def count_without_videos(tx: Connection, wanted: ChannelFilter, most: int) -> int:
    """How many channels wait for their videos, counted up to `most`."""
    return int(tx.execute(Q["count_without_videos"], {**asdict(wanted), "most": most}).scalar_one())


def read_uploads(tx: Connection, keys: Sequence[UUID]) -> dict[UUID, Uploads]:
    """Where the uploads of these channels are listed; nothing of those that are not in the catalogue."""
    found = tx.execute(Q["read_uploads"], {"ids": list(keys)})
    return {row.id: Uploads(row.id, row.uploads_playlist_id, row.video_count) for row in found}


def mark_fetched(tx: Connection, keys: Sequence[UUID], cut_off: Sequence[UUID], now: datetime | None) -> None:
    """Note that the videos of these channels were fetched; of those `cut_off` YouTube lists only the newest."""
    tx.execute(Q["mark_videos_fetched"], {"ids": list(keys), "cut_off": list(cut_off), "now": now})
