"""What people read: how a channel or video grew, and what changed, over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalog.ids import channel_key
from app.catalog.service import Catalog
from app.clock import FixedClock
from app.videos.ids import video_key
from app.wiring import Wiring
from app.youtube.costs import MAX_IDS
from app.youtube.methods.channels import channels_request, parse_channels
from emulator.control import Control
from emulator.universe.channels import Channel
from emulator.universe.universe import Universe
from tests.catalog.facts import HOSTILE
from tests.hands import NOT_STOPPING
from tests.jobs.invariants import broken
from tests.jobs.steps import change, fill_catalog
from tests.noon import stand_still

NOON = datetime(2026, 6, 1, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CHANNEL, OTHER = "UC_x5XG1OV2P6uZZ5FSM9Ttw", "UCBJycsmduvYEL83R_U4JriQ"
VIDEO = "dQw4w9WgXcQ"


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator, NOON)


class Eye:
    """Looks at channels of the emulator's universe again and again, as a job does that keeps them fresh."""

    def __init__(self, wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
        self._wiring, self._emulator, self._clock = wiring, emulator, clock
        self._catalog: Catalog = wiring.catalog

    def look(self, ids: list[str], *, later: timedelta = timedelta()) -> None:
        self._clock.advance(later)
        self._emulator.set_clock(self._clock.now())
        requests = [channels_request(ids[at : at + MAX_IDS]) for at in range(0, len(ids), MAX_IDS)]
        with self._wiring.calls.purse("channels.list", len(requests)) as purse:
            for answers in self._wiring.calls.run(purse, requests, NOT_STOPPING):
                facts = [fact for answer in answers for fact in parse_channels(answer.payload)]
                with self._wiring.db.begin() as tx:
                    self._catalog.save_facts(tx, [(fact, None) for fact in facts])


@pytest.fixture
def eye(wiring: Wiring, emulator: Control, clock: FixedClock) -> Eye:
    return Eye(wiring, emulator, clock)


def get(api: FlaskClient, path: str) -> Any:  # noqa: ANN401 - a document
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def pages(api: FlaskClient, path: str) -> Iterator[dict[str, Any]]:
    """All changes of a list, following its Link."""
    following: str | None = path
    while following:
        answer = api.get(following)
        assert answer.status_code == 200, answer.text
        yield from answer.get_json()["changes"]
        link = answer.headers.get("Link")
        following = link and link.removesuffix('>; rel="next"').removeprefix("<")


def changed_since(start: datetime, until: datetime, number: int) -> list[Channel]:
    """Channels of the universe that get another face in between, and are there at both ends."""
    universe = Universe()
    there = (universe.channel(one, start) for one in universe.existing_ids(start))
    found = (one for one in there if one and one.lives(until) and one.at(until).face is not one.at(start).face)
    return list(islice(found, number))


def test_what_changed_in_the_universe_is_what_the_log_says(wiring: Wiring, api: FlaskClient, eye: Eye) -> None:
    later = NOON + 300 * DAY
    channels = changed_since(NOON, later, 12)
    ids = [channel.id for channel in channels]
    fill_catalog(wiring, ids)
    eye.look(ids)
    eye.look(ids, later=300 * DAY)
    told = list(pages(api, "/api/changes?limit=3"))
    for channel in channels:
        before, after = channel.at(NOON), channel.at(later)
        true = {
            "title": (before.text.title, after.text.title),
            "description": (before.text.description, after.text.description),
            "handle": (before.handle, after.handle),
            "thumbnail_url": (before.picture, after.picture),
        }
        logged = {one["field"]: (one["old"], one["new"]) for one in told if one["channel_id"] == channel.id}
        assert set(logged) == {field for field, (old, new) in true.items() if old != new}
        assert logged.get("title", true["title"]) == true["title"]
        assert [one for one in told if one["channel_id"] == channel.id] == list(
            pages(api, f"/api/channels/{channel.id}/changes?limit=1")
        )
    assert {one["changed_at"] for one in told} == {later.isoformat()}
    assert len({one["field"] for one in told}) >= 3
    assert broken(wiring) == []


def test_how_a_channel_of_the_universe_grew(wiring: Wiring, api: FlaskClient, eye: Eye) -> None:
    universe = Universe()
    there = (universe.channel(one, NOON) for one in universe.existing_ids(NOON))
    ids = [one.id for one in islice((one for one in there if one and one.at(NOON).hidden_subscribers is None), 20)]
    fill_catalog(wiring, ids)
    eye.look(ids)
    for _ in range(5):
        eye.look(ids, later=10 * DAY)
    for channel_id in ids:
        told = get(api, f"/api/channels/{channel_id}/growth")
        first, last = told["observations"][0], told["observations"][-1]
        assert (first["observed_at"], last["observed_at"]) == (NOON.isoformat(), (NOON + 50 * DAY).isoformat())
        assert len(told["observations"]) == 6
        assert told["complete"] is True
        views, fans = told["growth"]["view_count"], told["growth"]["subscriber_count"]
        assert views["growth"]["low"] == views["growth"]["high"] == last["view_count"] - first["view_count"]
        assert fans["growth"]["low"] == last["subscriber_count"] - first["subscribers_at_most"]
        assert fans["growth"]["high"] == last["subscribers_at_most"] - first["subscriber_count"]
        assert fans["per_day"]["low"] <= fans["growth"]["low"] / 50 <= fans["per_day"]["high"]


def snapshots(wiring: Wiring, *counts: tuple[int, int | None, int]) -> None:
    """Observations of CHANNEL: days after NOON, subscribers, views."""
    fill_catalog(wiring, [CHANNEL])
    for day, fans, views in counts:
        change(
            wiring,
            "insert into channel_snapshots values (:key, :at, :fans, :views, 3)",
            key=channel_key(CHANNEL), at=NOON + day * DAY, fans=fans, views=views,
        )  # fmt: skip


def test_the_answer_in_full(wiring: Wiring, api: FlaskClient, clock: FixedClock) -> None:
    snapshots(wiring, (0, 12_300, 5_000), (10, 13_200, 5_500))
    clock.advance(10 * DAY)
    told = get(api, f"/api/channels/{CHANNEL}/growth")
    since, until = NOON.isoformat(), clock.now().isoformat()
    assert (told["channel_id"], told["from"], told["to"], told["marks"]) == (CHANNEL, None, None, [])
    assert told["growth"]["subscriber_count"] == {
        "first": {"observed_at": since, "count": 12_300, "low": 12_300, "high": 12_399},
        "last": {"observed_at": until, "count": 13_200, "low": 13_200, "high": 13_299},
        "growth": {"low": 801, "high": 999},
        "per_day": {"low": 80.1, "high": 99.9},
    }
    assert told["growth"]["view_count"]["per_day"] == {"low": 50, "high": 50}
    assert told["observations"][0] == {
        "observed_at": since, "subscriber_count": 12_300, "view_count": 5_000, "video_count": 3,
        "subscribers_at_most": 12_399,
    }  # fmt: skip


def test_only_the_time_that_was_asked_for_counts(wiring: Wiring, api: FlaskClient, clock: FixedClock) -> None:
    snapshots(wiring, (0, 10, 5), (5, 20, 50), (10, 30, 55), (15, 40, 60))
    clock.advance(20 * DAY)

    def grown(query: str) -> list[int]:
        told = get(api, f"/api/channels/{CHANNEL}/growth?{query}")
        return [seen["subscriber_count"] for seen in told["observations"]]

    assert grown("from=2026-06-06T20:00:00Z&to=2026-06-16T20:00:00Z") == [20, 30]
    assert grown("from=2026-06-06T22:00:00%2B02:00") == [20, 30, 40]
    assert grown("to=2026-06-06") == [10]
    assert grown("from=2026-06-06T20:00:00.000001") == [30, 40]
    assert grown("from=2030-01-01") == []


def test_what_to_know_before_believing_it(wiring: Wiring, api: FlaskClient, clock: FixedClock) -> None:
    snapshots(wiring, (0, 12_300, 5_000), (10, None, 4_000), (20, 12_400, 4_500), (100, 12_500, 9_000))
    clock.advance(120 * DAY)
    told = get(api, f"/api/channels/{CHANNEL}/growth?from=2026-06-01")
    assert [(mark["mark"], mark["count"]) for mark in told["marks"]] == [
        ("rollback", "view_count"),
        ("hidden", "subscriber_count"),
        ("counting_changed", "view_count"),
        ("gap", None),
        ("gap", None),
    ]
    assert told["marks"][3]["until"] == told["marks"][4]["since"] == (NOON + 100 * DAY).isoformat()
    assert told["marks"][2]["says"].startswith("on 2026-08-27 YouTube began to count a view the moment")
    assert told["growth"]["subscriber_count"]["growth"] == {"low": 101, "high": 299}


def test_a_channel_that_was_never_fetched_has_no_growth_and_no_changes(wiring: Wiring, api: FlaskClient) -> None:
    fill_catalog(wiring, [CHANNEL])
    told = get(api, f"/api/channels/{CHANNEL}/growth")
    nothing = {"first": None, "last": None, "growth": None, "per_day": None}
    assert told["growth"] == dict.fromkeys(("subscriber_count", "view_count", "video_count"), nothing)
    assert (told["observations"], told["marks"]) == ([], [])
    assert get(api, f"/api/channels/{CHANNEL}/changes") == {"changes": [], "next": None}


def add_video(wiring: Wiring, kind: str) -> None:
    change(
        wiring,
        "insert into videos (id, channel, fetched_at, expires_at, availability_since, kind, kind_evidence, view_count)"
        " values (:id, :channel, :at, :at, :at, cast(:kind as video_kind), 'a test', 70)",
        id=video_key(VIDEO), channel=channel_key(CHANNEL), at=NOON, kind=kind,
    )  # fmt: skip
    for day, views, likes in ((datetime(2025, 3, 1, tzinfo=UTC), 10, None), (datetime(2025, 5, 1, tzinfo=UTC), 60, 4)):
        change(
            wiring,
            "insert into video_snapshots values (:id, :at, :views, :likes, null)",
            id=video_key(VIDEO), at=day, views=views, likes=likes,
        )  # fmt: skip


@pytest.mark.parametrize(("kind", "breaks"), [("short", 1), ("video", 0)])
def test_how_a_video_grew(wiring: Wiring, api: FlaskClient, kind: str, breaks: int) -> None:
    add_video(wiring, kind)
    told = get(api, f"/api/videos/{VIDEO}/growth")
    assert told["video_id"] == VIDEO
    assert told["growth"]["view_count"]["growth"] == {"low": 60, "high": 60}
    assert told["growth"]["like_count"]["growth"] is None  # one reading is no growth
    assert "subscribers_at_most" not in told["observations"][0]
    assert [mark["mark"] for mark in told["marks"]].count("counting_changed") == breaks


def log_changes(wiring: Wiring, texts: list[str]) -> None:
    """Changes of two channels and a video, several at each moment."""
    fill_catalog(wiring, [CHANNEL, OTHER])
    add_video(wiring, "video")
    for number, text in enumerate(texts):
        for table, column, key in (
            ("channel_changes", "channel", channel_key(CHANNEL)),
            ("channel_changes", "channel", channel_key(OTHER)),
            ("video_changes", "video", video_key(VIDEO)),
        ):
            for field in ("title", "description"):
                change(
                    wiring,
                    f"insert into {table} ({column}, changed_at, field, old, new)"  # noqa: S608 - names of this test
                    " values (:key, :at, :field, :text, null)",
                    key=key, at=NOON + number * timedelta(microseconds=1), field=field, text=text,
                )  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 17, 18, 1_000])
