"""Retries, moves of many jobs and error groups over HTTP."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from emulator.control import Control
from tests.api.shapes import NOBODY, problem
from tests.hands import sql, work_off
from tests.jobs.steps import advance, lone_job, running_job

KEY = {"Idempotency-Key": "again"}


def cancelled(wiring: Wiring, emulator: Control) -> str:
    job = running_job(wiring, emulator.channel_ids(count=2))
    wiring.jobs.stop(job.id, "cancel")
    advance(wiring, job)
    return f"/api/jobs/{job.id}"


def test_a_retry_is_linked_both_ways(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    first = cancelled(wiring, emulator)
    asked = api.post(api.get(first).get_json()["links"]["retry"], headers=KEY)
    assert asked.status_code == 202
    retry = asked.get_json()
    assert asked.headers["Location"] == retry["links"]["self"]
    assert retry["links"]["retry_of"] == first
    assert f"/api/jobs/{retry['retry_of']}" == first
    told = api.get(first).get_json()
    assert (told["retried_by"], told["links"]["retried_by"]) == (retry["id"], retry["links"]["self"])
    assert "retry" not in told["links"]

    assert api.post(f"{first}/retry", headers=KEY).get_json()["id"] == retry["id"]
    problem(api.post("/api/batch-metadata", json={}, headers=KEY), 422, "Idempotency-Key")
    work_off(wiring, wiring.jobs.read(retry["id"]))
    assert "retry the retry" in problem(api.post(f"{first}/retry"), 409)["hint"]


def test_nothing_to_retry(wiring: Wiring, api: FlaskClient) -> None:
    running = lone_job(wiring)
    assert problem(api.post(f"/api/jobs/{running.id}/retry"), 409)["hint"] == "it can: pause, cancel"
    work_off(wiring, running)
    assert "left to retry" in problem(api.post(f"/api/jobs/{running.id}/retry"), 409)["detail"]
    problem(api.post(f"/api/jobs/{NOBODY}/retry"), 404)


def test_many_are_moved_by_a_job(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    cancelled(wiring, emulator)
    body = {"move": "retry", "filter": {"status": "cancelled", "job_type": "metadata"}}

    dry = api.post("/api/jobs/moves", json={**body, "dry_run": True})
    assert (dry.status_code, dry.get_json()) == (200, {"move": "retry", "matched": 1, "dry_run": True})
    assert sql(wiring, "select count(*) from processing_jobs") == [(1,)]

    asked = api.post("/api/jobs/moves", json=body, headers=KEY)
    assert (asked.status_code, asked.get_json()["expected_items"]) == (202, 1)
    assert api.post("/api/jobs/moves", json=body, headers=KEY).get_json()["id"] == asked.get_json()["id"]
    problem(api.post("/api/jobs/moves", json={**body, "move": "cancel"}, headers=KEY), 422, "Idempotency-Key")

    work_off(wiring, wiring.jobs.read(asked.get_json()["id"]))
    told = api.get(asked.headers["Location"]).get_json()
    assert (told["status"], told["outcomes"]["fetched"], told["outcomes"]["skipped"]) == ("completed", 1, 0)
    [retry] = api.get(f"/api/jobs?requested_by=job:{told['id']}").get_json()["jobs"]
    assert retry["status"] == "completed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"move": "pause"}, "filter"),  # all jobs are never meant by accident
        ({"filter": {}}, "move"),
        ({"move": "halt", "filter": {}}, "move"),
        ({"move": "pause", "filter": {"state": "running"}}, "filter.state"),
        ({"move": "pause", "filter": {"status": "asleep"}}, "filter.status"),
        ({"move": "pause", "filter": {"created_before": "2026-11-20T12:00:00"}}, "filter.created_before"),
        ({"move": "pause", "filter": {}, "dry-run": True}, "dry-run"),
        ({"move": "pause", "filter": {"job_type": "\x00"}}, "filter.job_type"),
        ({"move": "pause", "filter": {"requested_by": "\x00"}, "dry_run": True}, "filter.requested_by"),
    ],
)
def test_a_request_for_many_that_is_wrong(refusing_api: FlaskClient, body: Mapping[str, Any], field: str) -> None:
    problem(refusing_api.post("/api/jobs/moves", json=body), 422, field)


def test_jobs_are_listed_by_the_same_filter(wiring: Wiring, api: FlaskClient) -> None:
    first, second = lone_job(wiring), lone_job(wiring)
    before = second.created_at.isoformat().replace("+00:00", "Z")
    found = api.get(f"/api/jobs?status=pending&job_type=metadata&created_before={before}").get_json()["jobs"]
    assert [job["id"] for job in found] == [str(first.id)]
    assert api.get("/api/jobs?job_type=nothing").get_json()["jobs"] == []


def test_error_groups(wiring: Wiring, api: FlaskClient) -> None:
    rows = [{"channel_id": name} for name in ("@one", "@two", "UCshort", "UCshorter", "UCx")]
    job = api.post("/api/bulk-add-channels", json={"channels": rows}).get_json()
    work_off(wiring, wiring.jobs.read(job["id"]))

    told = api.get(job["links"]["errors"]).get_json()

    assert (told["total"], told["examined"], told["how"]) == (5, 5, "all items are counted")
    lengths, handles = told["errors"]
    assert (lengths["outcome"], lengths["reason"], lengths["count"]) == ("failed", "… characters instead of …", 3)
    assert lengths["samples"][0] == {"item": "UCshort", "line": 3}
    assert lengths["first_at"] <= lengths["last_at"]
    assert (handles["outcome"], handles["count"]) == ("skipped", 2)
    assert handles["reason"] == "a handle, not a channel id; it waits to be resolved: jobs resolve-names"
    assert "/api/resolve" in handles["next_step"]
    problem(api.get(f"/api/jobs/{NOBODY}/errors"), 404)
