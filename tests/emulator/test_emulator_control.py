"""The control interface and its client."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import httpx
import pytest

from emulator.accounts import fingerprint
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.server import EmulatorServer
from emulator.settings import Settings, SettingsChanges
from tests.emulator.asking import KEY, Asker
from tests.emulator.conftest import NOON

GOOD = {"part": "id", "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"}


def test_calls_are_counted_by_who_made_them_and_how_they_ended(ask: Asker, control: Control) -> None:
    ask(**GOOD)
    ask(**GOOD)
    ask(part="id")
    counters = control.counters()
    found = {(line.key, line.method, line.outcome): line.calls for line in counters.calls}
    assert found == {
        (fingerprint(KEY), "channels.list", "ok"): 2,
        (fingerprint(KEY), "channels.list", "missingRequiredParameter"): 1,
    }
    assert counters.count(method="channels.list") == 3
    assert counters.used(bucket="default", day=counters.units[0].day) == 3


def test_counters_can_be_narrowed_down(ask: Asker, control: Control) -> None:
    control.set_clock(datetime(2026, 11, 21, 7, 59, 30, tzinfo=UTC))
    control.bind_key("a", "first")
    control.bind_key("b", "first")
    ask(**GOOD, key="a")
    ask(**GOOD, key="b")
    control.advance_clock(60)
    ask.http.get("/youtube/v3/search", params={"part": "snippet", "q": "x", "key": "a"})
    ask(part="id", key="c")
    counters = control.counters()
    today = date(2026, 11, 21)
    assert (counters.count(project="first"), counters.used(project="first")) == (3, 3)
    assert (counters.count(bucket="search"), counters.used(bucket="search", key=fingerprint("a"))) == (1, 1)
    assert (counters.count(day=today), counters.count(day=today, method="channels.list")) == (2, 1)
    assert (counters.used(key=fingerprint("a")), counters.used(outcome="missingRequiredParameter")) == (2, 1)
    assert counters.used() == sum(line.used for line in counters.units) == 4


@pytest.mark.parametrize(
    ("chosen", "calls", "lines", "requests"),
    [
        ("", 2, 2, 3),
        ("project=first", 1, 1, 2),
        ("method=channels.list&outcome=ok", 1, 2, 2),
        ("bucket=search", 1, 1, 1),
        ("day=2026-11-20", 2, 2, 3),
        ("day=2026-11-21", 0, 0, 0),
    ],
)
def test_counters_and_requests_can_be_chosen_by_address(
    ask: Asker, control: Control, http: httpx.Client, chosen: str, calls: int, lines: int, requests: int
) -> None:
    control.bind_key(KEY, "first")
    ask(**GOOD)
    ask(**GOOD)
    http.get("/youtube/v3/search", params={"part": "snippet", "q": "x", "key": "another"})
    counters = http.get(f"/_emulator/counters?{chosen}").json()
    assert (len(counters["calls"]), len(counters["units"])) == (calls, lines)
    assert len(http.get(f"/_emulator/requests?{chosen}").json()) == requests


def test_quotas_can_be_read(control: Control) -> None:
    control.set_quota("search", 7)
    control.set_quota("default", 0, project="poor")
    told = {(quota.project, quota.bucket): quota.limit for quota in control.quotas()}
    assert told == {
        (None, "default"): 10_000,
        (None, "search"): 7,
        (None, "videos.batchGetStats"): 10_000,
        ("poor", "default"): 0,
    }


def test_requests_are_remembered_without_their_keys(ask: Asker, control: Control) -> None:
    ask(**GOOD, fields="items/id")
    [request] = control.requests()
    assert request.parameters == {"part": ["id"], "id": [GOOD["id"]], "fields": ["items/id"]}
    assert (request.status, request.outcome, request.units) == (200, "ok", 1)
    assert abs(request.at - NOON) < timedelta(minutes=1)
    assert request.key == fingerprint(KEY)


def test_a_key_under_a_wrong_name_is_not_remembered(ask: Asker, control: Control) -> None:
    ask(**GOOD, apikey="secret")
    [request] = control.requests()
    assert request.parameters.keys() == GOOD.keys()


def test_only_the_last_requests_are_remembered() -> None:
    with EmulatorServer(log_size=3) as emulator, Control(emulator.url) as control:
        for number in range(5):
            httpx.get(f"{emulator.url}/youtube/v3/channels", params={**GOOD, "maxResults": number, "key": "k"})
        assert [request.parameters["maxResults"] for request in control.requests()] == [["2"], ["3"], ["4"]]
        assert control.counters().used() == 5


def test_the_clock_can_be_set_moved_and_left_alone(control: Control) -> None:
    there = datetime(2030, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert timedelta() <= control.set_clock(there).now - there < timedelta(seconds=5)
    assert control.clock().pacific_day.isoformat() == "2030-01-01"
    assert timedelta(hours=1) <= control.advance_clock(3600).now - there < timedelta(hours=1, seconds=5)
    assert abs(control.set_clock(None).now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_follows_a_file(tmp_path: Path) -> None:
    shift = tmp_path / "shift"
    with EmulatorServer(clock_file=shift) as emulator, Control(emulator.url) as control:
        for text, ahead in (("86400", 86400), ("nonsense", 0), ("-3600.5", -3600)):
            shift.write_text(text)
            expected = datetime.now(UTC) + timedelta(seconds=ahead)
            assert abs(control.clock().now - expected) < timedelta(seconds=5)
        shift.write_text("86400")
        control.set_clock(NOON)
        assert abs(control.clock().now - NOON) < timedelta(seconds=5)


def test_a_reset_is_a_new_start(ask: Asker, control: Control) -> None:
    control.add_fault(Fault(kind=FaultKind.DEAD))
    control.set_quota("default", 1)
    control.bind_key(KEY, "shared")
    ask(**GOOD)
    control.reset()
    assert control.faults() == []
    assert control.list_keys() == []
    assert control.requests() == []
    assert control.counters().calls == ()
    assert control.counters().units == ()
    assert abs(control.clock().now - datetime.now(UTC)) < timedelta(seconds=5)
    assert [ask(**GOOD).status_code for _ in range(2)] == [200, 200]


def test_existing_channels_can_be_listed(ask: Asker, control: Control) -> None:
    ids = control.channel_ids(50, start=5_000_000)
    assert len({item["id"] for item in ask.items(part="id", id=",".join(ids))}) == 50
    assert control.channel_ids(50, start=5_000_000) == ids
    assert control.channel_ids(3) != control.channel_ids(3, start=1000)


@pytest.mark.parametrize(
    ("verb", "path", "body", "told"),
    [
        ("PUT", "quotas", '{"bucket": "default", "limit": -1}', "limit"),
        ("PUT", "quotas", '{"bucket": "defalt", "limit": 1}', "default, search, videos.batchGetStats"),
        ("POST", "faults", '{"kind": "reset", "method": "channels.lisst"}', "channels.list"),
        ("PUT", "keys", '{"state": "dead"}', "key"),
        ("PUT", "keys", '{"key": "hidden-key", "state": "tired"}', "state"),
        ("PUT", "keys", '{"key": "hidden-key", "colour": "red"}', "colour"),
        ("PUT", "clock", '{"now": "2026-01-01T00:00:00"}', "now"),
        ("POST", "clock/advance", "{}", "seconds"),
        ("POST", "faults", "not JSON hidden-key", "JSON"),
        ("GET", "channels?count=many", "", "whole number"),
        ("GET", "channels?start=-1", "", "whole number"),
        ("GET", "counters?colour=hidden-key", "", "key, project, bucket, method, day, outcome"),
        ("GET", "requests?apikey=hidden-key", "", "outcome"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    control: Control, http: httpx.Client, verb: str, path: str, body: str, told: str
) -> None:
    assert control.faults() == []
    response = http.request(verb, f"/_emulator/{path}", content=body)
    assert response.status_code == 400
    assert told in response.json()["error"]
    assert "hidden-key" not in response.text


def test_an_unknown_wish_is_answered_with_the_known_ones(http: httpx.Client) -> None:
    response = http.get("/_emulator/wishes")
    assert response.status_code == 404
    assert "POST clock/advance" in response.json()["error"]


def test_the_client_raises_what_the_emulator_refuses(control: Control) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        control.channel_ids(-1)


def test_keyword_arguments_of_the_server_are_the_settings() -> None:
    assert SettingsChanges.__annotations__.keys() == Settings.__annotations__.keys()


def test_a_server_that_does_not_run_says_so() -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        _ = EmulatorServer().url
