"""What each method is asked to find out whether YouTube answers it at all.

The subjects are as old and public as they come. Whether they are still there does not matter: "not found" is an answer.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.youtube.costs import Request

WELL_KNOWN_CHANNEL = "UC_x5XG1OV2P6uZZ5FSM9Ttw"
"""Google's own channel for developers, there since 2007."""
_FIRST_VIDEO = "jNQXAC9IVRw"  # of YouTube, 2005
_FIRST_VIDEOS_COMMENT = "Ugw__________________AaABAg"
_CHANNEL = {"part": "id", "channelId": WELL_KNOWN_CHANNEL}

PROBES: Mapping[str, Request] = MappingProxyType(
    {
        method: Request(method, params)
        for method, params in {
            "activities.list": _CHANNEL,
            "channelSections.list": _CHANNEL,
            "channels.list": {"part": "id", "id": WELL_KNOWN_CHANNEL},
            "commentThreads.list": {"part": "id", "videoId": _FIRST_VIDEO},
            "comments.list": {"part": "id", "id": _FIRST_VIDEOS_COMMENT},
            "i18nLanguages.list": {"part": "snippet"},
            "i18nRegions.list": {"part": "snippet"},
            "playlistItems.list": {"part": "id", "playlistId": f"UU{WELL_KNOWN_CHANNEL[2:]}"},
            "playlists.list": _CHANNEL,
            "search.list": {"part": "id", "q": "youtube"},
            "subscriptions.list": _CHANNEL,
            "videoAbuseReportReasons.list": {"part": "snippet"},
            "videoCategories.list": {"part": "snippet", "regionCode": "US"},
            "videos.batchGetStats": {"part": "id", "id": _FIRST_VIDEO},
            "videos.list": {"part": "id", "id": _FIRST_VIDEO},
        }.items()
    }
)
