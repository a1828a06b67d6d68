"""What there is to ask for, found by asking: channels first, then what belongs to them."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain

import pytest

from emulator import discovery
from tests.emulator.conformance.asking import Door, Resource

_FEWEST = 5
"""Entries that a list needs to have several pages, forth and back."""

_VIDEOS = 500


class Finds:
    """Everything is looked for once, when somebody needs it."""

    def __init__(self, door: Door, channel_ids: Sequence[str]) -> None:
        self._door = door
        self.channel_ids = channel_ids

    @cached_property
    def channels(self) -> list[Resource]:
        """Channels with their handles, countries and uploads lists."""
        fifties = self.fifties(self.channel_ids)
        asked = ({"part": "snippet,contentDetails", "id": ",".join(ids)} for ids in fifties)
        return list(chain.from_iterable(self._door.items("channels.list", one) for one in asked))

    @cached_property
    def handle(self) -> str:
        """Of some channel."""
        snippets = (channel["snippet"] for channel in self.channels)
        return str(next(snippet["customUrl"] for snippet in snippets if "customUrl" in snippet))

    @cached_property
    def uploads(self) -> str:
        """An uploads list of a few videos."""
        return self._with_few("playlistItems.list", "playlistId", self._uploads())

    @cached_property
    def many_uploads(self) -> str:
        """An uploads list of several full pages."""

        def is_long(answer: Resource) -> bool:
            return bool(100 < answer["pageInfo"]["totalResults"] < 150)

        return self._first("playlistItems.list", "playlistId", self._uploads(), is_long)

    @cached_property
    def uploader(self) -> str:
        """The channel of that list."""
        return "UC" + self.uploads[2:]

    @cached_property
    def video_ids(self) -> list[str]:
        """Popular videos, and videos of many channels."""
        chart = {"part": "id", "chart": "mostPopular", "maxResults": "50"}
        found = [item["id"] for item in self._door.items("videos.list", chart)]
        for uploads in self._uploads():
            asked = {"part": "contentDetails", "playlistId": uploads, "maxResults": "50"}
            found += [item["contentDetails"]["videoId"] for item in self._door.items("playlistItems.list", asked)]
            if len(found) >= _VIDEOS:
                break
        return found

    @cached_property
    def owner_of_playlists(self) -> str:
        """A channel with a few playlists."""
        return self._with_few("playlists.list", "channelId", self.channel_ids)

    @cached_property
    def owners_of_playlists(self) -> list[str]:
        """Channels with any playlist: for some of the others the answer is 404."""
        some = self.channel_ids[:100]
        return [owner for owner in some if self._door.items("playlists.list", {"part": "id", "channelId": owner})]

    @cached_property
    def playlist_ids(self) -> list[str]:
        """Its playlists."""
        return self._ids("playlists.list", channelId=self.owner_of_playlists)

    @cached_property
    def playlist_item_ids(self) -> list[str]:
        """The entries of the uploads list."""
        return self._ids("playlistItems.list", playlistId=self.uploads)

    @cached_property
    def discussed_video(self) -> str:
        """A video with a few comments."""
        return self._with_few("commentThreads.list", "videoId", self.video_ids)

    @cached_property
    def discussed_channel(self) -> str:
        """The channel of that video."""
        [video] = self._door.items("videos.list", {"part": "snippet", "id": self.discussed_video})
        return str(video["snippet"]["channelId"])

    @cached_property
    def thread_ids(self) -> list[str]:
        """The threads under it, which are also their first comments."""
        return self._ids("commentThreads.list", videoId=self.discussed_video)

    @cached_property
    def answered_comment(self) -> str:
        """A comment with a few replies."""
        asked = ({"part": "snippet", "videoId": video, "maxResults": "100"} for video in self.video_ids)
        threads = chain.from_iterable(self._door.items("commentThreads.list", one) for one in asked)
        wanted = (thread["id"] for thread in threads if thread["snippet"]["totalReplyCount"] >= _FEWEST)
        return self._with_few("comments.list", "parentId", wanted)

    @cached_property
    def channel_with_sections(self) -> str:
        """A channel whose page has sections."""
        return self._first("channelSections.list", "channelId", self.channel_ids, lambda answer: "items" in answer)

    @cached_property
    def section_ids(self) -> list[str]:
        """Its sections."""
        return self._ids("channelSections.list", channelId=self.channel_with_sections)

    @cached_property
    def subscriber(self) -> str:
        """A channel that shows whom it follows."""
        return self._with_few("subscriptions.list", "channelId", self.channel_ids)

    @cached_property
    def subscription_ids(self) -> list[str]:
        """Its subscriptions."""
        return self._ids("subscriptions.list", channelId=self.subscriber)

    @cached_property
    def followed(self) -> str:
        """A channel that it follows."""
        asked = {"part": "snippet", "channelId": self.subscriber}
        followed: str = self._door.items("subscriptions.list", asked)[0]["snippet"]["resourceId"]["channelId"]
        return followed

    @cached_property
    def word(self) -> str:
        """A word of a video's title."""
        [video] = self._door.items("videos.list", {"part": "snippet", "id": self.video_ids[0]})
        return str(max(video["snippet"]["title"].split(), key=len))

    @staticmethod
    def fifties(ids: Sequence[str]) -> list[Sequence[str]]:
        """As many ids at a time as a call takes."""
        return [ids[start : start + 50] for start in range(0, len(ids), 50)]

    def _uploads(self) -> list[str]:
        return [channel["contentDetails"]["relatedPlaylists"]["uploads"] for channel in self.channels]

    def _ids(self, method: str, **selection: str) -> list[str]:
        return [item["id"] for item in self._door.items(method, {"part": "id", **selection, **_most(method)})]

    def _with_few(self, method: str, name: str, candidates: Iterable[str]) -> str:
        return self._first(method, name, candidates, lambda answer: _FEWEST <= len(answer.get("items", [])) < 50)

    def _first(self, method: str, name: str, candidates: Iterable[str], wanted: Callable[[Resource], bool]) -> str:
        for candidate in candidates:
            answer = self._door(method, {"part": "id", name: candidate, **_most(method)})
            if answer.is_success and wanted(answer.json()):
                return candidate
        pytest.fail(f"The emulator has nothing to try {method} on: no {name} leads to a list of the wanted length")


def _most(method: str) -> dict[str, str]:
    return {"maxResults": "50"} if "maxResults" in discovery.methods()[method].parameters else {}
