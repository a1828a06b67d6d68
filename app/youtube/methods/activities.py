"""activities.list: what a channel did lately, which is mostly uploading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import first_page
from app.youtube.parse import parse_items

_VIDEOS = (
    ("upload", "videoId"),
    ("playlistItem", "resourceId", "videoId"),
    ("recommendation", "resourceId", "videoId"),
)
_CHANNELS = (("subscription", "resourceId", "channelId"), ("recommendation", "resourceId", "channelId"))
_ITEM = (
    "id,"
    "snippet(type,channelId,publishedAt),"
    "contentDetails("
    "upload/videoId,"
    "playlistItem(playlistId,resourceId/videoId),"
    "subscription/resourceId/channelId,"
    "recommendation/resourceId(videoId,channelId)"
    ")"
)


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that a channel did, and what it did it with."""

    activity_id: str
    channel_id: str | None
    """Who did it."""
    kind: str
    """As YouTube calls it: upload, playlistItem, subscription, recommendation …"""
    happened_at: datetime | None
    """In UTC."""
    video_id: str | None
    playlist_id: str | None
    """The list that a video was added to."""
    other_channel_id: str | None
    """Who was subscribed to or recommended."""


def activities_request(channel_id: str) -> Request:
    """The first page of what a channel did, newest first."""
    return first_page("activities.list", _ITEM, part="snippet,contentDetails", channelId=channel_id)


def parse_activities(payload: Mapping[str, Any]) -> tuple[Activity, ...]:
    """The activities of one page."""
    return parse_items(payload, _activity)


def _activity(item: Mapping[str, Any]) -> Activity:
    details = fields.dig(item, "contentDetails")
    return Activity(
        activity_id=fields.text(item, "id"),
        channel_id=fields.text(item, "snippet", "channelId") or None,
        kind=fields.text(item, "snippet", "type"),
        happened_at=fields.instant(item, "snippet", "publishedAt"),
        video_id=fields.first_text(details, *_VIDEOS),
        playlist_id=fields.text(details, "playlistItem", "playlistId") or None,
        other_channel_id=fields.first_text(details, *_CHANNELS),
    )
