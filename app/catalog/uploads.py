"""The SQL of channels whose videos are to be fetched."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries

Q = Queries("catalog")
MOST_LISTED = 20_000
"""Of the uploads of a channel YouTube lists the newest so many."""


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


@dataclass(frozen=True, slots=True)
class UploadsPrice:
    """How many channels, those of them without videos, the pages of their lists, and the calls for their videos.

    `whole` is whether all of them were looked at.
    """

    channels: int
    empty: int
    pages: int
    packs: int
    whole: bool = True

    def of(self, channels: int) -> Self:
        """The same of another number of channels, in proportion."""
        share = Fraction(channels, self.channels or 1)
        empty, pages, packs = (round(share * count) for count in (self.empty, self.pages, self.packs))
        whole = channels == self.channels
        return replace(self, channels=channels, empty=empty, pages=pages, packs=packs, whole=whole)


Spans = Sequence[tuple[UUID, UUID]]


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


def count_held(tx: Connection, wanted: ChannelFilter, spans: Spans) -> int:
    """How many of them have their key in one of the spans, which do not overlap."""
    return int(tx.execute(Q["count_videos_held"], {**asdict(wanted), **_bounds(spans)}).scalar_one())


def price_uploads(
    tx: Connection, wanted: ChannelFilter, spans: Spans, *, videos: int, batch_size: int, most: int
) -> UploadsPrice:
    """What the first `most` of those outside the spans take, with `videos` of each, in batches."""
    where = {**asdict(wanted), **_bounds(spans), "videos": videos, "batch_size": batch_size, "most": most}
    return UploadsPrice(*tx.execute(Q["price_uploads"], where).one())


def read_uploads(tx: Connection, keys: Sequence[UUID]) -> dict[UUID, Uploads]:
    """Where the uploads of these channels are listed; nothing of those that are not in the catalogue."""
    found = tx.execute(Q["read_uploads"], {"ids": list(keys)})
    return {row.id: Uploads(row.id, row.uploads_playlist_id, row.video_count) for row in found}


def hold(tx: Connection, keys: Sequence[UUID]) -> set[UUID]:
    """Those of the channels that are in the catalogue; nobody can remove them until the transaction ends."""
    return set(tx.execute(Q["hold_channels"], {"ids": list(keys)}).scalars())


def mark_fetched(tx: Connection, keys: Sequence[UUID], cut_off: Sequence[UUID], now: datetime | None) -> None:
    """Note that the videos of these channels were fetched; of those `cut_off` YouTube lists only the newest."""
    tx.execute(Q["mark_videos_fetched"], {"ids": list(keys), "cut_off": list(cut_off), "now": now})


def _bounds(spans: Spans) -> dict[str, Any]:
    return {"firsts": [first for first, _ in spans], "lasts": [last for _, last in spans]}
