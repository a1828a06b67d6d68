"""search.list: the one method that finds what nobody named, a hundred times a day."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import first_page
from app.youtube.parse import parse_items

_IDS = (("id", "videoId"), ("id", "channelId"), ("id", "playlistId"))
_ITEM = (
    "id(kind,videoId,channelId,playlistId),"
    "snippet(title,description,channelId,channelTitle,publishedAt,liveBroadcastContent)"
)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A video, channel or playlist that was found. Only a glimpse: read it by its id for the rest."""

    kind: str
    """video, channel or playlist."""
    id: str
    channel_id: str | None
    """Whose it is; the same as `id` for a channel."""
    channel_title: str
    title: str
    description: str
    """Its beginning only."""
    published_at: datetime | None
    """In UTC."""
    live_state: str | None
    """none, upcoming or live; of a channel, whether it streams now."""


def search_request(filters: Mapping[str, str]) -> Request:
    """The first page of a search, 500 results in all; each page is one of the hundred calls of the day.

    `filters` as the API names them: q, type, channelId, order and so on. Those for videos need type=video.
    """
    return first_page("search.list", _ITEM, part="snippet", **filters)


def parse_search(payload: Mapping[str, Any]) -> tuple[SearchResult, ...]:
    """The results of one page."""
    return parse_items(payload, _result, result_id)


def result_id(item: object) -> str:
    """The id of a result, whatever was found."""
    return fields.first_text(item, *_IDS) or ""


def _result(item: Mapping[str, Any]) -> SearchResult:
    return SearchResult(
        kind=fields.text(item, "id", "kind").removeprefix("youtube#"),
        id=result_id(item),
        channel_id=fields.text(item, "snippet", "channelId") or None,
        channel_title=fields.text(item, "snippet", "channelTitle"),
        # Titles are escaped for HTML here, and only here: stored so, they would differ from the same title by id.
        title=html.unescape(fields.text(item, "snippet", "title")),
        description=fields.text(item, "snippet", "description"),
        published_at=fields.instant(item, "snippet", "publishedAt"),
        live_state=fields.text(item, "snippet", "liveBroadcastContent") or None,
    )
