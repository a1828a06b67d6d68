"""Every typed method once: its request, its parser, and items that hold all that is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.youtube.costs import Request
from app.youtube.methods.activities import activities_request, parse_activities
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.methods.comments import (
    parse_comments,
    parse_threads,
    replies_request,
    threads_of_channel_request,
    threads_of_video_request,
)
from app.youtube.methods.playlist_items import entries_request, parse_entries, parse_uploads, uploads_request
from app.youtube.methods.playlists import parse_playlists, playlists_of_channel_request, playlists_request
from app.youtube.methods.reference import (
    categories_request,
    languages_request,
    parse_categories,
    parse_named,
    regions_request,
)
from app.youtube.methods.search import parse_search, search_request
from app.youtube.methods.sections import parse_sections, sections_request
from app.youtube.methods.subscriptions import parse_subscriptions, subscriptions_request
from app.youtube.methods.video_stats import parse_video_stats, video_stats_request
from app.youtube.methods.videos import parse_videos, popular_videos_request, videos_request

Item = dict[str, Any]
CHANNEL, OTHER = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UC" + "b" * 22
VIDEO, PLAYLIST = "paperboat_0", "PL" + "p" * 32
THEN, LATER = "2020-07-29T06:53:50.717729Z", "2021-01-01T00:00:00Z"
TOPIC = "https://en.wikipedia.org/wiki/Hobby"
WORDS = {"title": "Paper Boats", "description": "Boats of paper.\nAnd rivers."}


@dataclass(frozen=True)
class Case:
    """`items`: each field that is asked for makes a difference to one of them."""

    request: Request
    parse: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    items: tuple[Item, ...]


def pictures(*sizes: str) -> Item:
    return {"thumbnails": {size: {"url": f"https://t/{size}"} for size in sizes}}


def with_pictures(full: Item, *sizes: str) -> tuple[Item, ...]:
    """The item with each of these thumbnails alone: of several, only the largest is taken."""
    return tuple(full | {"snippet": full["snippet"] | pictures(size)} for size in sizes)


CHANNEL_ITEM: Item = {
    "id": CHANNEL,
    "snippet": {
        **WORDS,
        "customUrl": "@paperboats",
        "publishedAt": THEN,
        "defaultLanguage": "en-GB",
        "country": "NZ",
        **pictures("default", "high"),
    },
    "statistics": {
        "viewCount": "9223372036854775807",
        "subscriberCount": "12300",
        "hiddenSubscriberCount": False,
        "videoCount": "42",
    },
    "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU_x5XG1OV2P6uZZ5FSM9Ttw"}},
    "status": {"madeForKids": False},
    "topicDetails": {"topicCategories": [TOPIC]},
    "brandingSettings": {
        "channel": {"keywords": 'boats "paper folding"'},
        "image": {"bannerExternalUrl": "https://b"},
    },
}
VIDEO_ITEM: Item = {
    "id": VIDEO,
    "snippet": {
        **WORDS,
        "channelId": CHANNEL,
        "channelTitle": "Paper & Co",
        "publishedAt": THEN,
        "tags": ["boats", "paper folding"],
        "categoryId": "26",
        "defaultLanguage": "en-GB",
        "defaultAudioLanguage": "en",
        "liveBroadcastContent": "none",
        **pictures("default", "high", "maxres"),
    },
    "contentDetails": {
        "duration": "PT1H2M3S",
        "definition": "hd",
        "caption": "true",
        "licensedContent": False,
        "contentRating": {"ytRating": "ytAgeRestricted"},
        "regionRestriction": {"allowed": ["NZ", "FJ"], "blocked": []},
    },
    "statistics": {"viewCount": "9223372036854775807", "likeCount": "12", "commentCount": "0"},
    "status": {"madeForKids": False, "embeddable": True, "privacyStatus": "unlisted"},
    "topicDetails": {"topicCategories": [TOPIC]},
    "liveStreamingDetails": {
        "scheduledStartTime": THEN,
        "actualStartTime": THEN,
        "actualEndTime": LATER,
        "concurrentViewers": "7",
    },
    "player": {"embedWidth": "405", "embedHeight": "720"},
}
STATS_ITEM: Item = {
    "id": VIDEO,
    "snippet": {"publishTime": THEN},
    "statistics": {"viewCount": "1", "likeCount": "2", "commentCount": "3"},
    "contentDetails": {"duration": "213s"},
}
PLAYLIST_ITEM: Item = {
    "id": PLAYLIST,
    "snippet": {
        **WORDS,
        "channelId": CHANNEL,
        "channelTitle": "Paper & Co",
        "publishedAt": THEN,
        "defaultLanguage": "en",
        **pictures("default", "high", "maxres"),
    },
    "contentDetails": {"itemCount": 67},
    "status": {"privacyStatus": "public"},
}
ENTRY_ITEM: Item = {
    "id": "entry",
    "snippet": {
        "title": "Paper Boats",
        "publishedAt": LATER,
        "playlistId": PLAYLIST,
        "position": 0,
        "videoOwnerChannelId": OTHER,
    },
    "contentDetails": {"videoId": VIDEO, "videoPublishedAt": THEN},
    "status": {"privacyStatus": "public"},
}
PRIVATE_ENTRY: Item = {
    "id": "entry",
    "snippet": {"title": "Vidéo privée"},
    "contentDetails": {"videoId": VIDEO},
    "status": {"privacyStatus": "private"},
}
RESULT_ITEM: Item = {
    "id": {"kind": "youtube#video", "videoId": VIDEO},
    "snippet": {
        **WORDS,
        "channelId": CHANNEL,
        "channelTitle": "Paper & Co",
        "publishedAt": THEN,
        "liveBroadcastContent": "live",
    },
}
COMMENT_ITEM: Item = {
    "id": "comment",
    "snippet": {
        "authorChannelId": {"value": OTHER},
        "authorDisplayName": "@paperboats",
        "textDisplay": "How nice & how small",
        "likeCount": 3,
        "publishedAt": THEN,
        "updatedAt": LATER,
        "videoId": VIDEO,
        "parentId": "thread",
    },
}
THREAD_ITEM: Item = {
    "id": "thread",
    "snippet": {"videoId": VIDEO, "totalReplyCount": 9, "topLevelComment": COMMENT_ITEM},
    "replies": {"comments": [COMMENT_ITEM]},
}
SECTION_ITEM: Item = {
    "id": "section",
    "snippet": {"type": "multipleChannels", "channelId": CHANNEL, "title": "Friends", "position": 0},
    "contentDetails": {"playlists": [PLAYLIST], "channels": [OTHER]},
}
SUBSCRIPTION_ITEM: Item = {
    "id": "subscription",
    "snippet": {
        "channelId": CHANNEL,
        "resourceId": {"channelId": OTHER},
        "title": "Paper Boats",
        "publishedAt": THEN,
    },
}
DONE: Item = {"type": "upload", "channelId": CHANNEL, "publishedAt": THEN}
ACTIVITY_ITEMS = tuple(
    {"id": "activity", "snippet": DONE, "contentDetails": details}
    for details in (
        {"upload": {"videoId": VIDEO}},
        {"playlistItem": {"playlistId": PLAYLIST, "resourceId": {"videoId": VIDEO}}},
        {"subscription": {"resourceId": {"channelId": OTHER}}},
        {"recommendation": {"resourceId": {"videoId": VIDEO, "channelId": OTHER}}},
    )
)
NAMED_ITEM: Item = {"id": "NZ", "snippet": {"name": "New Zealand"}}
CATEGORY_ITEM: Item = {"id": "26", "snippet": {"title": "Howto & Style", "assignable": True}}

_HIDDEN = {"subscriberCount": "0", "hiddenSubscriberCount": True}
_CHANNELS = (*with_pictures(CHANNEL_ITEM, "default", "medium", "high"), CHANNEL_ITEM | {"statistics": _HIDDEN})
_VIDEOS = with_pictures(VIDEO_ITEM, "default", "medium", "high", "standard", "maxres")
_PLAYLISTS = with_pictures(PLAYLIST_ITEM, "default", "medium", "high", "standard", "maxres")
_RESULTS = (
    RESULT_ITEM,
    RESULT_ITEM | {"id": {"kind": "youtube#channel", "channelId": OTHER}},
    RESULT_ITEM | {"id": {"kind": "youtube#playlist", "playlistId": PLAYLIST}},
)
CASES = {
    "channels": Case(channels_request([CHANNEL]), parse_channels, _CHANNELS),
    "videos": Case(videos_request([VIDEO]), parse_videos, _VIDEOS),
    "popular videos": Case(popular_videos_request("NZ"), parse_videos, _VIDEOS),
    "video statistics": Case(video_stats_request([VIDEO]), parse_video_stats, (STATS_ITEM,)),
    "playlists": Case(playlists_request([PLAYLIST]), parse_playlists, _PLAYLISTS),
    "playlists of a channel": Case(playlists_of_channel_request(CHANNEL), parse_playlists, _PLAYLISTS),
    "uploads": Case(uploads_request("UU" + CHANNEL[2:]), parse_uploads, (ENTRY_ITEM,)),
    "entries": Case(entries_request(PLAYLIST), parse_entries, (ENTRY_ITEM, PRIVATE_ENTRY)),
    "search": Case(search_request({"q": "boats", "type": "video", "order": "date"}), parse_search, _RESULTS),
    "threads of a video": Case(threads_of_video_request(VIDEO), parse_threads, (THREAD_ITEM,)),
    "threads of a channel": Case(threads_of_channel_request(CHANNEL), parse_threads, (THREAD_ITEM,)),
    "replies": Case(replies_request("thread"), parse_comments, (COMMENT_ITEM,)),
    "sections": Case(sections_request(CHANNEL), parse_sections, (SECTION_ITEM,)),
    "subscriptions": Case(subscriptions_request(CHANNEL), parse_subscriptions, (SUBSCRIPTION_ITEM,)),
    "activities": Case(activities_request(CHANNEL), parse_activities, ACTIVITY_ITEMS),
    "categories": Case(categories_request("NZ"), parse_categories, (CATEGORY_ITEM,)),
    "regions": Case(regions_request(), parse_named, (NAMED_ITEM,)),
    "languages": Case(languages_request(), parse_named, (NAMED_ITEM,)),
}
