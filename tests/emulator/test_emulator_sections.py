"""channelSections.list as a client sees it."""

from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
from tests.emulator.asking import Asker, by_id
from tests.emulator.conftest import NOON

NUMBERED = 400


@pytest.fixture
def ask_sections(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/channelSections")


@pytest.fixture
def pages(ask_sections: Asker, control: Control) -> dict[str, list[dict[str, Any]]]:
    """Channel to its sections."""
    ids = control.channel_ids(NUMBERED)
    return {one: ask_sections.items(channelId=one, part="snippet,contentDetails") for one in ids}


def of_type(pages: dict[str, list[dict[str, Any]]], name: str) -> list[dict[str, Any]]:
    return [item for items in pages.values() for item in items if item["snippet"]["type"] == name]


def test_sections_have_neither_page_info_nor_tokens(
    ask_sections: Asker, pages: dict[str, list[dict[str, Any]]]
) -> None:
    rich, poor = max(pages, key=lambda one: len(pages[one])), next(one for one in pages if not pages[one])
    assert ask_sections(channelId=rich, part="id").json().keys() == {"kind", "etag", "items"}
    assert ask_sections(channelId=poor, part="id").json().keys() == {"kind", "etag"}
    assert ask_sections.error(channelId=rich, part="id", pageToken="CAUQAA")["errors"][0]["reason"] == "invalid"


def test_sections_are_counted_from_zero_and_named_after_their_channel(pages: dict[str, list[dict[str, Any]]]) -> None:
    for channel, items in pages.items():
        assert [item["snippet"]["position"] for item in items] == list(range(len(items)))
        assert all(item["snippet"]["channelId"] == channel for item in items)
        assert all(item["id"][:25] == f"{channel}." and len(item["id"]) == 36 for item in items)


def test_a_quarter_of_the_channels_feature_others(pages: dict[str, list[dict[str, Any]]]) -> None:
    features = of_type(pages, "multipleChannels")
    assert 0.15 < len(features) / len(pages) < 0.35
    for item in features:
        channels = item["contentDetails"]["channels"]
        assert len(channels) == len(set(channels)) >= 1
        assert item["snippet"]["channelId"] not in channels
        assert item["snippet"]["title"]
    assert max(len(item["contentDetails"]["channels"]) for item in features) > 5


def test_some_featured_channels_have_died_since(pages: dict[str, list[dict[str, Any]]]) -> None:
    universe = Universe(seed=7)
    friends = [one for item in of_type(pages, "multipleChannels") for one in item["contentDetails"]["channels"]]
    alive = [universe.channel(one, NOON) is not None for one in friends]
    assert 0.85 < sum(alive) / len(alive) < 1


def test_playlists_of_sections_are_the_channels_own(ask: Asker, pages: dict[str, list[dict[str, Any]]]) -> None:
    rows = [*of_type(pages, "singlePlaylist"), *of_type(pages, "multiplePlaylists")]
    assert len(of_type(pages, "singlePlaylist")) > 10
    assert any(len(item["contentDetails"]["playlists"]) > 1 for item in rows)
    for item in rows[:10]:
        lists = item["contentDetails"]["playlists"]
        found = Asker(ask.http, "/youtube/v3/playlists").items(id=",".join(lists), part="snippet")
        assert {one["id"] for one in found} == set(lists)
        assert {one["snippet"]["channelId"] for one in found} == {item["snippet"]["channelId"]}


def test_only_rows_of_lists_and_channels_have_contents(pages: dict[str, list[dict[str, Any]]]) -> None:
    uploads = of_type(pages, "recentUploads")
    assert 0.3 < len(uploads) / len(pages) < 0.6
    assert all("contentDetails" not in item and "title" not in item["snippet"] for item in uploads)


def test_sections_are_found_by_their_ids(ask_sections: Asker, pages: dict[str, list[dict[str, Any]]]) -> None:
    known = [item for items in pages.values() for item in items][:20]
    unknown = f"{known[0]['id'][:25]}AAAAAAAAAAA"
    ids = ",".join([*(item["id"] for item in known), unknown, "nonsense"])
    assert by_id(ask_sections.items(id=ids, part="snippet,contentDetails")) == by_id(known)


def test_an_unknown_channel_has_no_sections(ask_sections: Asker) -> None:
    gone = next(Universe(seed=7).missing_ids(NOON))
    for one in (gone, "nonsense"):
        error = ask_sections.error(channelId=one, part="id")
        assert (error["code"], error["errors"][0]["reason"]) == (404, "channelNotFound")


def test_sections_of_mine_need_a_login(ask_sections: Asker) -> None:
    assert ask_sections.error(mine="true", part="id")["errors"][0]["reason"] == "authorizationRequired"
    both = ask_sections.error(channelId=channel_id(1), id="x", part="id")
    assert both["errors"][0]["reason"] == "incompatibleParameters"
