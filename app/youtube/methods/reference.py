"""videoCategories, i18nRegions, i18nLanguages: short lists that change about once a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.parse import parse_items

_NAMED = {"part": "snippet", "fields": "items(id,snippet/name)"}


@dataclass(frozen=True, slots=True)
class VideoCategory:
    """What the `category_id` of a video stands for."""

    category_id: str
    title: str
    is_assignable: bool | None
    """Whether owners can choose it for their videos."""


@dataclass(frozen=True, slots=True)
class Named:
    """A region (ISO 3166-1 alpha-2) or language (BCP 47) of YouTube's, and its English name."""

    code: str
    name: str


def categories_request(region_code: str) -> Request:
    """The call for the categories of a country."""
    params = {"part": "snippet", "fields": "items(id,snippet(title,assignable))", "regionCode": region_code}
    return Request("videoCategories.list", params)


def regions_request() -> Request:
    """The call for all countries that YouTube has content for."""
    return Request("i18nRegions.list", _NAMED)


def languages_request() -> Request:
    """The call for all languages that YouTube's pages exist in."""
    return Request("i18nLanguages.list", _NAMED)


def parse_categories(payload: Mapping[str, Any]) -> tuple[VideoCategory, ...]:
    """The categories of a country."""
    return parse_items(payload, _category)


def parse_named(payload: Mapping[str, Any]) -> tuple[Named, ...]:
    """The regions, or the languages."""
    return parse_items(payload, lambda item: Named(fields.text(item, "id"), fields.text(item, "snippet", "name")))


def _category(item: Mapping[str, Any]) -> VideoCategory:
    return VideoCategory(
        category_id=fields.text(item, "id"),
        title=fields.text(item, "snippet", "title"),
        is_assignable=fields.flag(item, "snippet", "assignable"),
    )
