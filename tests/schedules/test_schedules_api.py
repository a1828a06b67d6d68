"""/api/schedules, as people and programs use it."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.wiring import Wiring
from tests.api.shapes import problem
from tests.hands import sql

NIGHTLY = {
    "name": "nightly",
    "job_type": "metadata",
    "params": {"total_limit": 100},
    "cron": "30 2 * * *",
    "time_zone": "America/Los_Angeles",
}
HOSTILE = (
    "",
    "Nightly",
    "a b",
    "-a",
    "a" * 64,
    "ä",
    "a/b",
    "../jobs",
    "a'; drop table schedules; --",
    "a\n",
    "a\x00",
    "<b>",
)


def add(api: FlaskClient, **changes: object) -> dict[str, Any]:
    answer = api.post("/api/schedules", json={**NIGHTLY, **changes})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"] == told["links"]["self"] == f"/api/schedules/{told['name']}"
    return told


def test_a_schedule_is_made_and_tells_its_next_five_times(api: FlaskClient) -> None:
    told = add(api)
    assert told["next_fires"] == [f"2026-11-{day}T10:30:00+00:00" for day in range(23, 28)]
    assert told["next_fire_at"] == told["next_fires"][0]
    assert {name: told[name] for name in NIGHTLY} == NIGHTLY
    assert (told["enabled"], told["grace_seconds"], told["every_seconds"]) == (True, 3_600, None)
    assert (told["last_fire_at"], told["last_job_id"]) == (None, None)
    assert api.get(told["links"]["self"]).get_json() == {**told, "fires": []}


def test_a_dry_run_tells_the_times_and_keeps_nothing(api: FlaskClient) -> None:
    answer = api.post("/api/schedules", json={**NIGHTLY, "dry_run": True})
    assert answer.status_code == 200
    assert answer.get_json() == {"next_fires": [f"2026-11-{day}T10:30:00+00:00" for day in range(23, 28)]}
    assert api.get("/api/schedules").get_json() == {"schedules": [], "next": None}


def test_a_name_is_given_once(api: FlaskClient) -> None:
    add(api)
    told = problem(api.post("/api/schedules", json=NIGHTLY), 409)
    assert "PATCH" in told["hint"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cron": "99 * * * *"}, "cron"),
        ({"cron": None}, "cron"),
        ({"every_seconds": 3_600}, "cron"),
        ({"cron": "1" * 201}, "cron"),
        ({"cron": "\x00"}, "cron"),
        ({"cron": None, "every_seconds": 59}, "every_seconds"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"job_type": "nonsense"}, "job_type"),
        ({"job_type": "migrate"}, "job_type"),
        ({"params": {"total_limit": 0}}, "params.total_limit"),
        ({"params": {"totl_limit": 5}}, "params.totl_limit"),
        ({"params": {"total_limit": True}}, "params.total_limit"),
        ({"params": []}, "params"),
        ({"grace_seconds": 59}, "grace_seconds"),
        ({"grace_seconds": 30 * 86_400 + 1}, "grace_seconds"),
        ({"enabled": "yes"}, "enabled"),
        ({"colour": "red"}, "colour"),
        *(({"name": name}, "name") for name in HOSTILE),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_by_its_field(
    api: FlaskClient, moved: Wiring, changes: dict[str, object], field: str
) -> None:
    problem(api.post("/api/schedules", json={**NIGHTLY, **changes}), 422, field)
    assert sql(moved, "select * from schedules") == []


def test_schedules_are_listed_by_name_in_pages(api: FlaskClient) -> None:
    for name in ("c", "a", "b"):
        add(api, name=name)
    first = api.get("/api/schedules?limit=2").get_json()
    assert [one["name"] for one in first["schedules"]] == ["a", "b"]
    rest = api.get(f"/api/schedules?limit=2&after={first['next']}").get_json()
    assert ([one["name"] for one in rest["schedules"]], rest["next"]) == (["c"], None)


def test_a_change_leaves_the_rest_as_it_was(api: FlaskClient) -> None:
    made = add(api)
    told = api.patch("/api/schedules/nightly", json={"params": {"batch_size": 50}, "grace_seconds": 60}).get_json()
    assert told == {**made, "params": {"batch_size": 50}, "grace_seconds": 60, "updated_at": told["updated_at"]}

    every = api.patch("/api/schedules/nightly", json={"every_seconds": 7_200}).get_json()
    assert (every["cron"], every["every_seconds"]) == (None, 7_200)
    assert every["next_fire_at"] == "2026-11-23T10:00:00+00:00"
    again = api.patch("/api/schedules/nightly", json={"cron": "0 12 * * *", "time_zone": "Asia/Tokyo"}).get_json()
    assert (again["every_seconds"], again["next_fire_at"]) == (None, "2026-11-24T03:00:00+00:00")


def test_a_paused_schedule_has_no_next_time_until_it_goes_on(api: FlaskClient) -> None:
    made = add(api)
    paused = api.patch("/api/schedules/nightly", json={"enabled": False}).get_json()
    assert (paused["enabled"], paused["next_fire_at"], paused["next_fires"]) == (False, None, [])
    resumed = api.patch("/api/schedules/nightly", json={"enabled": True}).get_json()
    assert resumed["next_fires"] == made["next_fires"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "body"),
        ({"name": "other"}, "name"),
        ({"job_type": "metadata"}, "job_type"),
        ({"cron": "x"}, "cron"),
        ({"cron": "0 0 * * *", "every_seconds": 60}, "cron"),
        ({"params": {"nothing": 1}}, "params.nothing"),
        ({"time_zone": ""}, "time_zone"),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(api: FlaskClient, changes: dict[str, object], field: str) -> None:
    made = add(api)
    problem(api.patch("/api/schedules/nightly", json=changes), 422, field)
    assert api.get("/api/schedules/nightly").get_json() == {**made, "fires": []}


def test_a_deleted_schedule_is_gone_and_its_jobs_stay(api: FlaskClient) -> None:
    made = add(api)
    job = api.post("/api/schedules/nightly/run").get_json()
    deleted = api.delete("/api/schedules/nightly").get_json()
    assert (deleted["name"], deleted["cron"]) == ("nightly", made["cron"])
    problem(api.get("/api/schedules/nightly"), 404)
    assert api.get(f"/api/jobs/{job['id']}").status_code == 200
    add(api)


def test_run_now_is_the_job_of_the_post_and_stands_among_the_fires(
    api: FlaskClient, moved: Wiring, clock: FixedClock
) -> None:
    add(api)
    answer = api.post("/api/schedules/nightly/run")
    job = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/jobs/{job['id']}")
    posted = api.post("/api/batch-metadata", json=NIGHTLY["params"]).get_json()
    assert (job["job_type"], job["params"]) == (posted["job_type"], posted["params"])
    assert job["requested_by"] == "schedule:nightly"

    told = api.get("/api/schedules/nightly").get_json()
    now = clock.now().isoformat()
    fire = {"outcome": "run", "job_id": job["id"], "missed": 0, "why": None, "fire_at": now, "decided_at": now}
    assert told["fires"] == [fire]
    assert (told["last_fire_at"], told["links"]["last_job"]) == (now, f"/api/jobs/{job['id']}")
    # The job that was run by hand is still at work when the time comes.
    clock.advance(timedelta(days=1, hours=2))
    moved.schedules.fire_due()
    assert [one["outcome"] for one in api.get("/api/schedules/nightly").get_json()["fires"]] == ["skipped", "run"]


def test_run_now_is_asked_twice_with_one_key_and_made_once(api: FlaskClient, clock: FixedClock) -> None:
    add(api)
    add(api, name="other", params={})
    headers = {"Idempotency-Key": "once"}
    first = api.post("/api/schedules/nightly/run", headers=headers).get_json()
    clock.advance(timedelta(seconds=1))
    assert api.post("/api/schedules/nightly/run", headers=headers).get_json()["id"] == first["id"]
    assert len(api.get("/api/schedules/nightly").get_json()["fires"]) == 1
    problem(api.post("/api/schedules/other/run", headers=headers), 422, "Idempotency-Key")


@pytest.mark.parametrize("name", ["nobody", "run"])
def test_what_does_not_exist_is_said_with_the_way_to_the_list(api: FlaskClient, name: str) -> None:
    here = f"/api/schedules/{name}"
    for answer in (api.get(here), api.patch(here, json={"enabled": False}), api.delete(here), api.post(f"{here}/run")):
        assert "GET /api/schedules" in problem(answer, 404)["hint"]


@pytest.mark.parametrize("name", ["%00", "%27", "A", "..%2Fjobs", "%C3%A4", "%ED%A0%80", "a" * 300])
def test_a_hostile_name_in_an_address_breaks_nothing(api: FlaskClient, name: str) -> None:
    here = f"/api/schedules/{name}"
    for answer in (api.get(here), api.patch(here, json={"enabled": False}), api.delete(here), api.post(f"{here}/run")):
        assert answer.status_code in {404, 405, 422}, answer.text
        assert answer.content_type == "application/problem+json"


def test_a_change_that_is_not_json_is_refused_as_such(api: FlaskClient) -> None:
    add(api)
    assert api.patch("/api/schedules/nightly", data="enabled=false").status_code == 415
    broken = api.patch("/api/schedules/nightly", data=b"{", content_type="application/json")
    assert broken.status_code == 400
