"""What a job over playlists takes at least, against what the emulator has counted afterwards; and its budget."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.api.shapes import problem
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change, fill_catalog
from tests.playlists.conftest import ask, calls, run
from tests.videos.steps import known_channels

LISTS = "playlists.list"


def dry_run(api: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = api.post("/api/batch-playlists", json={**asked, "dry_run": True})
    assert answer.status_code == 200, answer.text
    forecast: dict[str, Any] = answer.get_json()["forecast"]
    return forecast


@pytest.fixture
def playlist_ids(wiring: Wiring, emulator: Control) -> list[str]:
    """Of so many channels that there are more than fifty."""
    run(wiring, channel_ids=emulator.channel_ids(count=60))
    return [str(row[0]) for row in sql(wiring, "select playlist_id from playlists order by playlist_id")]


def test_a_call_for_each_channel_is_certain(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=40))

    forecast = dry_run(api, batch_size=15)

    assert calls(emulator)[LISTS] == 0
    assert (forecast["items"], forecast["calls"], forecast["units"]) == (40, 40, {"default": 40})
    assert (forecast["accuracy"], forecast["calls_at_least"], forecast["calls_at_most"]) == ("at least", 40, None)
    assert ", without what the lists hold, which nobody knows before they were asked, " in forecast["assumption"]
    assert dry_run(api, batch_size=15, max_units=39)["limited_by"] == "budget"
    job = ask(wiring, batch_size=15)
    assert {**(job.forecast or {}), "finish_at": None} == {**forecast, "finish_at": None}
    ended = work_off(wiring, job)
    further = sql(wiring, "select (count(*) - 1) / 50 from playlists group by channel having count(*) > 50")
    assert calls(emulator)[LISTS] == forecast["calls_by_method"][LISTS] + sum(int(str(pages)) for (pages,) in further)
    assert forecast["calls"] < ended.units_used == emulator.counters().count() - calls(emulator)["channels.list"]
    assert (dry_run(api)["items"], dry_run(api)["accuracy"]) == (0, "exact")


def test_lists_by_id_are_fifty_a_call(
    wiring: Wiring, api: FlaskClient, clock: FixedClock, emulator: Control, playlist_ids: list[str]
) -> None:
    assert len(playlist_ids) > 60
    named = {"playlists": [*playlist_ids, playlist_ids[0], "PLshort"], "batch_size": 60}
    before = emulator.counters().count()

    forecast = dry_run(api, **named)

    assert (forecast["items"], forecast["items_without_calls"]) == (len(playlist_ids) + 1, 1)
    job = run(wiring, **named)
    assert forecast["calls"] == job.units_used == emulator.counters().count() - before, "nothing has changed"
    assert (job.status, job.total_items, job.failed) == (Status.COMPLETED, forecast["items"], 1)
    clock.advance(timedelta(hours=1))
    fresh = run(wiring, **named, fresh=True)
    assert forecast["calls"] < fresh.units_used


def test_what_is_left_out_is_counted_by_its_reason(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=50))
    fill_catalog(wiring, emulator.channel_ids(count=57)[50:])
    run(wiring, total_limit=12)
    wiring.jobs.stop(advance(wiring, ask(wiring, total_limit=5)).id, "pause")

    forecast = dry_run(api, total_limit=20)

    assert {one["reason"]: one["count"] for one in forecast["skipped"]} == {
        "they have no metadata yet": 7,
        "their playlists were listed already": 12,
        "unfinished batches of other jobs hold them": 5,
        "more than total_limit": 13,
    }
    assert forecast["items"] == 20


def test_what_is_no_id_costs_nothing(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    forecast = dry_run(api, playlists=["nothing", "of", "this"])
    assert (forecast["items"], forecast["calls"], forecast["items_without_calls"]) == (3, 0, 3)
    assert forecast["accuracy"] == "exact"
    assert run(wiring, playlists=["nothing", "of", "this"]).failed == 3
    assert emulator.counters().count() == 0


def test_a_budget_ends_the_job_in_the_middle_and_no_page_is_paid_twice(
    wiring: Wiring, api: FlaskClient, emulator: Control
) -> None:
    channels = emulator.channel_ids(count=12)
    undisturbed = run(wiring, channel_ids=channels).units_used
    change(wiring, "truncate playlists, playlist_items, unfinished_lists, videos cascade")
    before = emulator.counters().count()

    job = run(wiring, channel_ids=channels, max_units=20)

    assert (job.status, job.units_used, emulator.counters().count() - before) == (Status.PAUSED, 20, 20)
    assert job.why is not None
    assert job.why.startswith("the budget of 20 units is spent")
    told = api.get(f"/api/jobs/{job.id}").get_json()
    assert told["eta"]["waits_for"] == "a person must resume it"
    wiring.jobs.resume(job.id, max_units=10 * undisturbed)
    job = work_off(wiring, job)
    assert (job.status, job.units_used) == (Status.COMPLETED, emulator.counters().count() - before)
    # Where the budget ended, a call for videos may have been of less than fifty.
    assert undisturbed <= job.units_used <= undisturbed + 1
    assert broken(wiring) == []


def test_a_job_tells_what_is_certain_to_be_left(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    job = advance(wiring, ask(wiring, channel_ids=emulator.channel_ids(count=30)))
    told = api.get(f"/api/jobs/{job.id}").get_json()["eta"]["waits_for"]
    assert told == "at least 30 calls are left; the 'default' bucket has 10,000 units today"
    assert api.get(f"/api/jobs/{work_off(wiring, job).id}").get_json()["eta"] is None


def test_a_schedule_reads_lists_again_and_cannot_run_dry(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    params = {"channel_ids": emulator.channel_ids(count=2), "max_units": 500}
    schedule = {"name": "lists", "job_type": "playlists", "params": params, "every_seconds": 3600}
    assert api.post("/api/schedules", json=schedule).status_code == 201
    answer = api.post("/api/schedules/lists/run")
    assert answer.status_code == 202, answer.text
    [job] = wiring.jobs.listed(before=None, limit=9)
    assert (job.job_type, job.requested_by, job.max_units) == ("playlists", "schedule:lists", 500)
    assert work_off(wiring, job).status is Status.COMPLETED
    problem(api.post("/api/schedules", json={**schedule, "name": "dry", "params": {"dry_run": True}}), 422)


def test_a_dry_run_is_checked_like_the_real_request(api: FlaskClient, emulator: Control) -> None:
    both = {"channel_ids": emulator.channel_ids(count=1), "total_limit": 5}
    problem(api.post("/api/batch-playlists", json={**both, "dry_run": True}), 422)
    problem(api.post("/api/batch-playlists", json={"max_units": 0}), 422, "max_units")
