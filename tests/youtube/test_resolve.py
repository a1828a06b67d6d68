"""From texts to channels, the whole way: HTTP, PostgreSQL, and the emulator, which counts what it cost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.config import Settings
from app.web import create_app
from app.wiring import Wiring
from app.youtube.resolving.resolver import Resolver
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.universe.ids import channel_number, video_id
from emulator.universe.writing import names
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.youtube.known import Known

DAY = timedelta(days=1)


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return FixedClock(emulator.clock().now)


@pytest.fixture
def known(settings: Settings) -> Iterator[Known]:
    knows = Known(settings.youtube_api_url)
    yield knows
    knows.http.close()


@pytest.fixture
def handles(known: Known, emulator: Control) -> dict[str, str]:
    """Handles of the emulator's channels; looking them up is forgotten."""
    found = known.handles(emulator.channel_ids(count=200))
    emulator.reset()
    return found


def ask(api: FlaskClient, texts: list[str], **how: bool) -> dict[str, Any]:
    answer = api.post("/api/resolve", json={"texts": texts, **how})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    assert [one["text"] for one in told["results"]] == texts
    for one in told["results"]:
        assert (one["channel_id"] is None) == (one["reason"] is not None) == (one["certainty"] is None)
    return told


def channels(told: dict[str, Any]) -> list[str | None]:
    return [one["channel_id"] for one in told["results"]]


def test_what_holds_the_id_costs_nothing(api: FlaskClient, emulator: Control) -> None:
    [channel_id] = emulator.channel_ids(count=1)
    texts = [channel_id, f"https://youtube.com/channel/{channel_id}/videos", f"UULF{channel_id[2:]}"]
    told = ask(api, texts)
    assert channels(told) == [channel_id] * 3
    assert {(one["origin"], one["certainty"]) for one in told["results"]} == {("given", "exact")}
    assert told["results"][2]["playlist_id"] == texts[2]
    assert (told["units_needed"], told["units_spent"], emulator.counters().used()) == ({}, 0, 0)


def test_a_handle_costs_a_unit_once_however_it_is_spelt(
    api: FlaskClient, emulator: Control, handles: dict[str, str]
) -> None:
    handle, channel_id = next(iter(handles.items()))
    texts = [f"@{handle}", f"https://www.youtube.com/@{handle.upper()}/videos", f"/@{handle}?si=x"]
    first = ask(api, texts)
    assert channels(first) == [channel_id] * 3
    assert {(one["origin"], one["certainty"], one["kind"]) for one in first["results"]} == {
        ("asked", "exact", "handle")
    }
    assert (first["units_needed"], first["units_spent"], emulator.counters().used()) == ({"default": 1}, 1, 1)

    again = ask(api, texts)
    assert channels(again) == [channel_id] * 3
    assert {one["origin"] for one in again["results"]} == {"cache"}
    assert (again["units_needed"], again["units_spent"], emulator.counters().used()) == ({}, 0, 1)

    fresh = ask(api, texts[:1], fresh=True)
    assert (fresh["results"][0]["origin"], fresh["units_spent"], emulator.counters().used()) == ("asked", 1, 2)


def test_a_custom_name_is_likely_when_a_handle_is_spelt_alike(
    api: FlaskClient, emulator: Control, handles: dict[str, str]
) -> None:
    handle, channel_id = next(iter(handles.items()))
    told = ask(api, [f"/c/{handle}", f"https://www.youtube.com/{handle}", f"@{handle}", "/c/nobody-has-this-name"])
    assert channels(told) == [channel_id, channel_id, channel_id, None]
    assert [one["certainty"] for one in told["results"]] == ["likely", "likely", "exact", None]
    assert told["results"][3]["reason"].startswith("the API cannot look up custom names, and no channel has the handle")
    assert told["units_spent"] == emulator.counters().used() == 2, "the handle and the custom name are one question"


def test_a_legacy_user_name(api: FlaskClient, emulator: Control) -> None:
    ids = emulator.channel_ids(count=40)
    told = ask(api, [f"https://www.youtube.com/user/{names.username(channel_number(one))}" for one in ids])
    found = [(one, asked) for one, asked in zip(channels(told), ids, strict=True) if one is not None]
    assert found, "some channels have one"
    assert all(one == asked for one, asked in found)
    assert {one["certainty"] for one in told["results"] if one["channel_id"]} == {"exact"}
    assert all(one["reason"].startswith("no channel has the user name ") for one in told["results"] if one["reason"])
    assert told["units_spent"] == emulator.counters().used() == 40


