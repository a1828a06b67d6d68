"""Channels as the discovery methods see them, read from what is stored."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from app.catalog.ids import channel_id_of
from app.db import Queries
from app.videos.ids import video_id_of
from discovery.contract import Alike, Seed, Text

Q = Queries("discoveries")


def read_seeds(tx: Connection, channels: Sequence[UUID], needs: Collection[str]) -> dict[str, Seed]:
    """The channels that are in the catalogue, by id, with as much as a method needs, in the order of their keys."""
    wants = {"playlists": "playlists" in needs, "videos": "videos" in needs}
    rows = tx.execute(Q["read_seeds"], {"channels": list(channels), **wants}).mappings().all()
    texts = _texts(tx, rows) if "texts" in needs else {}
    alike: Mapping[UUID, list[Alike]] = {}
    return {channel_id_of(row["id"]): _seed(row, texts.get(row["id"], ()), alike.get(row["id"], ())) for row in rows}


def _texts(tx: Connection, rows: Sequence[RowMapping]) -> dict[UUID, list[Text]]:
    found = {row["id"]: [Text("channel", row["title"] or "", row["description"] or "")] for row in rows}
    for video in tx.execute(Q["read_texts"], {"channels": list(found)}):
        text = Text(f"video {video_id_of(video.id)}", video.title or "", video.description or "")
        found[video.channel].append(text)
    return found


def _seed(row: RowMapping, texts: Sequence[Text], alike: Sequence[Alike]) -> Seed:
    return Seed(
        channel_id_of(row["id"]),
        title=row["title"] or "",
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
