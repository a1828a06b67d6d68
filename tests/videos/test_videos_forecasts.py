"""What a job over videos will take, against what the emulator has counted afterwards."""

from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.api.shapes import problem
from tests.hands import due, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change, fill_catalog
from tests.noon import stand_still
from tests.videos.steps import known_channels

PATH = "/api/batch-videos"


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def dry_run(api: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = api.post(PATH, json={**asked, "dry_run": True})
    assert answer.status_code == 200, answer.text
    forecast: dict[str, Any] = answer.get_json()["forecast"]
    return forecast


def asked_for(api: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = api.post(PATH, json=asked)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.get_json()
    return job


def spent(emulator: Control) -> Counter[str]:
    """Calls by method, but for those that brought the metadata."""
    counted: Counter[str] = Counter()
    for line in emulator.counters().calls:
        counted[line.method] += line.calls if line.method != "channels.list" else 0
    return +counted


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"batch_size": 7, "total_limit": 50},
        {"videos_per_channel": 1},
        {"videos_per_channel": 130, "batch_size": 11},
        {"videos_per_channel": "all", "total_limit": 40},
        {"min_subscribers": 1000, "batch_size": 9},
    ],
)
def test_the_forecast_is_what_the_emulator_counts_when_nothing_has_changed_since(
    wiring: Wiring, api: FlaskClient, emulator: Control, asked: dict[str, Any]
) -> None:
    known_channels(wiring, emulator.channel_ids(count=90))
    jobs = sql(wiring, "select count(*) from processing_jobs")

    forecast = dry_run(api, **asked)

    assert sql(wiring, "select count(*) from processing_jobs") == jobs
    assert spent(emulator).total() == 0
    job = asked_for(api, **asked)
    assert {**job["forecast"], "finish_at": None} == {**forecast, "finish_at": None}
    ended = work_off(wiring, wiring.jobs.read(job["job_id"]))
    assert forecast["calls_by_method"] == spent(emulator)
    assert forecast["calls"] == forecast["units"]["default"] == ended.units_used == spent(emulator).total()
    assert forecast["items"] == job["expected_items"] == ended.processed_items
    assert forecast["items_without_calls"] == ended.unchanged
    assert (forecast["accuracy"], ended.status) == ("about", Status.COMPLETED)
    assert forecast["calls_at_least"] <= ended.units_used
    limit = asked.get("videos_per_channel")
    assert forecast["calls_at_most"] is None if limit == "all" else ended.units_used <= forecast["calls_at_most"]
    assert broken(wiring) == []


def test_what_has_changed_since_stays_within_the_bounds(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=60))
    for told in (3, 10_000_000, None):
        change(wiring, "update channels set videos_fetched = false, videos_fetched_at = null, video_count = :n", n=told)
        change(wiring, "truncate videos")
        before = spent(emulator).total()
        forecast = dry_run(api, videos_per_channel=60, batch_size=25)
        job = asked_for(api, videos_per_channel=60, batch_size=25)
        used = work_off(wiring, wiring.jobs.read(job["job_id"])).units_used
        assert used == spent(emulator).total() - before != forecast["calls"]
        assert 60 == forecast["calls_at_least"] <= used <= forecast["calls_at_most"] == 60 * 2 + 60 * 60 // 50 + 3


def test_what_is_left_out_is_counted_by_its_reason(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=100))
    fill_catalog(wiring, emulator.channel_ids(count=130)[100:])
    work_off(wiring, wiring.youtube.ask_for_videos(total_limit=20))
    wiring.jobs.stop(advance(wiring, wiring.youtube.ask_for_videos(total_limit=10)).id, "pause")
    [(large,)] = sql(wiring, "select count(*) from channels where not videos_fetched and subscriber_count >= 500")

    forecast = dry_run(api, min_subscribers=500, total_limit=3)

    left_out = {one["reason"]: one["count"] for one in forecast["skipped"]}
    held = left_out.pop("unfinished batches of other jobs hold them", 0)
    assert left_out == {
        "they have no metadata yet": 30,
        "their videos are fetched already": 20,
        "the filter leaves them out": 80 - int(str(large)),
        "more than total_limit": int(str(large)) - held - 3,
    }
    assert forecast["items"] == 3
    assert sum(left_out.values()) + held + 3 == 130


def test_a_catalogue_without_videos_costs_nothing_for_sure(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=5))
    change(wiring, "update channels set video_count = 0")
    forecast = dry_run(api)
    assert (forecast["items"], forecast["calls"], forecast["accuracy"], forecast["days"]) == (5, 0, "exact", 0)
    assert (forecast["calls_at_least"], forecast["calls_at_most"], forecast["items_without_calls"]) == (0, 0, 5)


def test_old_videos_are_not_foreseen_and_it_is_said(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=5))
    forecast = dry_run(api, published_after="2026-01-01T00:00:00Z")
    assert ", as if no video was older, " in forecast["assumption"]
    assert forecast["calls_at_most"] is None
    assert "8 calls per second (a guess until such a job has been done)" in forecast["assumption"]


def test_a_large_catalogue_is_judged_by_its_beginning(
    wiring: Wiring, api: FlaskClient, emulator: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_channels(wiring, emulator.channel_ids(count=120))
    exact = dry_run(api)
    monkeypatch.setattr("app.catalog.service._COUNTED", 100)
    judged = dry_run(api)
    assert (judged["items"], judged["calls_at_least"], judged["calls_at_most"]) == (120, None, None)
    assert judged["calls"] == pytest.approx(exact["calls"], rel=0.1)


def test_a_budget_ends_the_job_with_everything_that_was_paid_for(
    wiring: Wiring, api: FlaskClient, emulator: Control
) -> None:
    known_channels(wiring, emulator.channel_ids(count=60))
    whole = dry_run(api)["calls"]
    job = work_off(wiring, wiring.jobs.read(asked_for(api, max_units=20, batch_size=30)["job_id"]))
    assert (job.status, job.units_used, spent(emulator).total()) == (Status.PAUSED, 20, 20)
    assert job.why is not None
    assert job.why.startswith("the budget of 20 units is spent")
    wiring.jobs.resume(job.id, max_units=whole + 10)
    job = work_off(wiring, job)
    assert (job.status, job.processed_items) == (Status.COMPLETED, 60)
    # A pack of each batch may be less than full where the budget ended.
    assert whole <= job.units_used == spent(emulator).total() <= whole + 2
    assert broken(wiring) == []


def test_a_running_job_tells_what_it_waits_for(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=60))
    job = asked_for(api, batch_size=30)
    whole = job["forecast"]["calls"]
    wiring_job = advance(wiring, wiring.jobs.read(job["job_id"]))
    told = api.get(job["links"]["self"]).get_json()["eta"]
    assert told["waits_for"].startswith(f"about {whole} calls are left; the 'default' bucket has 9,998 units today")
    assert len(due(wiring)) == 2
    assert work_off(wiring, wiring_job).status is Status.COMPLETED


def test_a_dry_run_is_checked_like_the_real_request(api: FlaskClient) -> None:
    problem(api.post(PATH, json={"dry_run": True, "total_limit": 0}), 422, "total_limit")
    problem(api.post(PATH, json={"max_units": 0}), 422, "max_units")
