"""playlistItems.list: the uploads of a channel, and the entries of any playlist."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import first_page
from app.youtube.parse import parse_items

_METHOD = "playlistItems.list"
# One part with two values: reading the uploads of a channel is what most calls are spent on.
_UPLOAD = "contentDetails(videoId,videoPublishedAt)"
_ENTRY = (
    "id,"
    "snippet(title,publishedAt,playlistId,position,videoOwnerChannelId),"
    "contentDetails(videoId,videoPublishedAt),"
    "status/privacyStatus"
)


class EntryKind(StrEnum):
    """What has become of the video of an entry; lists keep entries whose video is gone."""

    AVAILABLE = "available"
    PRIVATE = "private"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Upload:
    """An entry of a channel's uploads list."""

    video_id: str
    published_at: datetime | None
    """In UTC."""


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One place in a playlist; a video may have several. None means "YouTube does not say"."""

    entry_id: str
    playlist_id: str | None
    position: int | None
    """From 0."""
    added_at: datetime | None
    """In UTC; `video_published_at` likewise."""
    video_id: str
    kind: EntryKind
    title: str
    """Of the video; a placeholder where it is private or deleted."""
    owner_channel_id: str | None
    """Whose video it is."""
    video_published_at: datetime | None


def uploads_request(playlist_id: str) -> Request:
    """The first page of an uploads list (`UU…`), newest first. A channel without public videos answers 404."""
    return first_page(_METHOD, _UPLOAD, part="contentDetails", playlistId=playlist_id)


def entries_request(playlist_id: str) -> Request:
    """The first page of a playlist with all that is known of its entries."""
    return first_page(_METHOD, _ENTRY, part="snippet,contentDetails,status", playlistId=playlist_id)


def parse_uploads(payload: Mapping[str, Any]) -> tuple[Upload, ...]:
    """The uploads of one page."""
    return parse_items(payload, _upload, video_id)


def parse_entries(payload: Mapping[str, Any]) -> tuple[PlaylistEntry, ...]:
    """The entries of one page, the private and the deleted ones among them."""
    return parse_items(payload, _entry)


def video_id(item: object) -> str:
    """The video of an entry."""
    return fields.text(item, "contentDetails", "videoId")


def _upload(item: Mapping[str, Any]) -> Upload:
    return Upload(video_id(item), fields.instant(item, "contentDetails", "videoPublishedAt"))


def _entry(item: Mapping[str, Any]) -> PlaylistEntry:
    return PlaylistEntry(
        entry_id=fields.text(item, "id"),
        playlist_id=fields.text(item, "snippet", "playlistId") or None,
        position=fields.count(item, "snippet", "position"),
        added_at=fields.instant(item, "snippet", "publishedAt"),
        video_id=video_id(item),
        kind=_kind(item),
        title=fields.text(item, "snippet", "title"),
        owner_channel_id=fields.text(item, "snippet", "videoOwnerChannelId") or None,
        video_published_at=fields.instant(item, "contentDetails", "videoPublishedAt"),
    )


def _kind(item: Mapping[str, Any]) -> EntryKind:
    """Of a video that is gone YouTube tells neither owner nor date; the words in its title are not always English."""
    if fields.text(item, "snippet", "videoOwnerChannelId") or fields.text(item, "contentDetails", "videoPublishedAt"):
        return EntryKind.AVAILABLE
    said = fields.text(item, "status", "privacyStatus"), fields.text(item, "snippet", "title")
    return EntryKind.PRIVATE if said[0] == "private" or said[1] == "Private video" else EntryKind.DELETED
