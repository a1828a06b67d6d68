"""How each method is asked: a selection that works, good values, and what a parameter must stand beside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.emulator.conformance.asking import Parameters
from tests.emulator.conformance.finds import Finds

_ALONE: Parameters = {}
_OWNER = "owner-of-content"
_FORMER, _LATTER = "2020-01-01T00:00:00Z", "2026-11-01T12:30:00.5+01:00"


@dataclass(frozen=True)
class Example:
    """`base` selects something; `good` are values of parameters without a fixed set of them."""

    base: Parameters = field(default_factory=dict)
    good: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, Parameters] = field(default_factory=dict)
    """What a parameter stands beside instead of `base`: filters stand alone."""
    pages: Parameters | None = None
    """Selects a list of several pages; None where everything comes on one."""
    every_part: Sequence[Parameters] = ()
    """Selections that together hold every part somewhere; without any, `base` does."""


def _activities(finds: Finds) -> Example:
    return Example(
        base={"channelId": finds.uploader},
        good={"publishedAfter": _FORMER, "publishedBefore": _LATTER, "regionCode": "DE"},
        beside={"channelId": _ALONE, "home": _ALONE, "mine": _ALONE},
        pages={"channelId": finds.uploader},
    )


def _channel_sections(finds: Finds) -> Example:
    return Example(
        base={"channelId": finds.channel_with_sections},
        good={"id": ",".join(finds.section_ids), "hl": "de", "onBehalfOfContentOwner": _OWNER},
        beside={"channelId": _ALONE, "id": _ALONE, "mine": _ALONE},
        every_part=[{"channelId": channel} for channel in finds.channel_ids[:50]],
    )


def _channels(finds: Finds) -> Example:
    ids = ",".join(finds.channel_ids[:3])
    alone = ("id", "forHandle", "forUsername", "categoryId", "mine", "managedByMe", "mySubscribers")
    return Example(
        base={"id": ids},
        good={
            "id": ids,
            "forHandle": finds.handle,
            "forUsername": "nobody",
            "categoryId": "GCQmVzdCBvZiBZb3VUdWJl",
            "hl": "de",
            "onBehalfOfContentOwner": _OWNER,
            "pageToken": "CAUQAA",
        },
        beside=dict.fromkeys(alone, _ALONE),
        every_part=[{"id": ",".join(finds.channel_ids[:50])}],
    )


def _comment_threads(finds: Finds) -> Example:
    alone = ("videoId", "channelId", "allThreadsRelatedToChannelId", "id")
    return Example(
        base={"videoId": finds.discussed_video},
        good={
            "allThreadsRelatedToChannelId": finds.discussed_channel,
            "channelId": finds.discussed_channel,
            "id": ",".join(finds.thread_ids[:3]),
            "searchTerms": "the",
        },
        beside=dict.fromkeys(alone, _ALONE),
        pages={"videoId": finds.discussed_video},
        every_part=[{"videoId": finds.discussed_video, "maxResults": "100"}],
    )


def _comments(finds: Finds) -> Example:
    return Example(
        base={"parentId": finds.answered_comment},
        good={"id": ",".join(finds.thread_ids[:3])},
        beside={"parentId": _ALONE, "id": _ALONE},
        pages={"parentId": finds.answered_comment},
    )


def _languages_or_regions(_: Finds) -> Example:
    return Example(good={"hl": "de_DE"})


def _playlist_items(finds: Finds) -> Example:
    uploads = {"playlistId": finds.uploads}
    return Example(
        base=uploads,
        good={
            "id": ",".join(finds.playlist_item_ids[:3]),
            "videoId": finds.video_ids[0],
            "onBehalfOfContentOwner": _OWNER,
        },
        beside={"playlistId": _ALONE, "id": _ALONE},
        pages=uploads,
    )


def _playlists(finds: Finds) -> Example:
    return Example(
        base={"channelId": finds.owner_of_playlists},
        good={
            "id": ",".join(finds.playlist_ids[:3]),
            "hl": "de",
            "onBehalfOfContentOwner": _OWNER,
            "onBehalfOfContentOwnerChannel": finds.owner_of_playlists,
        },
        beside={"channelId": _ALONE, "id": _ALONE, "mine": _ALONE},
        pages={"channelId": finds.owner_of_playlists},
        every_part=[{"channelId": channel} for channel in finds.owners_of_playlists],
    )


def _search(finds: Finds) -> Example:
    videos = {"q": finds.word, "type": "video"}
    of_videos = (
        *("eventType", "forContentOwner", "forDeveloper", "forMine", "videoCaption", "videoCategoryId"),
        *("videoDefinition", "videoDimension", "videoDuration", "videoEmbeddable", "videoLicense"),
        *("videoPaidProductPlacement", "videoSyndicated", "videoType"),
    )
    return Example(
        base={"q": finds.word},
        good={
            "channelId": finds.uploader,
            "location": "48.137,11.575",
            "locationRadius": "50km",
            "publishedAfter": _FORMER,
            "publishedBefore": _LATTER,
            "regionCode": "DE",
            "relevanceLanguage": "de",
            "topicId": "/m/04rlf",
            "type": "video,channel",
            "videoCategoryId": "10",
            "onBehalfOfContentOwner": _OWNER,
        },
        beside={
            **dict.fromkeys(of_videos, videos),
            "q": _ALONE,
            "channelId": _ALONE,
            "location": {**videos, "locationRadius": "50km"},
            "locationRadius": {**videos, "location": "48.137,11.575"},
        },
        pages={"channelId": finds.uploader, "type": "video"},
    )


def _subscriptions(finds: Finds) -> Example:
    alone = ("channelId", "id", "mine", "myRecentSubscribers", "mySubscribers")
    return Example(
        base={"channelId": finds.subscriber},
        good={
            "forChannelId": finds.followed,
            "id": ",".join(finds.subscription_ids[:3]),
            "onBehalfOfContentOwner": _OWNER,
            "onBehalfOfContentOwnerChannel": finds.subscriber,
        },
        beside=dict.fromkeys(alone, _ALONE),
        pages={"channelId": finds.subscriber},
    )


def _video_categories(_: Finds) -> Example:
    return Example(
        base={"regionCode": "US"},
        good={"id": "10,20", "hl": "de_DE"},
        beside={"regionCode": _ALONE, "id": _ALONE},
    )


def _videos(finds: Finds) -> Example:
    chart = {"chart": "mostPopular"}
    return Example(
        base={"id": ",".join(finds.video_ids[:3])},
        good={
            "hl": "de",
            "locale": "de_DE",
            "regionCode": "DE",
            "videoCategoryId": "10",
            "onBehalfOfContentOwner": _OWNER,
        },
        beside={
            **dict.fromkeys(("id", "chart", "myRating"), _ALONE),
            **dict.fromkeys(("maxResults", "pageToken", "regionCode", "videoCategoryId"), chart),
        },
        pages=chart,
        every_part=[{"id": ",".join(ids)} for ids in finds.fifties(finds.video_ids)],
    )


def _video_statistics(finds: Finds) -> Example:
    return Example(
        base={"id": ",".join(finds.video_ids[:3])},
        good={"onBehalfOfContentOwner": _OWNER},
        beside={"id": _ALONE},
    )


EXAMPLES: Mapping[str, Callable[[Finds], Example]] = {
    "activities.list": _activities,
    "channelSections.list": _channel_sections,
    "channels.list": _channels,
    "commentThreads.list": _comment_threads,
    "comments.list": _comments,
    "i18nLanguages.list": _languages_or_regions,
    "i18nRegions.list": _languages_or_regions,
    "playlistItems.list": _playlist_items,
    "playlists.list": _playlists,
    "search.list": _search,
    "subscriptions.list": _subscriptions,
    "videoAbuseReportReasons.list": _languages_or_regions,
    "videoCategories.list": _video_categories,
    "videos.batchGetStats": _video_statistics,
    "videos.list": _videos,
}
