"""channelSections.list: the shelves of a channel's page, which may feature other channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.parse import parse_items

_FIELDS = "items(id,snippet(type,channelId,title,position),contentDetails(playlists,channels))"


@dataclass(frozen=True, slots=True)
class ChannelSection:
    """One shelf of a channel's page."""

    section_id: str
    channel_id: str | None
    kind: str
    """As YouTube calls it: singlePlaylist, multipleChannels, recentUploads …"""
    title: str
    position: int | None
    """From 0."""
    playlist_ids: tuple[str, ...]
    channel_ids: tuple[str, ...]
    """The channels that it features."""


def sections_request(channel_id: str) -> Request:
    """The call for all shelves of a channel; there are no pages."""
    params = {"part": "snippet,contentDetails", "fields": _FIELDS, "channelId": channel_id}
    return Request("channelSections.list", params)


def parse_sections(payload: Mapping[str, Any]) -> tuple[ChannelSection, ...]:
    """The shelves of a channel."""
    return parse_items(payload, _section)


def _section(item: Mapping[str, Any]) -> ChannelSection:
    return ChannelSection(
        section_id=fields.text(item, "id"),
        channel_id=fields.text(item, "snippet", "channelId") or None,
        kind=fields.text(item, "snippet", "type"),
        title=fields.text(item, "snippet", "title"),
        position=fields.count(item, "snippet", "position"),
        playlist_ids=fields.texts(item, "contentDetails", "playlists"),
        channel_ids=fields.texts(item, "contentDetails", "channels"),
    )
