"""videos.batchGetStats: the counts of videos, from a bucket of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import by_ids
from app.youtube.parse import parse_items

_PARTS = "snippet,statistics,contentDetails"
_ITEM = "id,snippet/publishTime,statistics(viewCount,likeCount,commentCount),contentDetails/duration"


@dataclass(frozen=True, slots=True)
class VideoStats:
    """What changes of a video, and how long it is. None means "YouTube does not say"."""

    video_id: str
    view_count: int | None
    like_count: int | None
    comment_count: int | None
    published_at: datetime | None
    """In UTC."""
    duration: timedelta | None


def video_stats_request(video_ids: Sequence[str]) -> Request:
    """The call for the counts of 1 to 50 videos. ValueError for more or none."""
    return by_ids("videos.batchGetStats", _ITEM, video_ids, part=_PARTS)


def parse_video_stats(payload: Mapping[str, Any]) -> tuple[VideoStats, ...]:
    """The counts that YouTube gave this time. Absence is no verdict.

    The method is "intentionally not atomic": a video may be left out though it is there. `asking.missing` tells which.
    """
    return parse_items(payload, _stats)


def _stats(item: Mapping[str, Any]) -> VideoStats:
    return VideoStats(
        video_id=fields.text(item, "id"),
        view_count=fields.count(item, "statistics", "viewCount"),
        like_count=fields.count(item, "statistics", "likeCount"),
        comment_count=fields.count(item, "statistics", "commentCount"),
        published_at=fields.instant(item, "snippet", "publishTime"),
        duration=fields.duration(item, "contentDetails", "duration"),
    )
