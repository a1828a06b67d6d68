"""Requests to try: one for each method, about what exists today."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from urllib.parse import urlencode

from emulator import discovery
from emulator.clock import pacific_day, pacific_midnight
from emulator.errors import ApiError
from emulator.methods.contract import Call, World
from emulator.methods.registry import METHODS
from emulator.parameters import read_parameters, read_parts
from emulator.resources import Resource

_LOOKED_AT = 100
"""So many channels or videos are asked about before it is given up."""

_ASKED: Mapping[str, tuple[str, str, str]] = {
    "activities.list": ("snippet,contentDetails", "channelId", "channel"),
    "channelSections.list": ("snippet,contentDetails", "channelId", "channel"),
    "channels.list": ("snippet,statistics", "id", "channels"),
    "commentThreads.list": ("snippet,replies", "videoId", "video"),
    "comments.list": ("snippet", "parentId", "thread"),
    "i18nLanguages.list": ("snippet", "hl", "language"),
    "i18nRegions.list": ("snippet", "hl", "language"),
    "playlistItems.list": ("snippet,contentDetails", "playlistId", "uploads"),
    "playlists.list": ("snippet,contentDetails", "channelId", "channel"),
    "search.list": ("snippet", "q", "title"),
    "subscriptions.list": ("snippet,contentDetails", "channelId", "channel"),
    "videoAbuseReportReasons.list": ("snippet", "hl", "language"),
    "videoCategories.list": ("snippet", "regionCode", "region"),
    "videos.batchGetStats": ("snippet,statistics", "id", "videos"),
    "videos.list": ("snippet,statistics,contentDetails", "id", "videos"),
}
"""Method to the parts and the filter that are asked for, and what stands in the filter."""


class Examples:
    """Addresses with a good answer. They are found by asking as a client would, once a day of the emulator's clock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of_day = lru_cache(1)(self._find)

    def addresses(self, now: datetime) -> Mapping[str, str]:
        """Method to path and query, as far as there is something to ask it for."""
        return self._of_day(pacific_day(now))

    def _find(self, day: date) -> Mapping[str, str]:
        now = pacific_midnight(day)
        candidates = self._candidates(now)
        found = {}
        for method, (part, name, what) in _ASKED.items():
            tried = ({"part": part, name: text} for text in candidates[what])
            parameters = next((one for one in tried if self._list(method, one, now)), None)
            if parameters:
                query = urlencode({**parameters, "key": "any-key"}, safe=",")
                found[method] = f"/{discovery.methods()[method].path}?{query}"
        return found

    def _candidates(self, now: datetime) -> Mapping[str, Iterable[str]]:
        channels = list(islice(self._world.universe.existing_ids(now), _LOOKED_AT))
        chart = self._list("videos.list", {"part": "snippet", "chart": "mostPopular", "maxResults": "50"}, now)
        videos = [str(video["id"]) for video in chart]
        return {
            "language": ["en_US"],
            "region": ["US"],
            "channel": channels,
            "channels": [",".join(channels[:3])],
            "uploads": [f"UU{channel[2:]}" for channel in channels],
            "video": videos,
            "videos": [",".join(videos[:3])],
            "title": [str(video["snippet"]["title"]) for video in chart],
            "thread": self._threads(videos, now),
        }

    def _threads(self, videos: Iterable[str], now: datetime) -> Iterator[str]:
        for video in videos:
            threads = self._list("commentThreads.list", {"part": "snippet", "videoId": video}, now)
            yield from (str(thread["id"]) for thread in threads if thread["snippet"]["totalReplyCount"])

    def _list(self, name: str, parameters: Mapping[str, str], now: datetime) -> Sequence[Resource]:
        """What a method answers; nothing if it refuses."""
        described = discovery.methods()[name]
        try:
            values = read_parameters(described, list(parameters.items()))
            return METHODS[name].answer(Call(described, values, read_parts(described, values), now), self._world).items
        except ApiError:
            return []