def test_videos_are_asked_fifty_at_a_time(api: FlaskClient, emulator: Control, known: Known) -> None:
    videos = known.videos(60)
    emulator.reset()
    unknown = next(one for one in map(video_id, range(10**9, 10**9 + 99)) if not known.items("videos", id=one))
    emulator.reset()
    told = ask(api, [*(f"https://youtu.be/{one}?si=x" for one in videos), unknown])
    assert channels(told) == [*videos.values(), None]
    assert [one["video_id"] for one in told["results"]] == [*videos, unknown]
    assert told["results"][-1]["reason"].startswith(f"YouTube shows no video {unknown}: ")
    assert (told["units_needed"], told["units_spent"], emulator.counters().used()) == ({"default": 2}, 2, 2)


def test_playlists_are_asked_fifty_at_a_time(api: FlaskClient, emulator: Control, known: Known) -> None:
    lists = known.playlists(emulator.channel_ids(count=30))
    assert len(lists) > 5, "more than the default page has"
    emulator.reset()
    texts = [f"https://www.youtube.com/playlist?list={one}&si=x" for one in lists]
    told = ask(api, [*texts, f"PL{'0' * 32}", "https://www.youtube.com/playlist?list=RDMM"])
    assert channels(told) == [*lists.values(), None, None]
    assert [one["playlist_id"] for one in told["results"]] == [*lists, f"PL{'0' * 32}", None]
    assert told["units_spent"] == emulator.counters().used() == 1


def test_a_dry_run_tells_the_price_and_pays_nothing(
    api: FlaskClient, emulator: Control, handles: dict[str, str], wiring: Wiring
) -> None:
    known, *others = list(handles)[:61]
    ask(api, [f"@{known}"])
    told = ask(api, [f"@{known}", *(f"@{one}" for one in others), video_id(1), "two words"], dry_run=True)
    assert (told["units_needed"], told["units_spent"]) == ({"default": 61}, 0)
    assert channels(told) == [handles[known], *[None] * 62]
    assert {one["reason"].split(";")[0] for one in told["results"][1:]} == {
        "not asked, because this is a dry run",
        "more than one word",
    }
    assert emulator.counters().used() == 1
    assert sql(wiring, "select count(*) from resolutions") == [(1,)]


def test_more_than_fifty_calls_are_refused_before_one_is_made(
    api: FlaskClient, emulator: Control, handles: dict[str, str]
) -> None:
    answer = api.post("/api/resolve", json={"texts": [f"@{one}" for one in list(handles)[:51]]})
    told = answer.get_json()
    assert (answer.status_code, told["errors"][0]["field"]) == (422, "texts")
    assert told["detail"] == "these texts need 51 calls; one request makes 50 at most"
    assert "dry_run" in told["hint"]
    assert emulator.counters().used() == 0
    assert ask(api, [f"@{one}" for one in list(handles)[:50]])["units_spent"] == 50


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "texts"),
        ({"texts": []}, "texts"),
        ({"texts": "@x"}, "texts"),
        ({"texts": ["@x"] * 1_001}, "texts"),
        ({"texts": [1]}, "texts.0"),
        ({"texts": ["@x"], "fresh": "yes"}, "fresh"),
        ({"texts": ["@x"], "dryrun": True}, "dryrun"),
    ],
)
def test_a_wrong_body_is_refused(api: FlaskClient, body: object, field: str) -> None:
    answer = api.post("/api/resolve", json=body)
    assert answer.status_code == 422
    assert field in [wrong["field"] for wrong in answer.get_json()["errors"]]


def test_strange_texts_spoil_nothing(api: FlaskClient, handles: dict[str, str]) -> None:
    handle, channel_id = next(iter(handles.items()))
    strange = ["", "\x00", "half \ud800", "@\ud800", "x" * 100_000, "@'; drop table resolutions; --"]
    answer = api.post("/api/resolve", json={"texts": [*strange, f"\x00@{handle}"]})
    assert answer.status_code == 200, answer.text
    *refused, found = answer.get_json()["results"]
    assert found["channel_id"] == channel_id
    assert all(one["reason"] and one["channel_id"] is None for one in refused)


