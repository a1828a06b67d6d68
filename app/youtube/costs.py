"""What can be asked of YouTube and what it costs: the one table for ledger, forecast and documentation.

Source: https://developers.google.com/youtube/v3/determine_quota_cost and the discovery document, 2026-11.
A call costs the same whatever its parts, and each page and each wrong request is a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

MAX_IDS = 50
DEFAULT = "default"
SEARCH = "search"
BATCH_GET_STATS = "videos.batchGetStats"


class Request(NamedTuple):
    """One call, before it is made: a method of METHODS and its query parameters, never with a key."""

    method: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MethodCost:
    """What one call takes from which bucket of a project's day, and how much it can bring."""

    bucket: str = DEFAULT
    units: int = 1
    max_ids: int | None = None
    """Ids that fit in one call; None for methods that are not asked by id."""
    max_page: int | None = None
    """Rows on one page (`maxResults`), always asked for: the default is 5 or 20. None for methods without pages."""


METHODS: Mapping[str, MethodCost] = MappingProxyType(
    {
        # Every read method that an API key opens; captions and members need the owner's consent.
        "activities.list": MethodCost(max_page=50),
        "channelSections.list": MethodCost(),
        "channels.list": MethodCost(max_ids=MAX_IDS, max_page=50),
        "commentThreads.list": MethodCost(max_page=100),
        "comments.list": MethodCost(max_page=100),
        "i18nLanguages.list": MethodCost(),
        "i18nRegions.list": MethodCost(),
        "playlistItems.list": MethodCost(max_page=50),
        "playlists.list": MethodCost(max_ids=MAX_IDS, max_page=50),
        # Since 2026-06-01 search has its own small bucket; before, it took 100 units of the common one.
        "search.list": MethodCost(bucket=SEARCH, max_page=50),
        "subscriptions.list": MethodCost(max_page=50),
        "videoAbuseReportReasons.list": MethodCost(),
        "videoCategories.list": MethodCost(),
        # Statistics of videos without touching the common bucket, since 2026-06-03.
        "videos.batchGetStats": MethodCost(bucket=BATCH_GET_STATS, max_ids=MAX_IDS),
        "videos.list": MethodCost(max_ids=MAX_IDS, max_page=50),
    }
)
