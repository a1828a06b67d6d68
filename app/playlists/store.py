"""The SQL of playlists and what they hold. Writes are set-based: COPY into a temporary table, then one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from app.catalog.ids import NotAChannelIdError, channel_id_of, channel_key
from app.db import Queries, copy_rows
from app.playlists.ids import entry_id_of, entry_key
from app.playlists.model import Membership, Playlist, Standing, ToDo
from app.videos.ids import is_video_id, video_id_of, video_key
from app.youtube.methods.playlist_items import EntryKind, PlaylistEntry
from app.youtube.methods.playlists import PlaylistFacts

Q = Queries("playlists")
_FACTS = (
    "playlist_id", "channel", "title", "description", "published_at", "default_language", "thumbnail_url", "item_count",
    "privacy",
)  # fmt: skip
_ENTRIES = (
    "playlist_id", "entry", "video", "added_at", "video_published_at", "owner", "position", "kind", "title", "entry_id",
)  # fmt: skip


def save_playlists(tx: Connection, facts: Iterable[PlaylistFacts], now: datetime | None) -> None:
    """Write what is told of lists, new ones and known ones."""
    tx.execute(Q["stage_playlists"])
    tx.execute(Q["clear_playlists"])
    copy_rows(tx, "incoming_playlists", _FACTS, map(_facts_row, facts))
    tx.execute(Q["save_playlists"], {"now": now})


def note_missing(tx: Connection, playlist_ids: Sequence[str], now: datetime | None) -> None:
    """Note that YouTube left these lists out."""
    tx.execute(Q["note_missing"], {"playlist_ids": list(playlist_ids), "now": now})


def note_missing_of_channel(tx: Connection, channel: UUID, since: datetime, now: datetime | None) -> None:
    """Note that a channel no longer shows the lists that were not told since a moment."""
    tx.execute(Q["note_missing_of_channel"], {"channel": channel, "since": since, "now": now})


def mark_listed(tx: Connection, channels: Sequence[UUID], now: datetime | None) -> None:
    """Note that the playlists of these channels were listed to their end."""
    tx.execute(Q["mark_listed"], {"channels": list(channels), "now": now})


def shown_by_channels(tx: Connection, channels: Sequence[UUID]) -> list[str]:
    """The lists that these channels showed when they were last listed."""
    return list(tx.execute(Q["shown_by_channels"], {"channels": list(channels)}).scalars())


def what_to_read(
    tx: Connection, playlist_ids: Sequence[str], read_before: datetime | None, now: datetime | None
) -> ToDo:
    """Sort lists by what is to be done with their entries; what was read before `read_before` is not believed."""
    where = {"playlist_ids": list(playlist_ids), "read_before": read_before, "now": now}
    sorted_ids: dict[str, list[str]] = {"read": [], "empty": [], "nothing": []}
    for row in tx.execute(Q["what_to_read"], where):
        sorted_ids[row.to_do].append(row.playlist_id)
    return ToDo(sorted_ids["read"], sorted_ids["empty"], sorted_ids["nothing"])


def read_standing(tx: Connection, lists: Sequence[str], now: datetime | None) -> Standing:
    """How far these lists were read that were left in the middle not long ago."""
    rows = tx.execute(Q["unfinished"], {"lists": list(lists), "now": now}).all()
    return Standing(rows[0].moment, {row.list: (row.since, row.next_token) for row in rows if row.list})


def save_unfinished(tx: Connection, name: str, since: datetime, token: str) -> None:
    """Note how far a list was read."""
    tx.execute(Q["save_unfinished"], {"list": name, "since": since, "token": token})


def end_unfinished(tx: Connection, lists: Sequence[str]) -> None:
    """Forget how far lists were read: they are done."""
    tx.execute(Q["end_unfinished"], {"lists": list(lists)})


def save_entries(tx: Connection, playlist_id: str, entries: Iterable[PlaylistEntry], now: datetime | None) -> None:
    """Merge the entries of a page into what is known of the list."""
    tx.execute(Q["stage_entries"])
    tx.execute(Q["clear_entries"])
    copy_rows(tx, "incoming_entries", _ENTRIES, (_entry_row(playlist_id, entry) for entry in entries))
    tx.execute(Q["save_entries"], {"now": now})


def end_reading(tx: Connection, playlist_id: str, since: datetime, now: datetime | None) -> None:
    """Note that a list was read to its end, and what it no longer holds."""
    tx.execute(Q["end_reading"], {"playlist_id": playlist_id, "since": since, "now": now})


def end_empty(tx: Connection, playlist_ids: Sequence[str], now: datetime | None) -> None:
    """Note that lists hold nothing, as they say themselves."""
    tx.execute(Q["end_empty"], {"playlist_ids": list(playlist_ids), "now": now})


def videos_to_fetch(tx: Connection, playlist_ids: Sequence[str], now: datetime | None) -> list[str]:
    """The videos that these lists hold and nobody knows, or no longer; each once."""
    found = tx.execute(Q["videos_to_fetch"], {"playlist_ids": list(playlist_ids), "now": now})
    return [video_id_of(key) for key in found.scalars()]


def videos_known(tx: Connection, video_ids: Sequence[str], now: datetime | None) -> set[str]:
    """Those of the videos that need not be fetched."""
    keys = [video_key(video_id) for video_id in video_ids]
    return {video_id_of(key) for key in tx.execute(Q["videos_known"], {"videos": keys, "now": now}).scalars()}


def channels_listed(tx: Connection, channels: Sequence[UUID]) -> set[UUID]:
    """Those of the channels whose playlists were listed once."""
    return set(tx.execute(Q["channels_listed"], {"channels": list(channels)}).scalars())


def next_unlisted(tx: Connection, *, after: UUID | None, before: UUID | None, limit: int) -> list[UUID]:
    """Keys of channels with metadata whose playlists were never listed, in order, between two keys."""
    return list(tx.execute(Q["next_unlisted"], {"after": after, "before": before, "limit": limit}).scalars())


def count_unlisted(tx: Connection, most: int) -> int:
    """How many channels with metadata were never listed, counted up to `most`."""
    return int(tx.execute(Q["count_unlisted"], {"most": most}).scalar_one())


def count_unlisted_held(tx: Connection, spans: Sequence[tuple[UUID, UUID]]) -> int:
    """How many of them have their key in one of the spans, which do not overlap."""
    where = {"firsts": [first for first, _ in spans], "lasts": [last for _, last in spans]}
    return int(tx.execute(Q["count_unlisted_held"], where).scalar_one())


def list_playlists(tx: Connection, *, after: int, channel: UUID | None, limit: int) -> list[Playlist]:
    """Playlists in the order in which they came; `after` is the keyset cursor."""
    where = {"after": after, "channel": channel, "limit": limit}
    return [_playlist(row) for row in tx.execute(Q["list_playlists"], where).mappings()]


def read_playlist(tx: Connection, playlist_id: str) -> Playlist | None:
    """One playlist."""
    row = tx.execute(Q["read_playlist"], {"playlist_id": playlist_id}).mappings().first()
    return _playlist(row) if row else None


def list_items(
    tx: Connection, playlist: int, *, after: tuple[int, int], gone: bool, limit: int
) -> list[tuple[str, Membership]]:
    """The entries of a list by position, each with its cursor; with `gone`, those that have left it, too."""
    where = {"playlist": playlist, "after_position": after[0], "after_entry": after[1], "gone": gone, "limit": limit}
    rows = tx.execute(Q["list_items"], where).mappings()
    last = 2**31 - 1  # entries that tell no position come last
    return [
        (f"{last if row['position'] is None else row['position']}_{row['entry']}", _membership(row)) for row in rows
    ]


def list_of_video(
    tx: Connection, video: int, *, after: tuple[int, int], gone: bool, limit: int
) -> list[tuple[str, Membership]]:
    """The places of a video, list by list, each with its cursor."""
    where = {"video": video, "after_playlist": after[0], "after_entry": after[1], "gone": gone, "limit": limit}
    rows = tx.execute(Q["list_of_video"], where).mappings()
    return [(f"{row['playlist']}_{row['entry']}", _membership(row)) for row in rows]


def _facts_row(fact: PlaylistFacts) -> Sequence[Any]:
    return (
        fact.playlist_id,
        _channel(fact.channel_id),
        fact.title,
        fact.description,
        fact.published_at,
        fact.default_language,
        fact.thumbnail_url,
        fact.item_count,
        fact.privacy,
    )


def _entry_row(playlist_id: str, entry: PlaylistEntry) -> Sequence[Any]:
    key, odd_id = entry_key(playlist_id, entry.entry_id)
    return (
        playlist_id,
        key,
        video_key(entry.video_id) if is_video_id(entry.video_id) else None,
        entry.added_at,
        entry.video_published_at,
        _channel(entry.owner_channel_id),
        entry.position,
        entry.kind.value,
        entry.title if entry.kind is EntryKind.AVAILABLE else None,  # else a placeholder in some language
        odd_id,
    )


def _channel(channel_id: str | None) -> UUID | None:
    try:
        return channel_key(channel_id) if channel_id else None
    except NotAChannelIdError:
        return None


def _playlist(row: RowMapping) -> Playlist:
    told = dict(row)
    channel = told.pop("channel")
    return Playlist(**told, channel_id=channel_id_of(channel) if channel else None)


def _membership(row: RowMapping) -> Membership:
    told = {name: value for name, value in row.items() if name not in {"playlist", "entry", "video", "owner"}}
    told["entry_id"] = row["entry_id"] or entry_id_of(row["playlist_id"], row["entry"])
    video_id = None if row["video"] is None else video_id_of(row["video"])
    return Membership(**told, video_id=video_id, owner_channel_id=channel_id_of(row["owner"]) if row["owner"] else None)
