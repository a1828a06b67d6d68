"""The emulator's own ledger: projects, buckets, Pacific days."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from emulator.accounts import fingerprint
from emulator.clock import pacific_day, pacific_midnight
from emulator.control import Control
from emulator.ledger import Ledger
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY, Asker

GOOD = {"part": "id", "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw"}


def test_every_call_costs_one_unit(ask: Asker, control: Control) -> None:
    for _ in range(3):
        ask(**GOOD)
    [line] = control.counters().units
    assert (line.bucket, line.used, line.refused, line.limit) == ("default", 3, 0, 10_000)
    assert line.day == date(2026, 11, 20)


@pytest.mark.parametrize("wrong", [{"part": "nonsense"}, {"order": "x"}, {"id": ""}, {"fields": "nothing"}])
def test_a_call_that_makes_no_sense_costs_one_too(ask: Asker, control: Control, wrong: dict[str, str]) -> None:
    assert ask(**{**GOOD, **wrong}).status_code == 400
    assert control.counters().used() == 1


def test_an_empty_bucket_refuses_and_spends_no_more(ask: Asker, control: Control) -> None:
    control.set_quota("default", 2)
    assert [ask(**GOOD).status_code for _ in range(4)] == [200, 200, 403, 403]
    error = ask.error(**GOOD)
    assert error["errors"][0]["reason"] == "quotaExceeded"
    assert '<a href="/youtube/v3/getting-started#quota">quota</a>' in error["message"]
    [line] = control.counters().units
    assert (line.used, line.refused) == (2, 3)
    assert control.counters().count(outcome="quotaExceeded") == 3


@pytest.mark.parametrize(
    ("path", "bucket", "query", "limit_name"),
    [
        ("search", "search", {"part": "snippet", "q": "x"}, "defaultSearchListPerDayPerProject"),
        (
            "videos:batchGetStats",
            "videos.batchGetStats",
            {"part": "id", "id": "x"},
            "defaultVideosBatchGetStatsPerDayPerProject",
        ),
    ],
)
def test_other_buckets_are_empty_in_other_words(
    control: Control, http: httpx.Client, path: str, bucket: str, query: dict[str, str], limit_name: str
) -> None:
    control.bind_key(KEY, "994147049083")
    control.set_quota(bucket, 1)
    first, second = (http.get(f"/youtube/v3/{path}", params={**query, "key": KEY}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    error = second.json()["error"]
    assert (error["status"], error["errors"][0]["reason"]) == ("RESOURCE_EXHAUSTED", "rateLimitExceeded")
    assert error["message"].endswith("of service 'youtube.googleapis.com' for consumer 'project_number:994147049083'.")
    [info] = error["details"]
    assert info["reason"] == "RATE_LIMIT_EXCEEDED"
    assert info["metadata"]["quota_limit"] == limit_name
    assert (info["metadata"]["quota_unit"], info["metadata"]["quota_limit_value"]) == ("1/d/{project}", "1")
    assert http.get("/youtube/v3/channels", params={**GOOD, "key": KEY}).status_code == 200


def test_a_project_may_have_no_quota_at_all(ask: Asker, control: Control) -> None:
    control.bind_key(KEY, "poor")
    control.set_quota("default", 0, project="poor")
    assert ask(**GOOD).status_code == 403
    assert ask(**GOOD, key="rich").status_code == 200


def test_keys_of_one_project_share_its_quota(ask: Asker, control: Control) -> None:
    control.set_quota("default", 3)
    for key in ("first", "second"):
        control.bind_key(key, "shared")
    statuses = [ask(**GOOD, key=key).status_code for key in ("first", "second", "first", "second")]
    assert statuses == [200, 200, 200, 403]
    counters = control.counters()
    assert counters.used(project="shared") == 3
    assert counters.count(key=fingerprint("second"), outcome="quotaExceeded") == 1


def test_a_key_nobody_knows_is_a_project_of_its_own(ask: Asker, control: Control) -> None:
    control.set_quota("default", 1)
    assert [ask(**GOOD, key=key).status_code for key in ("a", "b", "a")] == [200, 200, 403]
    assert len({view.project_number for view in control.list_keys()}) == 2


def test_a_key_in_the_header_counts(control: Control, http: httpx.Client) -> None:
    assert http.get("/youtube/v3/channels", params=GOOD, headers={"X-Goog-Api-Key": "k"}).status_code == 200
    assert control.counters().count(key=fingerprint("k")) == 1


def test_the_bucket_fills_again_at_midnight_in_california(ask: Asker, control: Control) -> None:
    control.set_quota("default", 1)
    control.set_clock(datetime(2026, 11, 21, 7, 59, 30, tzinfo=UTC))
    assert [ask(**GOOD).status_code for _ in range(2)] == [200, 403]
    control.advance_clock(60)
    assert ask(**GOOD).status_code == 200
    assert [line.day.isoformat() for line in control.counters().units] == ["2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-07-01T06:59:59+00:00", "2026-06-30"),  # summer time: midnight is 07:00 UTC
        ("2026-07-01T07:00:00+00:00", "2026-07-01"),
        ("2026-12-01T07:59:59+00:00", "2026-11-30"),  # winter time: 08:00 UTC
        ("2026-12-01T08:00:00+00:00", "2026-12-01"),
        ("2026-03-08T07:59:59+00:00", "2026-03-07"),  # the clocks go forward at 02:00 of this day
        ("2026-03-08T08:00:00+00:00", "2026-03-08"),
        ("2026-03-09T06:59:59+00:00", "2026-03-08"),
        ("2026-03-09T07:00:00+00:00", "2026-03-09"),
        ("2026-11-01T06:59:59+00:00", "2026-10-31"),  # and back
        ("2026-11-01T07:00:00+00:00", "2026-11-01"),
        ("2026-11-02T07:59:59+00:00", "2026-11-01"),
        ("2026-11-02T08:00:00+00:00", "2026-11-02"),
    ],
)
def test_days_end_at_midnight_in_california(instant: str, day: str) -> None:
    assert pacific_day(datetime.fromisoformat(instant)).isoformat() == day


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-05-05", 24)])
def test_two_days_of_the_year_are_an_hour_off(day: str, hours: int) -> None:
    today = date.fromisoformat(day)
    assert pacific_midnight(today + timedelta(days=1)) - pacific_midnight(today) == timedelta(hours=hours)


def test_quotas_can_be_given_at_the_start() -> None:
    with EmulatorServer(quotas={"default": 1}, keys={"k": "4711"}) as emulator, Control(emulator.url) as control:
        with httpx.Client(base_url=emulator.url) as client:
            assert [Asker(client)(**GOOD, key="k").status_code for _ in range(2)] == [200, 403]
        [view] = control.list_keys()
        assert (view.project, view.project_number) == ("4711", "4711")
        control.set_quota("default", 5)
        control.reset()
        [view] = control.list_keys()
        assert view.project == "4711"
        assert control.counters().units == ()


def test_other_buckets_keep_their_defaults() -> None:
    ledger = Ledger({"default": 5})
    assert [ledger.limit("p", bucket) for bucket in ("default", "search", "videos.batchGetStats", "other")] == [
        5,
        100,
        10_000,
        0,
    ]


def test_a_call_of_several_units_is_let_through_whole_or_not_at_all() -> None:
    ledger, today = Ledger({"default": 60}), date(2026, 11, 20)
    assert [ledger.spend("p", "default", today, 50) for _ in range(2)] == [True, False]
    [(_, _, _, usage)] = ledger.lines()
    assert (usage.used, usage.refused) == (50, 1)
