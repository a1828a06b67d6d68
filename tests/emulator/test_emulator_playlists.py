"""playlists.list as a client sees it."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.channels import Channel
from emulator.universe.ids import channel_id
from emulator.universe.lists.playlists import Playlist, Playlists
from emulator.universe.universe import Universe
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

PARTS = "snippet,status,contentDetails,player,localizations"
NUMBERED = 600


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def owners(universe: Universe) -> list[tuple[Channel, list[Playlist]]]:
    """The first channels with their playlists, newest first."""
    channels = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    every = ((channel, Playlists(universe, channel)) for channel in channels if channel)
    return [(channel, [one.playlist(number, NOON) for number in one.numbers(NOON)[:60]]) for channel, one in every]


@pytest.fixture(scope="module")
def lists(owners: list[tuple[Channel, list[Playlist]]]) -> list[Playlist]:
    return [playlist for _, lists in owners for playlist in lists]


@pytest.fixture
def ask_lists(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/playlists")


def told(ask: Asker, wanted: str, part: str = PARTS, **more: str) -> dict[str, Any]:
    [item] = ask.items(id=wanted, part=part, **more)
    return item


def test_the_playlists_of_a_channel_come_newest_first(
    ask_lists: Asker, owners: list[tuple[Channel, list[Playlist]]]
) -> None:
    channel, lists = next(one for one in owners if 5 < len(one[1]) < 50)
    answer = ask_lists(channelId=channel.id, part="snippet", maxResults="50").json()
    assert [item["id"] for item in answer["items"]] == [playlist.id for playlist in lists]
    assert answer["pageInfo"] == {"totalResults": len(lists), "resultsPerPage": 50}
    dates = [item["snippet"]["publishedAt"] for item in answer["items"]]
    assert dates == sorted(dates, reverse=True)
    assert {item["snippet"]["channelId"] for item in answer["items"]} == {channel.id}


def test_pages_walked_forth_and_back_lose_and_double_nothing(
    ask_lists: Asker, owners: list[tuple[Channel, list[Playlist]]]
) -> None:
    channel, lists = next(one for one in owners if 11 < len(one[1]) < 50)
    forth, token, tokens = [], "", []
    while True:
        page = ask_lists(channelId=channel.id, part="id", pageToken=token).json()
        forth += [item["id"] for item in page["items"]]
        tokens.append(page.get("prevPageToken"))
        token = page.get("nextPageToken")
        if not token:
            break
    assert forth == [playlist.id for playlist in lists]
    assert tokens[:3] == [None, "CAUQAQ", "CAoQAQ"]
    before = ask_lists(channelId=channel.id, part="id", pageToken="CAoQAQ").json()
    assert [item["id"] for item in before["items"]] == forth[5:10]


def test_what_is_told_of_a_playlist(ask_lists: Asker, lists: list[Playlist], universe: Universe) -> None:
    playlist = next(one for one in lists if one.total and not one.default_language and not one.podcast)
    item = told(ask_lists, playlist.id)
    [first] = playlist.entries(0, 1)
    assert list(item) == ["kind", "etag", "id", "snippet", "status", "contentDetails", "player"]
    assert list(item["snippet"]) == [
        *("publishedAt", "channelId", "title", "description", "thumbnails", "channelTitle", "localized")
    ]
    assert item["snippet"]["title"] == playlist.text.title
    assert item["snippet"]["channelTitle"] == playlist.channel.text.title
    assert universe.video_id(first.owner, first.index) in item["snippet"]["thumbnails"]["high"]["url"]
    assert item["status"] == {"privacyStatus": "public"}
    assert f"videoseries?list={playlist.id}" in item["player"]["embedHtml"]


def test_the_item_count_is_a_number(ask_lists: Asker, lists: list[Playlist]) -> None:
    some = [playlist for playlist in lists if playlist.total][:50]
    items = ask_lists.items(id=",".join(playlist.id for playlist in some), part="contentDetails")
    assert {item["id"]: item["contentDetails"] for item in items} == {
        playlist.id: {"itemCount": playlist.total} for playlist in some
    }


def test_an_empty_playlist_has_no_thumbnail_of_a_video(ask_lists: Asker, lists: list[Playlist]) -> None:
    item = told(ask_lists, next(playlist.id for playlist in lists if not playlist.total))
    assert item["contentDetails"] == {"itemCount": 0}
    assert {frame["url"] for frame in item["snippet"]["thumbnails"].values()} == {
        "https://i.ytimg.com/img/no_thumbnail.jpg"
    }


def test_a_podcast_says_so(ask_lists: Asker, lists: list[Playlist]) -> None:
    item = told(ask_lists, next(playlist.id for playlist in lists if playlist.podcast))
    assert item["status"] == {"privacyStatus": "public", "podcastStatus": "enabled"}


def test_a_translated_playlist_is_told_in_the_language_asked_for(ask_lists: Asker, lists: list[Playlist]) -> None:
    playlist = next(one for one in lists if one.translations)
    code, text = next(iter(playlist.translations.items()))
    item = told(ask_lists, playlist.id, hl=f"{code}_XX")
    assert item["snippet"]["defaultLanguage"] == playlist.default_language
    assert item["snippet"]["localized"] == {"title": text.title, "description": text.description}
    assert item["snippet"]["title"] == playlist.text.title
    assert item["localizations"].keys() == playlist.translations.keys()


def test_unknown_ids_are_left_out_without_a_word(ask_lists: Asker, lists: list[Playlist]) -> None:
    answer = ask_lists(id=f"PL{'0' * 32},{lists[0].id},PL0123456789ABCDEF,nonsense,", part="id").json()
    assert [item["id"] for item in answer["items"]] == [lists[0].id]
    assert "items" not in ask_lists(id=f"PL{'0' * 32}", part="id").json()


def test_fifty_ids_and_no_more(ask_lists: Asker, lists: list[Playlist]) -> None:
    ids = [playlist.id for playlist in lists[:51]]
    assert {item["id"] for item in ask_lists.items(id=",".join(ids[:50]), part="id")} == set(ids[:50])
    assert ask_lists.error(id=",".join(ids), part="id")["errors"][0]["reason"] == "invalidFilters"


def test_an_unknown_channel_is_not_found(ask_lists: Asker, universe: Universe) -> None:
    missing = next(universe.missing_ids(NOON))
    error = ask_lists.error(channelId=missing, part="id")
    assert error["code"] == 404
    assert error["errors"] == [
        {
            "message": "Channel not found.",
            "domain": "youtube.playlist",
            "reason": "channelNotFound",
            "location": "channelId",
            "locationType": "parameter",
        }
    ]


def test_channels_without_playlists_answer_nothing_and_a_few_that_they_do_not_exist(
    ask_lists: Asker, owners: list[tuple[Channel, list[Playlist]]]
) -> None:
    answers = [ask_lists(channelId=channel.id, part="id") for channel, lists in owners if not lists]
    empty = [answer.json() for answer in answers if answer.status_code == 200]
    refused = [answer.json()["error"]["errors"][0]["reason"] for answer in answers if answer.status_code == 404]
    assert len(empty) + len(refused) == len(answers)
    assert all("items" not in answer and answer["pageInfo"]["totalResults"] == 0 for answer in empty)
    assert set(refused) == {"channelNotFound"}
    assert 0 < len(refused) < len(answers) / 4


def test_the_uploads_list_can_be_asked_for_but_is_not_among_the_channels_playlists(
    ask_lists: Asker, owners: list[tuple[Channel, list[Playlist]]]
) -> None:
    channel = next(channel for channel, lists in owners if lists and channel.uploads.shelf(NOON))
    uploads = f"UU{channel.id[2:]}"
    item = told(ask_lists, uploads)
    assert item["snippet"]["title"] == f"Uploads from {channel.text.title}"
    assert item["contentDetails"] == {"itemCount": len(channel.uploads.shelf(NOON))}
    listed = ask_lists.items(channelId=channel.id, part="id", maxResults="50")
    assert all(item["id"].startswith("PL") for item in listed)


def test_the_playlists_of_a_terminated_channel_go_with_it(
    ask_lists: Asker, control: Control, owners: list[tuple[Channel, list[Playlist]]]
) -> None:
    channel, [playlist, *_] = next(one for one in owners if one[1] and one[0].terminated)
    assert ask_lists.items(id=playlist.id, part="id")
    assert channel.terminated
    control.set_clock(channel.terminated + timedelta(seconds=1))
    assert ask_lists.items(id=playlist.id, part="id") == []
    assert ask_lists.error(channelId=channel.id, part="id")["errors"][0]["reason"] == "channelNotFound"


def test_mine_needs_a_login_and_a_call_needs_a_filter(ask_lists: Asker, lists: list[Playlist]) -> None:
    assert ask_lists.error(mine="true", part="id")["code"] == 401
    assert ask_lists.error(part="id")["message"] == "No filter selected. Expected one of: channelId, id, mine"
    both = ask_lists.error(id=lists[0].id, channelId=lists[0].channel.id, part="id")
    assert both["errors"][0]["reason"] == "incompatibleParameters"