def test_what_was_found_is_kept_for_thirty_days_and_what_was_not_for_one(
    api: FlaskClient, emulator: Control, handles: dict[str, str], clock: FixedClock, wiring: Wiring
) -> None:
    texts = [f"@{next(iter(handles))}", "@nobody-has-this-handle"]
    assert ask(api, texts)["units_spent"] == 2
    clock.advance(DAY - timedelta(minutes=1))
    assert ask(api, texts)["units_spent"] == 0
    clock.advance(timedelta(minutes=1))
    assert ask(api, texts)["units_spent"] == 1, "what was missing yesterday may be there today"
    clock.advance(28 * DAY)
    assert ask(api, texts[:1])["units_spent"] == 0
    clock.advance(DAY)
    assert ask(api, texts[:1])["units_spent"] == 1, "YouTube lets nothing be kept for longer"
    assert sql(wiring, "select name from resolutions") == [(next(iter(handles)),)], "what is expired is gone"
    assert emulator.counters().used() == 4


def test_when_the_quota_ends_what_was_found_is_kept_and_the_rest_is_told_when(
    make_wiring: MakeWiring, emulator: Control, handles: dict[str, str]
) -> None:
    clock = FixedClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    wiring = make_wiring(clock, youtube_quota={"default": 10, "search": 1, "videos.batchGetStats": 1})
    add_key(wiring, 1)
    api = create_app(wiring).test_client()
    texts = [f"@{one}" for one in list(handles)[:30]]
    told = ask(api, texts)
    found = [one for one in told["results"] if one["channel_id"]]
    assert (len(found), told["units_spent"], emulator.counters().used()) == (10, 10, 10)
    assert all(one["channel_id"] == handles[one["name"]] for one in found)
    [why] = {one["reason"] for one in told["results"] if one["reason"]}
    assert why.startswith("waiting for quota until 2026-11-21T08:00+00:00; ")

    clock.advance(DAY)
    told = ask(api, texts[:20])
    assert channels(told) == [handles[one[1:]] for one in texts[:20]]
    assert told["units_spent"] == 20 - len({one["text"] for one in found} & set(texts[:20]))


def test_without_a_key_the_reason_says_what_to_do(make_wiring: MakeWiring, handles: dict[str, str]) -> None:
    api = create_app(make_wiring()).test_client()
    told = ask(api, [f"@{next(iter(handles))}"])
    assert told["results"][0]["reason"].startswith("no API key can be used: set YOUTUBE_API_KEY_1")
    assert told["units_spent"] == 0


@pytest.mark.parametrize("kind", [FaultKind.BACKEND_ERROR, FaultKind.TRUNCATED])
def test_a_passing_fault_costs_a_unit_more_and_changes_no_answer(
    api: FlaskClient, emulator: Control, handles: dict[str, str], kind: FaultKind
) -> None:
    emulator.add_fault(Fault(kind=kind, next=1))
    texts = [f"@{one}" for one in list(handles)[:3]]
    told = ask(api, texts)
    assert channels(told) == [handles[one[1:]] for one in texts]
    assert told["units_spent"] == 4


def test_what_takes_too_long_is_left_to_the_next_request(
    make_wiring: MakeWiring, emulator: Control, handles: dict[str, str]
) -> None:
    wiring = make_wiring(calls_in_flight=1)
    add_key(wiring, 1)
    emulator.set_latency(300)
    texts = [f"@{one}" for one in list(handles)[:5]]
    told = Resolver(wiring.db, wiring.clock, wiring.calls, patience=0.1).resolve(texts)
    late = [one for one in told.results if one.channel_id is None]
    assert late
    assert {one.reason for one in late} == {"there was no time left to ask; send it again: what was found is kept"}
    assert told.units_spent == emulator.counters().used() == 5 - len(late)

    emulator.set_latency(0)
    told = wiring.resolver.resolve(texts)
    assert [one.channel_id for one in told.results] == [handles[one[1:]] for one in texts]
    assert told.units_spent == len(late)


def test_a_refusal_is_told_and_not_kept(
    api: FlaskClient, emulator: Control, handles: dict[str, str], wiring: Wiring
) -> None:
    emulator.add_fault(Fault(kind=FaultKind.FORBIDDEN, next=1))
    text = f"@{next(iter(handles))}"
    told = ask(api, [text])
    assert told["results"][0]["reason"].startswith("YouTube answered 403: ")
    assert "; send it again in some minutes" in told["results"][0]["reason"]
    assert sql(wiring, "select count(*) from resolutions") == [(0,)]
    assert channels(ask(api, [text])) == [handles[text[1:]]]
