"""search.list: what it finds, in which order and form, and where it stops."""

import html
from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from emulator.control import Control
from emulator.methods.search import shortened
from emulator.universe.channels import Channel
from emulator.universe.communities import community_of, community_of_scene, scene_of, theme_of
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
from emulator.universe.writing.hostile import DESCRIPTIONS
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

Item = dict[str, Any]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def prolific(universe: Universe) -> Channel:
    """A channel with more videos than a search shows."""
    channels = (universe.channel(channel_id(number), NOON) for number in range(0, 64_000, 64))
    return next(channel for channel in channels if channel and 600 < len(channel.uploads.shelf(NOON)) < 3000)


@pytest.fixture
def search(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/search")


def walked(search: Asker, **parameters: str) -> list[Item]:
    found = search.pages(part="snippet", maxResults="50", **parameters)
    return [item for page in found for item in page.get("items", [])]


def id_of(item: Item) -> str:
    [found] = [value for name, value in item["id"].items() if name != "kind"]
    return str(found)


def told(ask: Asker, method: str, items: list[Item], part: str) -> list[Item]:
    """The same things, in the same order, as another method tells them."""
    ids = [id_of(item) for item in items]
    fifties = (ids[start : start + 50] for start in range(0, len(ids), 50))
    path = Asker(ask.http, f"/youtube/v3/{method}")
    # playlists.list pages even what is asked for by id
    more = {"maxResults": "50"} if method == "playlists" else {}
    found = {item["id"]: item for some in fifties for item in path.items(id=",".join(some), part=part, **more)}
    assert found.keys() == set(ids)
    return [found[one] for one in ids]


@pytest.mark.parametrize(
    "asked", [{"q": "cooking"}, {"q": "cooking", "type": "video"}, {"order": "date", "q": "music"}]
)
def test_no_search_shows_more_than_five_hundred_things_and_none_twice(search: Asker, asked: dict[str, str]) -> None:
    answers = list(search.pages(part="snippet", maxResults="50", **asked))
    ids = [id_of(item) for answer in answers for item in answer["items"]]
    assert len(answers) == 10
    assert 400 < len(set(ids)) == len(ids) <= 500
    assert "nextPageToken" not in answers[-1]
    assert "items" not in search(part="id", maxResults="50", pageToken="CPQDEAA", **asked).json()


def test_the_total_is_an_estimate_up_to_a_million(search: Asker) -> None:
    assert search(q="cooking", part="id").json()["pageInfo"] == {"totalResults": 1_000_000, "resultsPerPage": 5}
    rare = search(q=scene_of(77), part="id").json()
    assert 500 < rare["pageInfo"]["totalResults"] < 1_000_000
    named = search(q=scene_of(77), type="channel", part="id", maxResults="50").json()
    assert named["pageInfo"]["totalResults"] <= 50


def test_a_page_may_hold_fewer_than_asked_for(search: Asker) -> None:
    answers = list(search.pages(part="snippet", q="cooking", maxResults="50", type="channel"))[:-1]
    assert all(40 < len(answer["items"]) <= 50 for answer in answers)
    assert any(len(answer["items"]) < 50 for answer in answers)


def test_tokens_are_offsets_that_lead_forth_and_back(search: Asker) -> None:
    first = search(q="chess", part="id").json()
    assert (first["nextPageToken"], "prevPageToken" in first) == ("CAUQAA", False)
    second = search(q="chess", part="id", pageToken="CAUQAA").json()
    assert (second["nextPageToken"], second["prevPageToken"]) == ("CAoQAA", "CAUQAQ")
    assert search(q="chess", part="id", pageToken="CAUQAQ").json()["items"] == first["items"]


def test_ids_are_objects_and_the_country_is_told(search: Asker) -> None:
    answer = search(q="cooking", part="id", maxResults="50").json()
    assert answer["regionCode"] == "US"
    assert search(q="cooking", part="id", regionCode="DE").json()["regionCode"] == "DE"
    assert {item["id"]["kind"] for item in answer["items"]} == {
        "youtube#video",
        "youtube#channel",
        "youtube#playlist",
    }
    assert all(item["id"].keys() == {"kind", f"{item['id']['kind'][8:]}Id"} for item in answer["items"])
    assert all("snippet" not in item for item in answer["items"])


@pytest.mark.parametrize("kind", ["video", "channel", "playlist"])
def test_what_is_found_is_there(ask: Asker, search: Asker, kind: str) -> None:
    items = walked(search, q="football", type=kind)[:150]
    assert len(items) > 20
    for item, known in zip(items, told(ask, f"{kind}s", items, "snippet"), strict=True):
        found, real = item["snippet"], known["snippet"]
        assert html.unescape(found["title"]) == html.unescape(real["title"])
        assert found["description"] == shortened(real["description"])
        assert found["channelId"] == real.get("channelId", known["id"])
        assert found["publishedAt"] == found["publishTime"]
        assert found["publishedAt"][:19] == real["publishedAt"][:19]
        assert "tags" not in found


def test_titles_are_escaped_for_html_and_only_they(search: Asker) -> None:
    items = [item["snippet"] for item in walked(search, q="music", type="video")]
    titles = [item["title"] for item in items]
    assert any("&amp;" in title for title in titles)
    assert not any(sign in title for title in titles for sign in "<>\"'")
    assert any(sign in item["description"] for item in items for sign in "&'\"")


def test_descriptions_are_cut_between_words(search: Asker) -> None:
    descriptions = [item["snippet"]["description"] for item in walked(search, q="music", type="video")]
    assert all("\n" not in text for text in descriptions)
    cut = [text for text in descriptions if text.endswith(" ...")]
    assert cut
    assert all(100 < len(text) <= 164 for text in cut)
    assert all(len(shortened(text)) <= 164 for text in DESCRIPTIONS)


def test_channels_show_faces_without_sizes_and_videos_three_frames(search: Asker) -> None:
    [channel] = search.items(q="cooking", type="channel", part="snippet", maxResults="1")
    assert all(face.keys() == {"url"} for face in channel["snippet"]["thumbnails"].values())
    video = search.items(q="cooking", type="video", part="snippet")[0]
    assert list(video["snippet"]["thumbnails"]) == ["default", "medium", "high"]


@pytest.mark.parametrize(
    ("order", "kind", "count"),
    [
        ("viewCount", "video", "viewCount"),
        ("viewCount", "channel", "viewCount"),
        ("videoCount", "channel", "videoCount"),
    ],
)
def test_orders_by_counts_are_those_of_the_counts(ask: Asker, search: Asker, order: str, kind: str, count: str) -> None:
    items = walked(search, q="cooking", type=kind, order=order)[:120]
    counts = [int(item["statistics"].get(count, "0")) for item in told(ask, f"{kind}s", items, "statistics")]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("kinds", ["video", "channel", "playlist", "video,channel,playlist"])
def test_the_order_by_date_is_newest_first_and_that_by_title_alphabetical(search: Asker, kinds: str) -> None:
    dates = [item["snippet"]["publishedAt"] for item in walked(search, q="travel", type=kinds, order="date")]
    assert dates == sorted(dates, reverse=True)
    titles = [item["snippet"]["title"] for item in walked(search, q="travel", type=kinds, order="title")]
    unescaped = [html.unescape(title).casefold() for title in titles]
    assert unescaped == sorted(unescaped)


def test_the_best_rated_come_first(ask: Asker, search: Asker) -> None:
    items = walked(search, q="cooking", type="video", order="rating")
    counts = [item["statistics"] for item in told(ask, "videos", items, "statistics")]
    rates = [int(c.get("likeCount", "0")) / max(1, int(c.get("viewCount", "0"))) for c in counts]
    assert rates == sorted(rates, reverse=True)


def test_a_channels_videos_come_by_date_and_five_hundred_at_most(
    search: Asker, universe: Universe, prolific: Channel
) -> None:
    items = walked(search, channelId=prolific.id, type="video", order="date")
    newest = [video.id for video in islice(universe.uploads(prolific, NOON), 500)]
    found = [id_of(item) for item in items]
    assert found == [video for video in newest if video in set(found)]
    assert 450 < len(found) < 500
    total = search(channelId=prolific.id, type="video", part="id").json()["pageInfo"]["totalResults"]
    assert total == len(prolific.uploads.shelf(NOON))


def test_a_channel_can_be_searched_by_words(search: Asker, prolific: Channel) -> None:
    everything = walked(search, channelId=prolific.id, type="video")
    some, whole = everything[0], {id_of(item) for item in everything}
    words = [word for word in html.unescape(some["snippet"]["title"]).split() if word.isalpha()]
    found = [{id_of(item) for item in walked(search, channelId=prolific.id, type="video", q=word)} for word in words]
    assert all(id_of(some) in ids for ids in found)
    assert any(ids < whole for ids in found)
    assert walked(search, channelId=prolific.id, q="zzqqxxyy") == []
    [itself] = walked(search, channelId=prolific.id, type="channel")
    assert id_of(itself) == prolific.id


def test_words_lead_to_communities_that_speak_of_them(ask: Asker, search: Asker, universe: Universe) -> None:
    items = walked(search, q="chess", type="channel")
    numbers = [channel.number for item in items if (channel := universe.channel(id_of(item), NOON))]
    assert {theme_of(community_of(number)).topic for number in numbers} == {"chess"}
    assert len({community_of(number) for number in numbers}) == len(numbers)
    for item in told(ask, "videos", walked(search, q="料理", type="video")[:50], "snippet"):
        texts = (item["snippet"][name] for name in ("title", "description", "channelTitle"))
        assert "料理" in " ".join([*texts, *item["snippet"].get("tags", [])])


def test_minus_excludes_and_a_bar_means_or(search: Asker) -> None:
    def titles(q: str) -> list[str]:
        return [item["snippet"]["title"].casefold() for item in walked(search, q=q, type="channel")]

    assert any("mason" in title for title in titles("cooking"))
    assert not any("mason" in title for title in titles("cooking -mason"))
    either = titles("cooking|chess")
    assert any("cooking" in title for title in either)
    assert any("chess" in title for title in either)


def test_the_rare_word_of_a_community_finds_its_members(search: Asker, universe: Universe) -> None:
    community = 4242
    assert community_of_scene(scene_of(community)) == community
    items = walked(search, q=scene_of(community), type="channel")
    channels = [channel for item in items if (channel := universe.channel(id_of(item), NOON))]
    assert len(channels) > 10
    assert {community_of(channel.number) for channel in channels} == {community}


def test_a_handle_or_an_id_finds_its_channel(search: Asker, prolific: Channel) -> None:
    assert prolific.handle
    for q in (prolific.handle, prolific.handle[1:], prolific.id):
        assert [id_of(item) for item in walked(search, q=q, type="channel")] == [prolific.id]
        videos = walked(search, q=q, type="video")
        assert {item["snippet"]["channelId"] for item in videos} == {prolific.id}


def test_nonsense_finds_nothing(search: Asker) -> None:
    answer = search(q="zzqqxxyy", part="snippet").json()
    assert answer["pageInfo"]["totalResults"] == 0
    assert "items" not in answer


def test_no_words_find_what_the_country_speaks_of(search: Asker, universe: Universe) -> None:
    items = walked(search, type="channel", regionCode="JP")[:100]
    channels = [channel for item in items if (channel := universe.channel(id_of(item), NOON))]
    assert {theme_of(community_of(channel.number)).language.code for channel in channels} == {"ja"}


def test_dates_include_their_ends(search: Asker, universe: Universe, prolific: Channel) -> None:
    newest, *_, oldest = islice(universe.uploads(prolific, NOON), 20)
    after, before = (video.published.isoformat().replace("+00:00", "Z") for video in (oldest, newest))
    asked = {"channelId": prolific.id, "type": "video", "order": "date"}
    answer = search(**asked, part="id", maxResults="50", publishedAfter=after, publishedBefore=before).json()
    assert answer["pageInfo"]["totalResults"] == 20
    for kind in ("video", "channel", "playlist"):
        items = walked(
            search, q="music", type=kind, publishedAfter="2015-01-01T00:00:00Z", publishedBefore="2019-01-01T00:00:00Z"
        )
        assert items
        years = {datetime.fromisoformat(item["snippet"]["publishedAt"]).year for item in items}
        assert years <= {2015, 2016, 2017, 2018}


def test_searches_have_a_bucket_of_their_own(search: Asker, control: Control) -> None:
    search.items(q="cooking", part="id")
    assert [(unit.bucket, unit.used) for unit in control.counters().units] == [("search", 1)]