def test_every_change_comes_once_newest_first(wiring: Wiring, api: FlaskClient, limit: int) -> None:
    log_changes(wiring, ["a", "b", "c"])
    told = list(pages(api, f"/api/changes?limit={limit}"))
    assert len(told) == 18
    assert len({(one["changed_at"], one.get("channel_id"), one["field"]) for one in told}) == 18
    assert [one["old"] for one in told] == ["c"] * 6 + ["b"] * 6 + ["a"] * 6
    assert [one["kind"] for one in told] == (["channel"] * 4 + ["video"] * 2) * 3
    assert len(list(pages(api, f"/api/videos/{VIDEO}/changes?limit={limit}"))) == 6
    titles = list(pages(api, f"/api/changes?limit={limit}&kind=channel&field=title"))
    assert len(titles) == 6
    assert {(one["kind"], one["field"]) for one in titles} == {("channel", "title")}


def test_hostile_texts_come_out_as_they_are(wiring: Wiring, api: FlaskClient) -> None:
    fill_catalog(wiring, [CHANNEL])
    for number, text in enumerate(HOSTILE):
        change(
            wiring,
            "insert into channel_changes (channel, changed_at, field, old, new)"
            " values (:key, :at, 'title', :text, :text)",
            key=channel_key(CHANNEL), at=NOON - number * DAY, text=text,
        )  # fmt: skip
    assert [one["new"] for one in pages(api, f"/api/channels/{CHANNEL}/changes?limit=4")] == HOSTILE


