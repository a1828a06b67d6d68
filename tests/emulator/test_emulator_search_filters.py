"""search.list: each filter, compared with what other methods tell of the videos that pass it."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from emulator.universe.channels import Channel
from emulator.universe.ids import channel_id
from emulator.universe.places import Circle, draw_place
from emulator.universe.universe import Universe
from emulator.universe.uploads import Kind
from emulator.universe.videos import Video
from emulator.universe.writing.languages import BY_CODE
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

Item = dict[str, Any]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture
def search(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/search")


@pytest.fixture
def found(search: Asker, universe: Universe) -> Callable[..., list[Video]]:
    """The videos on the first page of a search."""

    def videos(**asked: str) -> list[Video]:
        items = search.items(**{"q": "music", "type": "video", "part": "id", "maxResults": "50"} | asked)
        return [video for item in items if (video := universe.video(item["id"]["videoId"], NOON))]

    return videos


_PASSING: dict[tuple[str, str], Callable[[Video], bool]] = {
    ("videoCaption", "closedCaption"): lambda video: video.captioned,
    ("videoCaption", "none"): lambda video: not video.captioned,
    ("videoDefinition", "high"): lambda video: video.hd,
    ("videoDefinition", "standard"): lambda video: not video.hd,
    ("videoDuration", "short"): lambda video: video.seconds < 240,
    ("videoDuration", "medium"): lambda video: 240 <= video.seconds <= 1200,
    ("videoDuration", "long"): lambda video: video.seconds > 1200,
    ("videoEmbeddable", "true"): lambda video: video.embeddable,
    ("videoLicense", "creativeCommon"): lambda video: video.creative_commons,
    ("videoLicense", "youtube"): lambda video: not video.creative_commons,
    ("videoPaidProductPlacement", "true"): lambda video: video.promoted,
    ("videoSyndicated", "true"): lambda video: video.embeddable,
    ("videoCategoryId", "22"): lambda video: video.category == "22",
    ("eventType", "completed"): lambda video: video.broadcast(NOON) == "completed",
    ("topicId", "/m/04rlf"): lambda video: "Music" in video.channel.topics,
    ("regionCode", "US"): lambda video: "US" not in video.blocked,
    ("safeSearch", "strict"): lambda video: not video.age_restricted,
}


@pytest.mark.parametrize(("name", "value"), _PASSING)
def test_a_filter_lets_pass_what_it_says(found: Callable[..., list[Video]], name: str, value: str) -> None:
    videos = found(**{name: value})
    assert videos
    assert all(_PASSING[name, value](video) for video in videos)


@pytest.mark.parametrize(
    ("name", "value"),
    [("videoType", "movie"), ("videoType", "episode"), ("videoDimension", "3d"), ("topicId", "/m/unknown")],
)
def test_what_nobody_makes_is_not_found(found: Callable[..., list[Video]], name: str, value: str) -> None:
    assert found(**{name: value}) == []


def test_a_stream_is_found_while_it_runs(search: Asker, universe: Universe) -> None:
    channels = (universe.channel(channel_id(number), NOON) for number in range(40_000))
    streaming = (video for channel in channels if channel and (video := _running(universe, channel)))
    video = next(streaming)
    asked = {"channelId": video.channel.id, "part": "snippet"}
    [item] = search.items(**asked, type="video", eventType="live")
    assert (item["id"]["videoId"], item["snippet"]["liveBroadcastContent"]) == (video.id, "live")
    assert search.items(**asked, type="video", eventType="upcoming") == []
    [channel] = search.items(**asked, type="channel")
    assert channel["snippet"]["liveBroadcastContent"] == "live"


def _running(universe: Universe, channel: Channel) -> Video | None:
    for index in islice(channel.uploads.shelf(NOON, (Kind.LIVE,)), 1):
        video = universe.video(universe.video_id(channel, index), NOON)
        if video and video.broadcast(NOON) == "live":
            return video
    return None


def test_places_lie_within_the_circle(found: Callable[..., list[Video]]) -> None:
    videos = found(q="", location="48.137,11.575", locationRadius="500km")
    assert videos
    places = [draw_place(7, video) for video in videos]
    circle = Circle(48.137, 11.575, 500)
    assert all(place and circle.holds(*place) for place in places)
    assert found(q="", location="0,-140", locationRadius="10mi") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"location": "48.137,11.575"},
        {"locationRadius": "5km"},
        {"location": "Munich", "locationRadius": "5km"},
        {"location": "48.137,11.575", "locationRadius": "5"},
        {"location": "48.137,11.575", "locationRadius": "1001km"},
    ],
)
def test_places_without_their_circle_are_refused(search: Asker, asked: dict[str, str]) -> None:
    error = search.error(type="video", part="id", **asked)
    assert (error["code"], error["errors"][0]["reason"]) == (400, "invalidLocation")


@pytest.mark.parametrize("kinds", ["", "channel", "video,channel"])
@pytest.mark.parametrize("name", ["videoDuration", "eventType", "videoCategoryId"])
def test_filters_of_videos_need_a_search_for_videos(search: Asker, kinds: str, name: str) -> None:
    value = {"videoDuration": "any", "eventType": "completed", "videoCategoryId": "10"}[name]
    error = search.error(q="music", type=kinds, part="id", **{name: value})
    assert (error["code"], error["errors"][0]["reason"]) == (400, "invalidSearchFilter")


def test_related_videos_are_gone(search: Asker) -> None:
    error = search.error(relatedToVideoId="dQw4w9WgXcQ", type="video", part="id")
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("name", ["forMine", "forDeveloper", "forContentOwner"])
def test_what_is_for_owners_needs_a_login(search: Asker, name: str) -> None:
    error = search.error(type="video", part="id", **{name: "true"})
    assert (error["code"], error["errors"][0]["reason"]) == (401, "authorizationRequired")
    assert search.items(q="music", type="video", part="id", **{name: "false"})


def test_a_language_is_preferred(search: Asker, universe: Universe) -> None:
    items = search.items(q="football", type="channel", relevanceLanguage="fr", part="id", maxResults="50")
    assert items
    channels = [channel for item in items if (channel := universe.channel(item["id"]["channelId"], NOON))]
    french = [channel for channel in channels if channel.language == "fr"]
    assert len(french) > 0.8 * len(channels)
    assert "football" in BY_CODE["fr"].topics


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"channelId": "nobody"}, "invalidChannelId"),
        ({"regionCode": "ZZ"}, "invalidRegionCode"),
        ({"relevanceLanguage": "?"}, "invalidRelevanceLanguage"),
        ({"type": "movie"}, "badRequest"),
        ({"pageToken": "garbage"}, "invalidPageToken"),
    ],
)
def test_nonsense_is_refused(search: Asker, asked: dict[str, str], reason: str) -> None:
    error = search.error(part="id", **asked)
    assert (error["code"], error["errors"][0]["reason"]) == (400, reason)


def test_an_unknown_channel_has_nothing(search: Asker, universe: Universe) -> None:
    answer = search(channelId=next(universe.missing_ids(NOON)), type="video", part="id").json()
    assert answer["pageInfo"]["totalResults"] == 0


def test_shows_are_not_made_here(search: Asker) -> None:
    assert search.items(q="music", type="channel", channelType="show", part="id") == []
    assert search.items(q="music", type="channel", channelType="any", part="id")
