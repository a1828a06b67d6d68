"""Channels as the discovery methods see them, read from what is stored."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from app.catalog.ids import channel_id_of
from app.db import Queries
from app.videos.ids import video_id_of
from discovery.contract import Alike, Seed, Text

Q = Queries("discoveries")
# A term that more channels have is common; so many that are alike are told of one.
_COMMON, _MOST_ALIKE = 50, 20


def save_terms(tx: Connection, channels: Sequence[UUID], now: datetime | None) -> None:
    """Write the terms of channels anew. Only when that is committed are others looked for that have the same.

    So of two channels that are looked at by two workers at once, the one whose terms are written last finds the other.
    """
    tx.execute(Q["clear_terms"], {"channels": list(channels)})
    tx.execute(Q["save_terms"], {"channels": list(channels), "now": now})


def read_seeds(tx: Connection, channels: Sequence[UUID], needs: Collection[str]) -> dict[str, Seed]:
    """The channels that are in the catalogue, by id, with as much as a method needs, in the order of their keys."""
    wants = {"playlists": "playlists" in needs, "videos": "videos" in needs}
    rows = tx.execute(Q["read_seeds"], {"channels": list(channels), **wants}).mappings().all()
    texts = _texts(tx, rows) if "texts" in needs else {}
    alike = _alike(tx, channels) if "alike" in needs else {}
    return {channel_id_of(row["id"]): _seed(row, texts.get(row["id"], ()), alike.get(row["id"], ())) for row in rows}


def _texts(tx: Connection, rows: Sequence[RowMapping]) -> dict[UUID, list[Text]]:
    found = {row["id"]: [Text("channel", row["title"] or "", row["description"] or "")] for row in rows}
    for video in tx.execute(Q["read_texts"], {"channels": list(found)}):
        text = Text(f"video {video_id_of(video.id)}", video.title or "", video.description or "")
        found[video.channel].append(text)
    return found


def _alike(tx: Connection, channels: Sequence[UUID]) -> dict[UUID, list[Alike]]:
    """Who shares rare terms with them, of those that were compared before: of a pair, the later one finds the other."""
    found: dict[UUID, list[Alike]] = {}
    for row in tx.execute(Q["read_alike"], {"channels": list(channels), "common": _COMMON, "most": _MOST_ALIKE}):
        found.setdefault(row.seed, []).append(Alike(channel_id_of(row.channel), tuple(row.shared)))
    return found


def _seed(row: RowMapping, texts: Sequence[Text], alike: Sequence[Alike]) -> Seed:
    return Seed(
        channel_id_of(row["id"]),
        title=row["title"] or "",
        handle=row["handle"],
        language=row["language"],
        country=row["country"],
        keywords=tuple(row["keywords"] or ()),
        uploads_playlist_id=row["uploads_playlist_id"],
        video_count=row["video_count"],
        subscriber_count=row["subscriber_count"],
        playlist_ids=tuple(row["playlist_ids"] or ()),
        video_ids=tuple(video_id_of(video) for video in row["videos"] or ()),
        texts=tuple(texts),
        alike=tuple(alike),
    )
