"""playlistItems.list as a client sees it: entries of playlists, uploads of channels, and what cannot be listed."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.channels import Channel
from emulator.universe.ids import channel_id, video_number
from emulator.universe.lists.contents import Mix
from emulator.universe.lists.playlists import Playlist, Playlists
from emulator.universe.universe import Universe
from emulator.universe.uploads import Kind
from tests.emulator.asking import Asker, by_id
from tests.emulator.conftest import NOON

PARTS = "snippet,contentDetails,status"
NUMBERED = 600
CAP = 20_000


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def channels(universe: Universe) -> list[Channel]:
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return [channel for channel in found if channel]


@pytest.fixture(scope="module")
def lists(universe: Universe, channels: list[Channel]) -> list[Playlist]:
    every = (Playlists(universe, channel) for channel in channels)
    return [one.playlist(number, NOON) for one in every for number in one.numbers(NOON)[:3]]


@pytest.fixture
def ask_items(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/playlistItems")


def uploads_of(channel: Channel, shelf: str = "UU") -> str:
    return shelf + channel.id[2:]


def videos_of(page: dict[str, Any]) -> list[str]:
    return [item["contentDetails"]["videoId"] for item in page.get("items", [])]


def whole(ask: Asker, **parameters: str) -> list[dict[str, Any]]:
    every = ask.pages(maxResults="50", **parameters)
    return list(chain.from_iterable(page.get("items", []) for page in every))


def not_found(ask: Asker, wanted: str) -> bool:
    error = ask.error(playlistId=wanted, part="id")
    return (error["code"], error["errors"][0]["reason"]) == (404, "playlistNotFound")


def test_an_uploads_list_is_what_the_channel_has_in_public_newest_first(
    ask_items: Asker, universe: Universe, channels: list[Channel]
) -> None:
    channel = next(channel for channel in channels if 60 < len(channel.uploads.shelf(NOON)) < 200)
    listed = whole(ask_items, playlistId=uploads_of(channel), part=PARTS)
    assert [item["contentDetails"]["videoId"] for item in listed] == [
        video.id for video in universe.uploads(channel, NOON)
    ]
    assert [item["snippet"]["position"] for item in listed] == list(range(len(listed)))
    for item in listed:
        assert item["snippet"]["publishedAt"] == item["contentDetails"]["videoPublishedAt"]
        assert item["snippet"]["videoOwnerChannelId"] == item["snippet"]["channelId"] == channel.id


def test_an_entry_is_told_as_the_real_service_tells_it(
    ask_items: Asker, universe: Universe, channels: list[Channel]
) -> None:
    channel = next(channel for channel in channels if channel.uploads.shelf(NOON))
    [video] = [next(universe.uploads(channel, NOON))]
    [item] = ask_items.items(playlistId=uploads_of(channel), part=PARTS, maxResults="1")
    assert list(item) == ["kind", "etag", "id", "snippet", "contentDetails", "status"]
    assert list(item["snippet"]) == [
        *("publishedAt", "channelId", "title", "description", "thumbnails", "channelTitle", "playlistId", "position"),
        *("resourceId", "videoOwnerChannelTitle", "videoOwnerChannelId"),
    ]
    assert (item["snippet"]["title"], item["snippet"]["description"]) == (video.text.title, video.text.description)
    assert item["snippet"]["resourceId"] == {"kind": "youtube#video", "videoId": video.id}
    assert item["status"] == {"privacyStatus": "public"}
    assert base64.b64decode(item["id"]).decode() == f"{uploads_of(channel)}.{video.id}"


def test_an_empty_uploads_list_is_not_found(ask_items: Asker, channels: list[Channel]) -> None:
    channel = next(channel for channel in channels if not channel.uploads.shelf(NOON))
    error = ask_items.error(playlistId=uploads_of(channel), part="id")
    message = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
    assert error == {
        "code": 404,
        "message": message,
        "errors": [
            {
                "message": message,
                "domain": "youtube.playlistItem",
                "reason": "playlistNotFound",
                "location": "playlistId",
                "locationType": "parameter",
            }
        ],
    }


def test_uploads_of_an_unknown_or_dead_channel_are_not_found(
    ask_items: Asker, control: Control, universe: Universe, channels: list[Channel]
) -> None:
    assert not_found(ask_items, "UU" + next(universe.missing_ids(NOON))[2:])
    doomed = next(channel for channel in channels if channel.terminated and channel.uploads.shelf(NOON))
    assert ask_items.items(playlistId=uploads_of(doomed), part="id")
    assert doomed.terminated
    control.set_clock(doomed.terminated + timedelta(seconds=1))
    assert not_found(ask_items, uploads_of(doomed))


def test_an_empty_playlist_has_no_items(ask_items: Asker, lists: list[Playlist]) -> None:
    answer = ask_items(playlistId=next(one.id for one in lists if not one.total), part="id").json()
    assert "items" not in answer
    assert answer["pageInfo"] == {"totalResults": 0, "resultsPerPage": 5}


def test_uploads_stop_at_twenty_thousand(ask_items: Asker, universe: Universe) -> None:
    ids = (channel_id(number) for number in range(100_000))
    found = (channel for name in ids if (channel := universe.channel(name, NOON)))
    channel = next(channel for channel in found if len(channel.uploads.shelf(NOON)) > CAP + 100)
    token = base64.urlsafe_b64encode(b"\x10\x00\x1a\x09PT:CJmcAQ").decode().rstrip("=")  # the offset 19,993
    last = ask_items(playlistId=uploads_of(channel), part=PARTS, maxResults="50", pageToken=token).json()
    assert last["pageInfo"] == {"totalResults": CAP, "resultsPerPage": 50}
    assert [item["snippet"]["position"] for item in last["items"]] == list(range(19_993, CAP))
    assert "nextPageToken" not in last
    [listed] = Asker(ask_items.http, "/youtube/v3/playlists").items(id=uploads_of(channel), part="contentDetails")
    assert listed["contentDetails"]["itemCount"] > CAP


def test_an_upload_between_two_pages_makes_an_item_come_twice(
    ask_items: Asker, control: Control, channels: list[Channel]
) -> None:
    busy = (one for one in channels if one.uploads.total(NOON) > 20)
    channel = next(one for one in busy if one.uploads.reaches(one.uploads.total(NOON)))
    first = ask_items(playlistId=uploads_of(channel), part="contentDetails").json()
    control.set_clock(channel.uploads.published(channel.uploads.total(NOON)) + timedelta(seconds=1))
    second = ask_items(playlistId=uploads_of(channel), part="contentDetails", pageToken=first["nextPageToken"]).json()
    assert videos_of(second)[0] == videos_of(first)[-1]


def test_pages_walked_forth_and_back_lose_and_double_nothing(ask_items: Asker, lists: list[Playlist]) -> None:
    playlist = next(one for one in lists if 20 < one.total < 40)
    forth = list(ask_items.pages(playlistId=playlist.id, part="snippet", maxResults="7"))
    positions = [[item["snippet"]["position"] for item in page["items"]] for page in forth]
    assert list(chain.from_iterable(positions)) == list(range(playlist.total))
    page, back = forth[-1], [positions[-1]]
    while "prevPageToken" in page:
        token = page["prevPageToken"]
        page = ask_items(playlistId=playlist.id, part="snippet", maxResults="7", pageToken=token).json()
        back.append([item["snippet"]["position"] for item in page["items"]])
    assert back == positions[::-1]


def test_tokens_are_the_same_for_every_list(ask_items: Asker, lists: list[Playlist]) -> None:
    long = [one.id for one in lists if one.total > 100][:2]
    found = [ask_items(playlistId=one, part="id", maxResults="50").json()["nextPageToken"] for one in long]
    assert found == ["EAAaBlBUOkNESQ"] * 2


@pytest.mark.parametrize("token", ["CDIQAA", "EAAaBlBUOkNESR", "garbage", "EAAaBlBUOg"])
def test_a_token_that_no_page_gave_is_refused(ask_items: Asker, lists: list[Playlist], token: str) -> None:
    error = ask_items.error(playlistId=lists[0].id, part="id", pageToken=token)
    assert error["errors"][0] | {"message": ""} == {
        "message": "",
        "domain": "youtube.parameter",
        "reason": "invalidPageToken",
        "location": "pageToken",
        "locationType": "parameter",
    }


@pytest.mark.parametrize(("shelf", "kind"), [("UULF", Kind.VIDEO), ("UUSH", Kind.SHORT), ("UULV", Kind.LIVE)])
def test_each_kind_of_video_has_a_list_of_its_own(
    ask_items: Asker, universe: Universe, channels: list[Channel], shelf: str, kind: Kind
) -> None:
    channel = next(one for one in channels if 10 < len(one.uploads.shelf(NOON, [kind])) < 50)
    listed = whole(ask_items, playlistId=uploads_of(channel, shelf), part="contentDetails")
    wanted = [video.id for video in universe.uploads(channel, NOON) if video.kind is kind]
    assert [item["contentDetails"]["videoId"] for item in listed] == wanted


@pytest.mark.parametrize(("shelf", "kind"), [("UULP", Kind.VIDEO), ("UUPS", Kind.SHORT), ("UUPV", Kind.LIVE)])
def test_popular_videos_are_in_the_order_of_their_views(
    ask: Asker, ask_items: Asker, channels: list[Channel], shelf: str, kind: Kind
) -> None:
    channel = next(one for one in channels if 10 < len(one.uploads.shelf(NOON, [kind])) < 50)
    popular = [
        item["contentDetails"]["videoId"]
        for item in whole(ask_items, playlistId=uploads_of(channel, shelf), part="contentDetails")
    ]
    counted = Asker(ask.http, "/youtube/v3/videos").items(id=",".join(popular), part="statistics")
    views = {item["id"]: int(item["statistics"].get("viewCount", 0)) for item in counted}
    assert [views[video] for video in popular] == sorted(views.values(), reverse=True)
    assert len(views) == len(channel.uploads.shelf(NOON, [kind]))


@pytest.mark.parametrize("shelf", ["UUSH", "UUPS", "UULV", "UUPV"])
def test_a_shelf_without_videos_is_not_found(ask_items: Asker, channels: list[Channel], shelf: str) -> None:
    channel = next(one for one in channels if one.uploads.rate and not (one.uploads.shorts | one.uploads.lives))
    assert ask_items.items(playlistId=uploads_of(channel, "UULF"), part="id")
    assert not_found(ask_items, uploads_of(channel, shelf))


@pytest.mark.parametrize("shelf", ["UUMO", "UUMF", "UUMS", "UUMV", "UUXX", "FL", "PU", "RD", "UC"])
def test_lists_of_members_and_unknown_ones_are_not_found(ask_items: Asker, channels: list[Channel], shelf: str) -> None:
    assert not_found(ask_items, uploads_of(channels[0], shelf))


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("WL", "watchLaterNotAccessible"),
        ("HL", "watchHistoryNotAccessible"),
        ("LL", "playlistItemsNotAccessible"),
        ("LLBR8-60-B28hp2BmDPdntcQ", "playlistItemsNotAccessible"),
    ],
)
def test_what_belongs_to_a_person_is_not_accessible(ask_items: Asker, wanted: str, reason: str) -> None:
    error = ask_items.error(playlistId=wanted, part="id")
    assert (error["code"], error["errors"][0]["reason"]) == (403, reason)


@pytest.mark.parametrize("wanted", ["RDdQw4w9WgXcQ", "RDMM", "PL" + "0" * 32, "PL0123456789ABCDEF", "nonsense", "ü"])
def test_mixes_and_what_does_not_exist_are_not_found(ask_items: Asker, wanted: str) -> None:
    assert not_found(ask_items, wanted)


def test_private_and_deleted_videos_stay_in_a_playlist_without_owner_and_date(
    ask: Asker, ask_items: Asker, universe: Universe, lists: list[Playlist]
) -> None:
    playlist = max(lists, key=lambda one: len(gone_of(one)))
    gone = [universe.video_id(entry.owner, entry.index) for entry in gone_of(playlist)]
    listed = whole(ask_items, playlistId=playlist.id, part=PARTS)
    unseen = [item for item in listed if item["contentDetails"]["videoId"] in gone]
    assert len(listed) == playlist.total
    assert len(unseen) == len(gone) > 3
    told = {(item["snippet"]["title"], item["status"]["privacyStatus"]) for item in unseen}
    assert told == {("Private video", "private"), ("Deleted video", "privacyStatusUnspecified")}
    for item in unseen:
        assert item["snippet"]["thumbnails"] == {}
        assert not {"videoOwnerChannelId", "videoOwnerChannelTitle"} & item["snippet"].keys()
        assert item["contentDetails"].keys() == {"videoId"}
    assert Asker(ask.http, "/youtube/v3/videos").items(id=",".join(gone[:50]), part="id") == []


def gone_of(playlist: Playlist) -> list[Any]:
    entries = playlist.entries(0, 500)
    return [one for one in entries if not one.owner.uploads.is_public(one.index, NOON)]


def test_a_video_turns_into_a_private_or_deleted_one_when_its_channel_dies(
    ask_items: Asker, control: Control, universe: Universe
) -> None:
    doomed, entry, playlist = next(iter(guests_that_die(universe)))
    assert doomed.terminated
    selected = {"playlistId": playlist.id, "videoId": universe.video_id(doomed, entry.index), "part": PARTS}
    [item] = ask_items.items(**selected)
    assert item["snippet"]["videoOwnerChannelId"] == doomed.id
    control.set_clock(doomed.terminated + timedelta(seconds=1))
    [item] = ask_items.items(**selected)
    assert item["snippet"]["title"] in {"Private video", "Deleted video"}
    assert item["snippet"]["position"] == entry.place


def guests_that_die(universe: Universe) -> Iterator[tuple[Channel, Any, Playlist]]:
    """Channels whose video is in a list of somebody who lives on."""
    for number in range(5000):
        owner = universe.channel(channel_id(number), NOON)
        lists = Playlists(universe, owner) if owner and not owner.terminated else None
        for playlist in (lists.playlist(n, NOON) for n in lists.numbers(NOON)[:5]) if lists else ():
            for entry in playlist.entries(0, 50) if isinstance(playlist.contents, Mix) else ():
                if entry.owner.terminated and entry.owner.uploads.is_public(entry.index, entry.owner.terminated):
                    yield entry.owner, entry, playlist


def test_an_entry_of_a_stranger_names_its_owner(ask: Asker, ask_items: Asker, lists: list[Playlist]) -> None:
    playlist = next(one for one in lists if isinstance(one.contents, Mix) and len(one.contents.sources) > 5)
    listed = whole(ask_items, playlistId=playlist.id, part=PARTS)
    owners = {
        item["contentDetails"]["videoId"]: item["snippet"].get("videoOwnerChannelId")
        for item in listed[:50]
        if "videoPublishedAt" in item["contentDetails"]
    }
    assert len(set(owners.values())) > 3
    videos = Asker(ask.http, "/youtube/v3/videos").items(id=",".join(owners), part="snippet")
    assert {video["id"]: video["snippet"]["channelId"] for video in videos} == owners
    assert {item["snippet"]["channelId"] for item in listed} == {playlist.channel.id}


def test_the_date_of_an_entry_is_when_it_was_added(ask_items: Asker, lists: list[Playlist]) -> None:
    playlist = next(one for one in lists if isinstance(one.contents, Mix) and one.total > 20)
    listed = [
        item
        for item in whole(ask_items, playlistId=playlist.id, part=PARTS)
        if item["status"]["privacyStatus"] == "public"
    ]
    added = [item["snippet"]["publishedAt"] for item in listed]
    assert added == sorted(added)
    assert all(item["contentDetails"]["videoPublishedAt"] < item["snippet"]["publishedAt"] for item in listed)


def test_entries_are_found_by_their_ids(ask_items: Asker, lists: list[Playlist], channels: list[Channel]) -> None:
    long = next(one.id for one in lists if one.total > 10)
    uploads = uploads_of(next(one for one in channels if len(one.uploads.shelf(NOON)) > 10))
    for wanted in (long, uploads):
        listed = ask_items.items(playlistId=wanted, part=PARTS, maxResults="10")
        ids = [item["id"] for item in listed]
        assert by_id(ask_items.items(id=",".join(ids), part=PARTS)) == by_id(listed)
        changed = base64.urlsafe_b64encode(f"{wanted}.0123456789ABCDEF".encode()).decode().rstrip("=")
        assert ask_items.items(id=f"{changed},{ids[0]},nonsense,ü", part=PARTS) == listed[:1]


def test_the_entry_of_one_video_is_found(
    ask_items: Asker, universe: Universe, lists: list[Playlist], channels: list[Channel]
) -> None:
    long = next(one.id for one in lists if one.total > 10)
    channel = next(one for one in channels if len(one.uploads.shelf(NOON)) > 10)
    for wanted in (long, uploads_of(channel)):
        sixth = ask_items.items(playlistId=wanted, part=PARTS, maxResults="6")[5]
        video = sixth["contentDetails"]["videoId"]
        assert ask_items.items(playlistId=wanted, videoId=video, part=PARTS) == [sixth]
    stranger = next(
        universe.uploads(next(one for one in channels if one is not channel and one.uploads.shelf(NOON)), NOON)
    )
    answer = ask_items(playlistId=uploads_of(channel), videoId=stranger.id, part=PARTS).json()
    assert "items" not in answer
    assert ask_items.items(playlistId=long, videoId="nonsense", part="id") == []


def test_an_announced_stream_is_in_the_uploads_list(
    ask: Asker, ask_items: Asker, control: Control, channels: list[Channel]
) -> None:
    channel, index = next(
        (one, index)
        for one in channels
        for index in one.uploads.shelf(NOON, [Kind.LIVE])[:1]
        if index == one.uploads.total(NOON) - 1
    )
    control.set_clock(channel.uploads.published(index) + timedelta(minutes=5))
    [item] = ask_items.items(playlistId=uploads_of(channel), part="contentDetails", maxResults="1")
    assert video_number(item["contentDetails"]["videoId"]) % 2**24 == index
    [video] = Asker(ask.http, "/youtube/v3/videos").items(id=item["contentDetails"]["videoId"], part="snippet")
    assert video["snippet"]["liveBroadcastContent"] == "upcoming"


def test_a_filter_is_needed_and_one_is_enough(ask_items: Asker, lists: list[Playlist]) -> None:
    assert ask_items.error(part="id")["errors"][0]["reason"] == "missingRequiredParameter"
    assert ask_items.error(part="id", videoId="dQw4w9WgXcQ")["errors"][0]["reason"] == "missingRequiredParameter"
    both = ask_items.error(part="id", id="x", playlistId=lists[0].id)
    assert both["errors"][0]["reason"] == "incompatibleParameters"


def test_no_results_may_be_asked_for(ask_items: Asker, lists: list[Playlist]) -> None:
    playlist = next(one for one in lists if one.total)
    answer = ask_items(playlistId=playlist.id, part="id", maxResults="0").json()
    assert answer["pageInfo"] == {"totalResults": playlist.total, "resultsPerPage": 0}
    assert not answer.keys() & {"items", "nextPageToken", "prevPageToken"}
