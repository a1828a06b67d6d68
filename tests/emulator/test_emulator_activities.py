"""activities.list as a client sees it."""

import base64
from datetime import datetime
from itertools import chain
from typing import Any

import pytest

from emulator.universe.activities import MOST_UPLOADS
from emulator.universe.channels import Channel
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

PARTS = "snippet,contentDetails"
NUMBERED = 600


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def channels(universe: Universe) -> list[Channel]:
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return [channel for channel in found if channel]


@pytest.fixture(scope="module")
def busy(channels: list[Channel]) -> Channel:
    return next(channel for channel in channels if 60 < len(channel.uploads.shelf(NOON)) < 200)


@pytest.fixture
def ask_activities(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/activities")


def whole(ask: Asker, **parameters: str) -> list[dict[str, Any]]:
    pages = [ask(**parameters, maxResults="50").json()]
    while "nextPageToken" in pages[-1]:
        pages.append(ask(**parameters, maxResults="50", pageToken=pages[-1]["nextPageToken"]).json())
    return list(chain.from_iterable(page.get("items", []) for page in pages))


def uploaded(items: list[dict[str, Any]]) -> list[str]:
    return [item["contentDetails"]["upload"]["videoId"] for item in items if item["snippet"]["type"] == "upload"]


def test_every_public_upload_is_an_activity_newest_first(
    ask_activities: Asker, universe: Universe, busy: Channel
) -> None:
    items = whole(ask_activities, channelId=busy.id, part=PARTS)
    assert uploaded(items) == [video.id for video in universe.uploads(busy, NOON)]
    dates = [item["snippet"]["publishedAt"] for item in items]
    assert dates == sorted(dates, reverse=True)
    assert len({item["id"] for item in items}) == len(items)


def test_an_upload_is_told_as_the_real_service_tells_it(ask_activities: Asker, busy: Channel) -> None:
    items = ask_activities.items(channelId=busy.id, part=PARTS, maxResults="50")
    item = next(item for item in items if item["snippet"]["type"] == "upload")
    assert list(item) == ["kind", "etag", "id", "snippet", "contentDetails"]
    assert list(item["snippet"]) == [
        *("publishedAt", "channelId", "title", "description", "thumbnails", "channelTitle", "type")
    ]
    second = int(datetime.fromisoformat(item["snippet"]["publishedAt"]).timestamp())
    assert base64.b64decode(item["id"]).decode().startswith(f"15{second}")


def test_entries_of_playlists_are_activities_too(ask: Asker, ask_activities: Asker, channels: list[Channel]) -> None:
    every = (ask_activities.items(channelId=channel.id, part=PARTS, maxResults="50") for channel in channels)
    item = next(item for item in chain.from_iterable(every) if item["snippet"]["type"] == "playlistItem")
    added = item["contentDetails"]["playlistItem"]
    [entry] = Asker(ask.http, "/youtube/v3/playlistItems").items(id=added["playlistItemId"], part="snippet")
    assert entry["snippet"]["playlistId"] == added["playlistId"]
    assert entry["snippet"]["resourceId"] == added["resourceId"]
    for name in ("publishedAt", "channelId", "title", "channelTitle"):
        assert entry["snippet"][name] == item["snippet"][name]


def test_dates_select_what_happened_between_them(ask_activities: Asker, busy: Channel) -> None:
    items = whole(ask_activities, channelId=busy.id, part=PARTS)
    dates = [item["snippet"]["publishedAt"] for item in items]
    late, early = dates[10], dates[30]
    within = whole(ask_activities, channelId=busy.id, part=PARTS, publishedAfter=early, publishedBefore=late)
    assert within == [item for item, at in zip(items, dates, strict=True) if early <= at < late]
    assert 15 < len(within) < 25
    assert whole(ask_activities, channelId=busy.id, part=PARTS, publishedAfter="2100-01-01T00:00:00Z") == []


def test_no_more_than_the_newest_uploads_are_listed(ask_activities: Asker, channels: list[Channel]) -> None:
    channel = next(channel for channel in channels if len(channel.uploads.shelf(NOON)) > MOST_UPLOADS + 10)
    items = whole(ask_activities, channelId=channel.id, part=PARTS)
    assert len(uploaded(items)) == MOST_UPLOADS
    oldest = items[-1]["snippet"]["publishedAt"]
    assert uploaded(whole(ask_activities, channelId=channel.id, part=PARTS, publishedBefore=oldest))


def test_pages_go_back_as_they_came(ask_activities: Asker, busy: Channel) -> None:
    first = ask_activities(channelId=busy.id, part="id").json()
    second = ask_activities(channelId=busy.id, part="id", pageToken=first["nextPageToken"]).json()
    assert (first["nextPageToken"], second["prevPageToken"]) == ("CAUQAA", "CAUQAQ")
    assert ask_activities(channelId=busy.id, part="id", pageToken="CAUQAQ").json()["items"] == first["items"]


def test_an_unknown_channel_is_not_found(ask_activities: Asker, universe: Universe) -> None:
    error = ask_activities.error(channelId=next(universe.missing_ids(NOON)), part="id")
    assert (error["code"], error["errors"][0]["reason"]) == (404, "channelNotFound")


@pytest.mark.parametrize("name", ["home", "mine"])
def test_what_is_about_the_caller_needs_a_login(ask_activities: Asker, name: str) -> None:
    error = ask_activities.error(part="id", **{name: "true"})
    assert (error["code"], error["errors"][0]["reason"]) == (401, "authorizationRequired")


def test_an_unknown_country_is_refused(ask_activities: Asker, busy: Channel) -> None:
    assert ask_activities.error(channelId=busy.id, part="id", regionCode="XX")["code"] == 400
