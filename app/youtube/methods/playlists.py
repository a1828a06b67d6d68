"""playlists.list: what a playlist is; its entries are in `playlist_items`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.youtube import fields
from app.youtube.costs import MAX_IDS, Request
from app.youtube.methods.asking import by_ids, first_page
from app.youtube.parse import THUMBNAILS, parse_items, thumbnail

_METHOD = "playlists.list"
_PARTS = "snippet,contentDetails,status"
_ITEM = (
    "id,"
    "snippet(title,description,channelId,channelTitle,publishedAt,defaultLanguage,"
    f"{THUMBNAILS}),"
    "contentDetails/itemCount,"
    "status/privacyStatus"
)


@dataclass(frozen=True, slots=True)
class PlaylistFacts:
    """One playlist. None means "YouTube does not say"; an empty text is one that the owner left empty."""

    playlist_id: str
    channel_id: str | None
    """Who made the list; its videos may be of others."""
    channel_title: str
    title: str
    description: str
    published_at: datetime | None
    """When the list was made, in UTC."""
    default_language: str | None
    thumbnail_url: str | None
    item_count: int | None
    """Private and deleted videos included."""
    privacy: str | None


def playlists_request(playlist_ids: Sequence[str]) -> Request:
    """The call for 1 to 50 playlists, one unit however many they are. ValueError for more or none."""
    return by_ids(_METHOD, _ITEM, playlist_ids, part=_PARTS, maxResults=str(MAX_IDS))


def playlists_of_channel_request(channel_id: str) -> Request:
    """The first page of the playlists that a channel shows; its uploads list is not among them."""
    return first_page(_METHOD, _ITEM, part=_PARTS, channelId=channel_id)


def parse_playlists(payload: Mapping[str, Any]) -> tuple[PlaylistFacts, ...]:
    """The playlists that YouTube shows, in any order when they were asked for by id."""
    return parse_items(payload, _playlist)


def _playlist(item: Mapping[str, Any]) -> PlaylistFacts:
    return PlaylistFacts(
        playlist_id=fields.text(item, "id"),
        channel_id=fields.text(item, "snippet", "channelId") or None,
        channel_title=fields.text(item, "snippet", "channelTitle"),
        title=fields.text(item, "snippet", "title"),
        description=fields.text(item, "snippet", "description"),
        published_at=fields.instant(item, "snippet", "publishedAt"),
        default_language=fields.text(item, "snippet", "defaultLanguage") or None,
        thumbnail_url=thumbnail(item),
        item_count=fields.count(item, "contentDetails", "itemCount"),
        privacy=fields.text(item, "status", "privacyStatus") or None,
    )
