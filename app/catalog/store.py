"""The SQL of channels and their snapshots. Writes are set-based: COPY into a temporary table, then one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.catalog.ids import channel_key
from app.catalog.incoming import COLUMNS, ImportRows
from app.catalog.model import BELIEVED_AFTER, Channel, ChannelFacts, ListFilter, Snapshot
from app.db import Queries, copy_lines, copy_rows
from app.stretch import Stretch, search

Q = Queries("catalog")
LISTED, SEARCHED = (text(Q["list_channels"].text.format(channels=rows)) for rows in ("channels", Q["stretch"].text))
_FACTS = (
    "id",
    "title",
    "handle",
    "description",
    "country",
    "language",
    "default_language",
    "keywords",
    "topics",
    "published_at",
    "thumbnail_url",
    "banner_url",
    "uploads_playlist_id",
    "subscriber_count",
    "view_count",
    "video_count",
    "made_for_kids",
)  # fmt: skip - one column a line would hide the order of the row below


def save_facts(
    tx: Connection, facts: Iterable[tuple[ChannelFacts, str | None]], now: datetime | None
) -> dict[UUID, bool]:
    """Write facts, each with its detected language, and the snapshots and changes they call for.

    The keys that were written, and whether what was known has changed.
    """
    tx.execute(Q["stage_facts"])
    copy_rows(tx, "incoming_facts", _FACTS, (_facts_row(fact, language) for fact, language in facts))
    tx.execute(Q["mark_changed"])
    tx.execute(Q["save_snapshots"], {"now": now})
    tx.execute(Q["save_changes"], {"now": now})
    return {row.id: row.changed for row in tx.execute(Q["save_facts"], {"now": now})}


def prepare_snapshot_weeks(tx: Connection, now: datetime | None) -> None:
    """Make the partitions of the coming weeks, where they are missing."""
    tx.execute(Q["prepare_snapshot_weeks"], {"now": now})


def note_absence(tx: Connection, keys: Sequence[UUID], now: datetime | None) -> dict[UUID, datetime]:
    """Note that YouTube left these channels out of its answer; those of which it is not believed, and since when."""
    where = {"ids": list(keys), "now": now, "patience": BELIEVED_AFTER}
    return {row.id: row.missing_since for row in tx.execute(Q["note_absence"], where) if not row.believed}


def save_imports(tx: Connection, rows: ImportRows, source: str, now: datetime | None) -> int:
    """Add the channels that are not known yet; how many they were."""
    tx.execute(Q["stage_imports"])
    copy_lines(tx, "incoming_channels", COLUMNS, rows.blocks)
    tx.execute(Q["plan_imports"])
    return tx.execute(Q["save_imports"], {"source": source, "now": now}).rowcount


def still_without_metadata(tx: Connection, keys: Sequence[UUID]) -> list[UUID]:
    """Those of the channels that are still to be fetched, in the order of their keys."""
    return list(tx.execute(Q["still_without_metadata"], {"ids": list(keys)}).scalars())


def next_without_metadata(tx: Connection, *, after: UUID | None, before: UUID | None, limit: int) -> list[UUID]:
    """Keys of channels whose metadata was never fetched, in order, between two keys."""
    where = {"after": after, "before": before, "limit": limit}
    return [row.id for row in tx.execute(Q["next_without_metadata"], where)]


def count_without_metadata(tx: Connection, most: int) -> int:
    """How many channels have no metadata, counted up to `most`."""
    return int(tx.execute(Q["count_without_metadata"], {"most": most}).scalar_one())


def count_held(tx: Connection, spans: Sequence[tuple[UUID, UUID]]) -> int:
    """How many channels without metadata have their key in one of the spans, which do not overlap."""
    where = {"firsts": [first for first, _ in spans], "lasts": [last for _, last in spans]}
    return int(tx.execute(Q["count_held"], where).scalar_one())


def list_channels(tx: Connection, wanted: ListFilter, *, after: UUID | None, limit: int, offset: int) -> list[Channel]:
    """Channels in the order of their keys; `after` is the keyset cursor."""
    where = {**asdict(wanted), "after": after, "limit": limit, "offset": offset}
    return [Channel(**row) for row in tx.execute(LISTED, where).mappings()]


def search_channels(tx: Connection, wanted: ListFilter, *, after: UUID | None, limit: int) -> Stretch[Channel, UUID]:
    """Likewise, those of a stretch."""
    where = {**asdict(wanted), "after": after, "limit": limit, "offset": 0}
    return search(tx, Q, SEARCHED, where, lambda row: Channel(**row))


def read_channel(tx: Connection, key: UUID) -> Channel | None:
    """One channel."""
    row = tx.execute(Q["read_channel"], {"id": key}).mappings().first()
    return Channel(**row) if row else None


def list_snapshots(tx: Connection, key: UUID, limit: int) -> list[Snapshot]:
    """What the counts of a channel were, newest first."""
    where = {"id": key, "limit": limit}
    return [Snapshot(**row) for row in tx.execute(Q["list_snapshots"], where).mappings()]


def analyze_channels(tx: Connection) -> None:
    """Take a sample of all rows for the planner."""
    tx.execute(Q["analyze_channels"])


def estimate_channels(tx: Connection) -> dict[str, int]:
    """Rows, and rows without metadata, as the planner believes."""
    return dict(tx.execute(Q["estimate_channels"]).mappings().one())


def count_channels(tx: Connection, most: int) -> dict[str, int]:
    """Rows by what is known of them, counted up to `most`; not `is_counted` where the planner believes in more."""
    return dict(tx.execute(Q["count_channels"], {"most": most}).mappings().one())


def _facts_row(fact: ChannelFacts, language: str | None) -> Sequence[Any]:
    return (
        channel_key(fact.channel_id),
        fact.title,
        fact.handle,
        fact.description,
        fact.country,
        language,
        fact.default_language,
        list(fact.keywords),
        list(fact.topics),
        fact.published_at,
        fact.thumbnail_url,
        fact.banner_url,
        fact.uploads_playlist_id,
        fact.subscriber_count,
        fact.view_count,
        fact.video_count,
        fact.made_for_kids,
    )
