"""The border where YouTube's JSON ends: answers in, frozen dataclasses out."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app.youtube import fields
from app.youtube.errors import ApiError, ErrorKind

Facts = TypeVar("Facts")
_THUMBNAILS = ("maxres", "standard", "high", "medium", "default")


def parse_items(payload: Mapping[str, Any], parse: Callable[[dict[str, Any]], Facts]) -> tuple[Facts, ...]:
    """Every item of a list answer; none where `items` is absent: how YouTube says "not found" since 2022.

    An answer whose items cannot be told apart is refused as a whole (ApiError, transient): an item dropped in
    silence would be taken for a channel or video that no longer exists. Not for search.list, whose ids are objects.
    """
    items = payload.get("items", [])
    if not isinstance(items, list) or not all(fields.text(item, "id") for item in items):
        raise ApiError("YouTube's answer has items without an id", kind=ErrorKind.TRANSIENT, reason="malformedItems")
    return tuple(parse(item) for item in items)


def thumbnail(item: Mapping[str, Any]) -> str | None:
    """The address of the largest thumbnail of a channel, video or playlist."""
    return fields.first_text(item, *(("snippet", "thumbnails", size, "url") for size in _THUMBNAILS))
