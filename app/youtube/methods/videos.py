"""videos.list: how videos are asked for, and what the answer says."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.videos.model import VideoFacts
from app.youtube import fields
from app.youtube.costs import Request
from app.youtube.methods.asking import by_ids, first_page
from app.youtube.parse import THUMBNAILS, parse_items, thumbnail

_PARTS = "snippet,contentDetails,statistics,status,topicDetails,liveStreamingDetails,player"
_ITEM = (
    "id,"
    "snippet(title,description,channelId,channelTitle,publishedAt,tags,categoryId,"
    "defaultLanguage,defaultAudioLanguage,liveBroadcastContent,"
    f"{THUMBNAILS}),"
    "contentDetails(duration,definition,caption,licensedContent,contentRating/ytRating,"
    "regionRestriction(allowed,blocked)),"
    "statistics(viewCount,likeCount,commentCount),"
    "status(madeForKids,embeddable,privacyStatus),"
    "topicDetails/topicCategories,"
    "liveStreamingDetails(scheduledStartTime,actualStartTime,actualEndTime,concurrentViewers),"
    "player(embedWidth,embedHeight)"
)
# Only with a height to fit into does YouTube tell the shape of a video.
_HEIGHT = "720"


def videos_request(video_ids: Sequence[str]) -> Request:
    """The call for 1 to 50 videos, one unit however many they are. ValueError for more or none."""
    return by_ids("videos.list", _ITEM, video_ids, part=_PARTS, maxHeight=_HEIGHT)


def popular_videos_request(region_code: str, category_id: str = "0") -> Request:
    """The first page of a country's chart, 200 videos in all. Category "0" is every category that has a chart."""
    chart = {"chart": "mostPopular", "regionCode": region_code, "videoCategoryId": category_id}
    return first_page("videos.list", _ITEM, part=_PARTS, maxHeight=_HEIGHT, **chart)


def parse_videos(payload: Mapping[str, Any]) -> tuple[VideoFacts, ...]:
    """The videos that YouTube shows, in any order; those asked for and absent are private, gone or never were."""
    return parse_items(payload, _video)


def _video(item: Mapping[str, Any]) -> VideoFacts:
    return VideoFacts(
        video_id=fields.text(item, "id"),
        channel_id=fields.text(item, "snippet", "channelId") or None,
        channel_title=fields.text(item, "snippet", "channelTitle"),
        title=fields.text(item, "snippet", "title"),
        description=fields.text(item, "snippet", "description"),
        published_at=fields.instant(item, "snippet", "publishedAt"),
        duration=fields.duration(item, "contentDetails", "duration"),
        view_count=fields.count(item, "statistics", "viewCount"),
        like_count=fields.count(item, "statistics", "likeCount"),
        comment_count=fields.count(item, "statistics", "commentCount"),
        tags=fields.texts(item, "snippet", "tags"),
        category_id=fields.text(item, "snippet", "categoryId") or None,
        default_language=fields.text(item, "snippet", "defaultLanguage") or None,
        default_audio_language=fields.text(item, "snippet", "defaultAudioLanguage") or None,
        live_state=fields.text(item, "snippet", "liveBroadcastContent") or None,
        scheduled_start_at=fields.instant(item, "liveStreamingDetails", "scheduledStartTime"),
        actual_start_at=fields.instant(item, "liveStreamingDetails", "actualStartTime"),
        actual_end_at=fields.instant(item, "liveStreamingDetails", "actualEndTime"),
        concurrent_viewers=fields.count(item, "liveStreamingDetails", "concurrentViewers"),
        thumbnail_url=thumbnail(item),
        is_portrait=_is_portrait(item),
        made_for_kids=fields.flag(item, "status", "madeForKids"),
        definition=fields.text(item, "contentDetails", "definition") or None,
        has_captions=fields.flag(item, "contentDetails", "caption"),
        is_licensed=fields.flag(item, "contentDetails", "licensedContent"),
        is_embeddable=fields.flag(item, "status", "embeddable"),
        privacy=fields.text(item, "status", "privacyStatus") or None,
        is_age_restricted=_is_age_restricted(item),
        allowed_regions=_regions(item, "allowed"),
        blocked_regions=_regions(item, "blocked"),
        topics=fields.texts(item, "topicDetails", "topicCategories"),
    )


def _is_portrait(item: Mapping[str, Any]) -> bool | None:
    width = fields.count(item, "player", "embedWidth")
    height = fields.count(item, "player", "embedHeight")
    return None if width is None or height is None else height > width


def _is_age_restricted(item: Mapping[str, Any]) -> bool | None:
    """YouTube says it only of those that are; where it tells the details, silence means no."""
    if fields.dig(item, "contentDetails") is None:
        return None
    return fields.text(item, "contentDetails", "contentRating", "ytRating") == "ytAgeRestricted"


def _regions(item: Mapping[str, Any], which: str) -> tuple[str, ...] | None:
    """An empty list says something: allowed nowhere, or blocked nowhere."""
    path = ("contentDetails", "regionRestriction", which)
    return None if fields.dig(item, *path) is None else fields.texts(item, *path)
