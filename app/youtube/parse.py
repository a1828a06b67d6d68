"""The border where YouTube's JSON ends: answers in, frozen dataclasses out."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.youtube import fields
from app.youtube.errors import ApiError, ErrorKind

Facts = TypeVar("Facts")
_SIZES = ("maxres", "standard", "high", "medium", "default")
THUMBNAILS = f"thumbnails({','.join(f'{size}/url' for size in _SIZES)})"
"""What `thumbnail` needs of a video or playlist; channels have the last three sizes."""


def item_id(item: object) -> str:
    """The id of an item, an empty text where it has none. Not of search.list, whose ids are objects."""
    return fields.text(item, "id")


def parse_items(
    payload: Mapping[str, Any], parse: Callable[[dict[str, Any]], Facts], key: Callable[[object], str] = item_id
) -> tuple[Facts, ...]:
    """Every item of a list answer; none where `items` is absent: how YouTube says "not found" since 2022.

    An answer with an item that has no `key` is refused as a whole (ApiError, transient): dropped in silence, that item
    would be taken for a channel or video that no longer exists.
    """
    items = payload.get("items", [])
    if not isinstance(items, list) or not all(map(key, items)):
        raise ApiError("YouTube's answer has items without an id", kind=ErrorKind.TRANSIENT, reason="malformedItems")
    return tuple(parse(item) for item in items)


def next_page_token(payload: Mapping[str, Any]) -> str | None:
    """What to ask the next page with; None on the last page."""
    return fields.text(payload, "nextPageToken") or None


def thumbnail(item: Mapping[str, Any]) -> str | None:
    """The address of the largest thumbnail of a channel, video or playlist, up to 1,280 pixels wide."""
    return fields.first_text(item, *(("snippet", "thumbnails", size, "url") for size in _SIZES))
