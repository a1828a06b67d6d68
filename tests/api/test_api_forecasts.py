"""What a job will take, told before it is asked for, kept by the job, and told anew while it runs."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.catalog import service as catalog_service
from app.clock import FixedClock, SystemClock
from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.api.shapes import problem
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, batch_ids, sql, work_off
from tests.jobs.steps import advance, ask_for_metadata, change, fill_catalog
from workers.batches import run_batch

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)  # in Los Angeles


def dry_run(api: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = api.post("/api/batch-metadata", json={**asked, "dry_run": True})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    assert told["dry_run"] is True
    forecast: dict[str, Any] = told["forecast"]
    return forecast


def asked_for(api: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = api.post("/api/batch-metadata", json=asked)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.get_json()
    return job


def shown(api: FlaskClient, job: Job) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"/api/jobs/{job.id}").get_json()
    return told


def skipped(forecast: dict[str, Any]) -> dict[str, int]:
    assert all(one["exact"] for one in forecast["skipped"])
    return {one["reason"]: one["count"] for one in forecast["skipped"]}


@pytest.mark.parametrize(
    ("channels", "asked", "items", "calls"),
    [
        (120, {}, 120, 3),
        (100, {"batch_size": 10}, 100, 2),
        (120, {"batch_size": 51, "total_limit": 101}, 101, 3),
        (7, {"total_limit": 50}, 7, 1),
        (0, {}, 0, 0),
    ],
)
def test_a_job_that_nobody_disturbs_makes_the_calls_of_its_forecast(
    wiring: Wiring, api: FlaskClient, emulator: Control, channels: int, asked: dict[str, int], items: int, calls: int
) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=channels))

    forecast = dry_run(api, **asked)

    assert (forecast["items"], forecast["calls"], forecast["units"]) == (items, calls, {"default": calls})
    assert forecast["accuracy"] == "exact"
    assert sql(wiring, "select count(*) from processing_jobs") == [(0,)]
    assert (emulator.counters().used(), wiring.keys.usage()) == (0, [])

    job = asked_for(api, **asked)
    assert job["expected_items"] == items
    assert {**job["forecast"], "finish_at": None} == {**forecast, "finish_at": None}
    ended = work_off(wiring, wiring.jobs.read(job["job_id"]))
    assert (ended.processed_items, ended.units_used, emulator.counters().used()) == (items, calls, calls)
    assert shown(api, ended)["forecast"] == job["forecast"], "what was told first stays"


def test_what_is_left_out_is_counted_by_its_reason(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    missing = list(islice(Universe().missing_ids(SystemClock().now()), 4))
    known, fresh = emulator.channel_ids(count=260)[:60], emulator.channel_ids(count=260)[60:]
    fill_catalog(wiring, [*known, *missing])
    work_off(wiring, ask_for_metadata(wiring))
    fill_catalog(wiring, fresh)
    other = advance(wiring, ask_for_metadata(wiring, batch_size=50, total_limit=50))

    forecast = dry_run(api, total_limit=110)

    assert skipped(forecast) == {
        "they have their metadata already": 60,
        "YouTube does not know them": 4,
        "unfinished batches of other jobs hold them": 50,
        "more than total_limit": 40,
    }
    assert sum(skipped(forecast).values()) + forecast["items"] == 264
    assert (forecast["items"], forecast["accuracy"]) == (110, "about")
    assert forecast["assumption"].endswith("as if another unfinished job that spends the same quota did not")

    wiring.jobs.stop(other.id, "pause")
    advance(wiring, other)
    forecast = dry_run(api)
    assert (forecast["items"], forecast["calls"], forecast["accuracy"]) == (150, 3, "at least")
    assert forecast["assumption"].endswith("with nothing else running")


def test_millions_are_estimated_and_it_is_said(
    wiring: Wiring, api: FlaskClient, emulator: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_service, "PAID_COUNTED", 100)  # of a million
    monkeypatch.setattr(catalog_service, "_COUNTED", 50)  # of a hundred thousand
    fill_catalog(wiring, emulator.channel_ids(count=200))
    unknown = dry_run(api)  # before the planner has heard of them
    assert (unknown["items"], unknown["accuracy"]) == (100, "at least")
    change(wiring, "analyze channels")
    forecast = dry_run(api)
    assert (forecast["items"], forecast["accuracy"], forecast["skipped"]) == (200, "about", [])
    limited = dry_run(api, total_limit=99)
    assert (limited["items"], limited["accuracy"]) == (99, "exact")
    assert limited["skipped"] == [{"reason": "more than total_limit", "count": 101, "exact": False}]
    some = "select id from channels limit 120"
    change(wiring, f"update channels set metadata_fetched = true, fetched_at = now() where id in ({some})")  # noqa: S608 - ours
    counted = dry_run(api)  # few enough now to be counted, although the planner still believes in more
    assert (counted["items"], counted["accuracy"]) == (80, "exact")
    assert "more than total_limit" not in [one["reason"] for one in counted["skipped"]]


def test_quota_makes_days_and_projects_add_up(make_wiring: MakeWiring, emulator: Control) -> None:
    clock = FixedClock(NOON)
    wiring = make_wiring(clock, youtube_quota={"default": 3}, api_rate_limit_delay=0.5)
    api = create_app(wiring).test_client()
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=450))  # nine calls

    forecast = dry_run(api)
    assert forecast["quota"] == {
        "default": {"left_today": 3, "daily_limit": 3, "renewed_at": "2026-11-22T08:00:00+00:00"}
    }
    assert (forecast["days"], forecast["limited_by"], forecast["items_per_second"]) == (3, "quota", 100.0)
    assert forecast["units_by_day"] == [{"day": f"2026-11-{day}", "units": 3} for day in (21, 22, 23)]
    assert forecast["finish_at"] == "2026-11-23T08:00:01+00:00"
    assert forecast["assumption"] == (
        "at today's quota and 100 channels per second (as API_RATE_LIMIT_DELAY allows), with nothing else running"
    )

    add_key(wiring, 2)
    add_key(wiring, 3, "project-2")  # the same project: no more quota, but a pace of its own
    both = dry_run(api)
    assert (both["quota"]["default"]["daily_limit"], both["days"], both["items_per_second"]) == (6, 2, 300.0)

    wiring.keys.exhausted(wiring.keys.take("default", 1))
    assert dry_run(api)["quota"]["default"]["left_today"] == 3
    assert dry_run(api)["units_by_day"] == [{"day": "2026-11-21", "units": 3}, {"day": "2026-11-22", "units": 6}]

    wiring.keys.suspended(wiring.keys.take("default", 1), "userProjectSuspended")
    left = dry_run(api)["quota"]["default"]
    assert (left["left_today"], left["daily_limit"]) == (0, 3)


def test_without_a_key_a_forecast_has_no_end_and_says_what_to_do(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring()
    api = create_app(wiring).test_client()
    fill_catalog(wiring, emulator.channel_ids(count=60))
    key_id = wiring.keys.add("mine", SecretStr("AIzaSyMine"), "mine")
    change(wiring, "update api_keys set is_active = false, disabled_reason = 'expired' where id = :id", id=key_id)

    forecast = dry_run(api)

    assert (forecast["calls"], forecast["finish_at"], forecast["days"]) == (2, None, None)
    assert "no API key can be used: set YOUTUBE_API_KEY_1" in forecast["why"]
    eta = shown(api, wiring.jobs.read(asked_for(api)["job_id"]))["eta"]
    assert eta["finish_at"] is None
    assert eta["waits_for"].startswith("a worker must begin; about 2 calls are left; no API key can be used")


def test_the_pace_of_earlier_work_is_better_than_a_guess(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(FixedClock(NOON))
    api = create_app(wiring).test_client()
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=600))
    assert "a guess until such a job has been done" in dry_run(api)["assumption"]
    job = work_off(wiring, ask_for_metadata(wiring))
    # As if it had run thirty seconds and twenty, and waited for quota for a day in between.
    change(wiring, "delete from job_events where job_id = :id", id=job.id)
    for second, status in ((0, "running"), (30, "waiting_for_quota"), (86_430, "running"), (86_450, "completed")):
        at = NOON + timedelta(seconds=second)
        told = "insert into job_events (job_id, at, to_status, who) values (:id, :at, :status, 'me')"
        change(wiring, told, id=job.id, at=at, status=status)
    forecast = dry_run(api)
    assert forecast["items_per_second"] == 12.0
    assert "12 channels per second (the pace of the last such job)" in forecast["assumption"]


def test_a_job_tells_when_it_is_finished_and_what_it_waits_for(make_wiring: MakeWiring, emulator: Control) -> None:
    clock = FixedClock(NOON)
    emulator.set_clock(NOON)
    wiring = make_wiring(clock, youtube_quota={"default": 4})
    api = create_app(wiring).test_client()
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=400))
    job = advance(wiring, ask_for_metadata(wiring, batch_size=100))
    for batch_id in batch_ids(wiring, job.id)[:1]:
        run_batch(wiring, batch_id, "test-worker", NOT_STOPPING)
    clock.advance(timedelta(seconds=10))  # two calls in ten seconds

    eta = shown(api, job)["eta"]
    assert eta == {
        "finish_at": "2026-11-22T08:00:20+00:00",
        "waits_for": "6 calls are left; the 'default' bucket has 2 units today and is renewed at 08:00 UTC",
    }

    job = work_off(wiring, job)
    assert shown(api, job)["status"] == "waiting_for_quota"
    waits_for = shown(api, job)["eta"]["waits_for"]
    assert waits_for == "4 calls are left; the 'default' bucket has 0 units today and is renewed at 08:00 UTC"

    wiring.jobs.stop(job.id, "pause")
    advance(wiring, job)
    assert shown(api, job)["eta"] == {
        "finish_at": None,
        "waits_for": "a person must resume it",
    }
    wiring.jobs.stop(job.id, "cancel")
    assert shown(api, job)["eta"] is None


def test_a_wish_to_stop_is_what_a_job_waits_for(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=60))
    job = asked_for(api)
    api.post(job["links"]["pause"])
    eta = api.get(job["links"]["self"]).get_json()["eta"]
    assert eta == {"finish_at": None, "waits_for": "its running batches must end: it was asked to pause"}


def test_other_jobs_spend_from_the_same_bucket(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=60))
    first, second = asked_for(api), asked_for(api, total_limit=5)
    assert (first["forecast"]["accuracy"], second["forecast"]["accuracy"]) == ("exact", "about")
    told = api.get(first["links"]["self"]).get_json()["eta"]["waits_for"]
    assert told.endswith("units today, which other unfinished jobs spend too")


def test_an_import_has_no_forecast_and_ends_at_its_pace(api: FlaskClient, emulator: Control) -> None:
    rows = [{"channel_id": name} for name in emulator.channel_ids(count=3)]
    job = api.post("/api/bulk-add-channels", json={"channels": rows}).get_json()
    told = api.get(job["links"]["self"]).get_json()
    assert told["forecast"] is None
    assert told["eta"] == {"finish_at": None, "waits_for": "a worker must begin; 3 items are left"}


def test_asking_twice_gets_the_first_forecast(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post("/api/batch-metadata", headers=key, json={}).get_json()
    fill_catalog(wiring, emulator.channel_ids(count=60))
    again = api.post("/api/batch-metadata", headers=key, json={"dry_run": False}).get_json()
    assert (again["job_id"], again["forecast"]) == (first["job_id"], first["forecast"])


def test_a_dry_run_is_checked_like_the_real_one(api: FlaskClient) -> None:
    problem(api.post("/api/batch-metadata", json={"dry_run": "yes"}), 422, "dry_run")
    problem(api.post("/api/batch-metadata", json={"dry_run": True, "total_limit": 0}), 422, "total_limit")


def test_a_schedule_cannot_run_dry(api: FlaskClient) -> None:
    schedule = {"name": "nightly", "job_type": "metadata", "params": {"dry_run": True}, "every_seconds": 3600}
    problem(api.post("/api/schedules", json=schedule), 422, "params.dry_run")
