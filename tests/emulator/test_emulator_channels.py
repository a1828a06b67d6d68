"""channels.list as a client sees it."""

import re
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from emulator.control import Control
from emulator.server import EmulatorServer
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
from tests.emulator.asking import KEY, Asker
from tests.emulator.conftest import NOON

MANY = "id,snippet,contentDetails,statistics,topicDetails,status,brandingSettings,localizations"


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture
def sample(ask: Asker, control: Control) -> list[dict[str, Any]]:
    """Five hundred channels with every part."""
    ids = control.channel_ids(500)
    batches = [",".join(ids[start : start + 50]) for start in range(0, 500, 50)]
    return [item for batch in batches for item in ask.items(part=MANY, id=batch)]


def test_channels_are_found_by_their_ids(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(50)
    assert {item["id"] for item in ask.items(part="id", id=",".join(ids))} == set(ids)


def test_an_id_may_be_repeated_as_a_parameter(http: httpx.Client, control: Control) -> None:
    ids = control.channel_ids(3)
    response = http.get("/youtube/v3/channels", params={"part": "id", "id": ids, "key": KEY})
    assert {item["id"] for item in response.json()["items"]} == set(ids)


def test_missing_channels_are_left_out_without_a_word(ask: Asker, control: Control, universe: Universe) -> None:
    there, gone = control.channel_ids(1), list(islice(universe.missing_ids(NOON), 2))
    response = ask(part="id", id=",".join([*gone, *there, "not-an-id"]))
    assert response.status_code == 200
    assert [item["id"] for item in response.json()["items"]] == there
    assert response.json()["pageInfo"] == {"totalResults": 1, "resultsPerPage": 5}


def test_nothing_found_has_no_items_at_all(ask: Asker, universe: Universe) -> None:
    body = ask(part="snippet", id=next(universe.missing_ids(NOON))).json()
    assert body.keys() == {"kind", "etag", "pageInfo"}
    assert body["kind"] == "youtube#channelListResponse"
    assert body["pageInfo"] == {"totalResults": 0, "resultsPerPage": 5}


def test_the_same_id_twice_is_one_channel(ask: Asker, control: Control) -> None:
    [one] = control.channel_ids(1)
    assert len(ask.items(part="id", id=f"{one},{one},{one}")) == 1


def test_items_do_not_come_in_the_order_of_the_ids(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(50)
    forwards = [item["id"] for item in ask.items(part="id", id=",".join(ids))]
    backwards = [item["id"] for item in ask.items(part="id", id=",".join(reversed(ids)))]
    assert forwards == backwards
    assert forwards not in (ids, ids[::-1])


def test_ids_are_not_cut_by_max_results(ask: Asker, control: Control) -> None:
    response = ask(part="id", id=",".join(control.channel_ids(20)), maxResults="3").json()
    assert len(response["items"]) == 20
    assert response["pageInfo"] == {"totalResults": 20, "resultsPerPage": 3}


def test_a_page_token_of_another_list_finds_nothing_more(ask: Asker, control: Control) -> None:
    response = ask(part="id", id=",".join(control.channel_ids(2)), pageToken="CDIQAA").json()
    assert "items" not in response


def test_only_the_parts_asked_for_are_there(ask: Asker, control: Control) -> None:
    [one] = control.channel_ids(1)
    [item] = ask.items(part="statistics,contentDetails", id=one)
    assert item.keys() == {"kind", "etag", "id", "statistics", "contentDetails"}


@pytest.mark.parametrize("spelling", ["@{}", "{}", "@{}".upper(), "upper"])
def test_a_handle_leads_to_its_channel(ask: Asker, sample: list[dict[str, Any]], spelling: str) -> None:
    for item in sample[:25]:
        handle = item["snippet"].get("customUrl", "")
        if not handle:
            continue
        text = handle.upper() if spelling == "upper" else spelling.format(handle[1:])
        assert [found["id"] for found in ask.items(part="id", forHandle=text)] == [item["id"]]


@pytest.mark.parametrize(
    "handle", ["@nobody", "@nobody-", "@-", "nobody-zzzzzzzzzzzzzzzzzzzzzzzzz", "@x-\u0661", "@x-1_0"]
)
def test_an_unknown_handle_is_an_empty_answer(ask: Asker, handle: str) -> None:
    assert ask.items(part="id", forHandle=handle) == []


def test_a_handle_with_the_wrong_word_is_nobodys(ask: Asker, sample: list[dict[str, Any]]) -> None:
    handle = next(item["snippet"]["customUrl"] for item in sample if "customUrl" in item["snippet"])
    assert ask.items(part="id", forHandle=f"x{handle[1:]}") == []


def test_a_legacy_user_name_leads_to_its_channel(ask: Asker, universe: Universe) -> None:
    channels = (universe.channel(name, NOON) for name in universe.existing_ids(NOON))
    named = next(channel for channel in channels if channel and channel.username)
    assert named.username
    assert [item["id"] for item in ask.items(part="id", forUsername=named.username.upper())] == [named.id]
    assert ask.items(part="id", forUsername="nobody") == []


def test_counters_are_strings_of_digits(sample: list[dict[str, Any]]) -> None:
    for item in sample:
        statistics = item["statistics"]
        assert isinstance(statistics["hiddenSubscriberCount"], bool)
        counts = [value for name, value in statistics.items() if name != "hiddenSubscriberCount"]
        assert all(isinstance(count, str) and count.isdigit() for count in counts)


def test_subscribers_are_rounded_down_to_three_figures(sample: list[dict[str, Any]]) -> None:
    counts = [item["statistics"].get("subscriberCount", "0") for item in sample]
    assert all(set(count[3:]) <= {"0"} for count in counts)
    assert any(len(count) > 4 for count in counts)


def test_some_channels_hide_their_subscribers_in_both_known_forms(sample: list[dict[str, Any]]) -> None:
    hidden = [item["statistics"] for item in sample if item["statistics"]["hiddenSubscriberCount"]]
    assert {statistics.get("subscriberCount") for statistics in hidden} == {None, "0"}
    assert 2 <= len(hidden) <= 40


def test_counters_grow_with_the_clock_and_rarely_fall(ask: Asker, control: Control) -> None:
    ids = ",".join(control.channel_ids(50))
    before = {item["id"]: item["statistics"] for item in ask.items(part="statistics", id=ids)}
    control.advance_clock(timedelta(days=200).total_seconds())
    after = {item["id"]: item["statistics"] for item in ask.items(part="statistics", id=ids)}
    growth = [int(after[key]["viewCount"]) - int(before[key]["viewCount"]) for key in after]
    assert sum(gain < 0 for gain in growth) < 5
    assert sum(gain > 0 for gain in growth) > 40


def test_counters_stand_still_within_an_hour(ask: Asker, control: Control) -> None:
    ids = ",".join(control.channel_ids(50))
    before = ask(part="statistics", id=ids).json()
    control.advance_clock(1800)
    assert ask(part="statistics", id=ids).json() == before


def test_terminated_channels_disappear_as_time_goes_on(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(1000)
    control.advance_clock(timedelta(days=5 * 365).total_seconds())
    left = sum(len(ask.items(part="id", id=",".join(ids[start : start + 50]))) for start in range(0, 1000, 50))
    assert 950 <= left < 1000


def test_upload_lists_are_named_after_their_channel(sample: list[dict[str, Any]]) -> None:
    for item in sample:
        assert item["contentDetails"]["relatedPlaylists"] == {"likes": "", "uploads": "UU" + item["id"][2:]}


def test_what_a_channel_does_not_have_is_absent_not_empty(sample: list[dict[str, Any]]) -> None:
    def share(*path: str) -> float:
        return sum(_has(item, path) for item in sample) / len(sample)

    assert 0.8 < share("snippet", "customUrl") < 1
    assert 0.5 < share("snippet", "country") < 0.9
    assert 0.1 < share("snippet", "defaultLanguage") < 0.4
    assert 0.3 < share("brandingSettings", "image", "bannerExternalUrl") < 0.9
    assert 0.4 < share("brandingSettings", "channel", "keywords") < 0.9
    assert 0.4 < share("topicDetails", "topicCategories") < 0.9
    assert 0.05 < share("localizations") < 0.4
    assert 0.7 < share("status", "madeForKids") < 1


def test_some_channels_have_no_video(sample: list[dict[str, Any]]) -> None:
    empty = [item for item in sample if item["statistics"]["videoCount"] == "0"]
    assert 0.02 < len(empty) / len(sample) < 0.3
    assert all(item["statistics"]["viewCount"] == "0" for item in empty[:1])


def test_creation_dates_have_fractions_or_not(sample: list[dict[str, Any]]) -> None:
    dates = [item["snippet"]["publishedAt"] for item in sample]
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z", date) for date in dates)
    assert {"." in date for date in dates} == {True, False}


def test_texts_are_translated_on_demand(ask: Asker, sample: list[dict[str, Any]]) -> None:
    item = next(item for item in sample if "en" in item.get("localizations", {}))
    translated = item["localizations"]["en"]
    for language in ("en", "en_US", "en-GB"):
        [found] = ask.items(part="snippet", id=item["id"], hl=language)
        assert found["snippet"]["localized"] == translated
        assert found["snippet"]["title"] == item["snippet"]["title"]
    [untranslated] = ask.items(part="snippet", id=item["id"], hl="sw")
    assert untranslated["snippet"]["localized"]["title"] == item["snippet"]["title"]


def test_an_etag_saves_the_body_but_not_the_unit(control: Control, http: httpx.Client) -> None:
    query = {"part": "snippet", "id": ",".join(control.channel_ids(5)), "key": KEY}
    first = http.get("/youtube/v3/channels", params=query)
    assert first.headers["etag"] == f'"{first.json()["etag"]}"'
    assert len(first.json()["etag"]) == 27
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}'):
        again = http.get("/youtube/v3/channels", params=query, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
    fresh = http.get("/youtube/v3/channels", params={**query, "fields": "items/id"}, headers={"if-none-match": tag})
    assert fresh.status_code == 200
    assert control.counters().used() == 5
    assert control.counters().count(outcome="not_modified") == 3


def test_etags_change_when_something_else_does(ask: Asker, control: Control) -> None:
    ids = ",".join(control.channel_ids(10))
    before = ask(part="snippet,statistics", id=ids).json()
    control.advance_clock(timedelta(days=365).total_seconds())
    after = ask(part="snippet,statistics", id=ids).json()
    assert before["etag"] != after["etag"]
    tags = [{item["id"]: item["etag"] for item in answer["items"]} for answer in (before, after)]
    assert any(tags[1][name] != tag for name, tag in tags[0].items() if name in tags[1])


def test_answers_are_indented_unless_told_otherwise(ask: Asker, control: Control) -> None:
    [one] = control.channel_ids(1)
    assert ask(part="id", id=one).text.startswith('{\n  "kind": ')
    assert ask(part="id", id=one, prettyPrint="false").text.startswith('{"kind":')


def test_answers_are_compressed_when_asked(http: httpx.Client, control: Control) -> None:
    query = {"part": "snippet", "id": ",".join(control.channel_ids(20)), "key": KEY}
    packed = http.get("/youtube/v3/channels", params=query, headers={"accept-encoding": "gzip"})
    plain = http.get("/youtube/v3/channels", params=query, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 3


def test_a_long_query_may_come_as_a_form(http: httpx.Client, control: Control) -> None:
    ids = control.channel_ids(50)
    response = http.post(
        "/youtube/v3/channels",
        data={"part": "id", "id": ",".join(ids), "key": KEY},
        headers={"x-http-method-override": "GET"},
    )
    assert {item["id"] for item in response.json()["items"]} == set(ids)
    assert http.post("/youtube/v3/channels", data={"part": "id"}).status_code == 404


def test_no_id_is_missing_when_the_share_is_zero() -> None:
    ids = [channel_id(number) for number in range(50)]
    with EmulatorServer(seed=7, missing_share=0) as emulator, httpx.Client(base_url=emulator.url) as client:
        assert len(Asker(client).items(part="id", id=",".join(ids))) == 50


def _has(item: dict[str, Any], path: tuple[str, ...]) -> bool:
    value: Any = item
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    assert value not in ({}, []), f"{path} is empty in {item['id']}"
    return value is not None