@pytest.mark.parametrize("what", ["growth", "changes"])
def test_what_is_not_known_and_what_is_no_id(api: FlaskClient, what: str) -> None:
    for path, status in (
        (f"/api/channels/{CHANNEL}/{what}", 404),
        (f"/api/videos/{VIDEO}/{what}", 404),
        (f"/api/channels/@handle/{what}", 422),
        (f"/api/videos/dQw4w9WgXcB/{what}", 422),
        (f"/api/channels/%00/{what}", 422),
    ):
        answer = api.get(path)
        assert answer.status_code == status, path
        assert answer.get_json()["hint"]


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday", "from=2026-06-02&to=2026-06-02", "from=2026-06-02&to=2026-06-01", "since=2026-06-01",
        "from=0001-01-01T00:00:00%2B23:00", "to=99999-01-01", "from=",
    ],
)  # fmt: skip
def test_times_that_are_none_are_refused(wiring: Wiring, api: FlaskClient, query: str) -> None:
    fill_catalog(wiring, [CHANNEL])
    assert api.get(f"/api/channels/{CHANNEL}/growth?{query}").status_code == 422
    for extreme in ("from=0001-01-01", "to=9999-12-31T23:59:59Z", "to=0001-01-01"):
        get(api, f"/api/channels/{CHANNEL}/growth?{extreme}")


@pytest.mark.parametrize(
    "query",
    [
        "after=x", "after=~~", f"after=20260601T200000.000000Z~{VIDEO}~colour", "field=colour", "kind=playlist",
        f"after=20260601T200000.000000Z~{VIDEO[:-1]}~title", "after=%00", f"after=2026~{CHANNEL}~title", "limit=0",
        "page=2",
    ],
)  # fmt: skip
def test_foreign_cursors_and_filters_are_refused(api: FlaskClient, query: str) -> None:
    assert api.get(f"/api/changes?{query}").status_code == 422


def test_a_cursor_of_another_list_is_refused(wiring: Wiring, api: FlaskClient) -> None:
    fill_catalog(wiring, [CHANNEL])
    assert api.get(f"/api/channels/{CHANNEL}/changes?after=20260601T200000.000000Z~{OTHER}~title").status_code == 422


def test_counts_that_were_asked_for_alone_belong_to_the_moment_of_that_look(wiring: Wiring, api: FlaskClient) -> None:
    """Refreshed counts leave `fetched_at` as it was: what is known now was not known then."""
    fill_catalog(wiring, [CHANNEL])
    add_video(wiring, "video")
    later = NOON + 10 * DAY
    change(wiring, "update videos set view_count = 500, snapshot_at = :at", at=later)
    change(wiring, "insert into video_snapshots values (:id, :at, 500, null, null)", id=video_key(VIDEO), at=later)
    told = get(api, f"/api/videos/{VIDEO}/growth?to={(NOON + DAY).date()}")
    assert [seen["view_count"] for seen in told["observations"]] == [10, 60]
    told = get(api, f"/api/videos/{VIDEO}/growth")
    assert [seen["view_count"] for seen in told["observations"]] == [10, 60, 500]
