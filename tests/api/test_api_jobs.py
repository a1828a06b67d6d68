"""Asking for jobs, watching them, and asking twice."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from app.jobs.model import Job
from app.wiring import Wiring
from emulator.control import Control
from tests.api.shapes import CHANNEL, problem
from tests.hands import sql, work_off
from tests.jobs.steps import fill_catalog

KEY = {"Idempotency-Key": "7d1b5f0e"}
ROWS = {"channels": [{"channel_id": CHANNEL, "title": "MKBHD"}], "source": "by hand"}


def newest(wiring: Wiring) -> Job:
    return wiring.jobs.listed(status=None, before=None, limit=1)[0]


def test_a_job_from_the_request_to_its_end(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    ids = [*emulator.channel_ids(count=3), "not-an-id"]
    asked = api.post("/api/bulk-add-channels", json={"channels": [{"channel_id": name} for name in ids]})

    assert asked.status_code == 202
    told = asked.get_json()
    assert asked.headers["Location"] == told["links"]["self"] == f"/api/jobs/{told['job_id']}"
    assert int(asked.headers["Retry-After"]) > 0
    assert (told["status"], told["why"], told["message"]) == (
        "pending",
        "waiting for a worker",
        "migrate job is pending",
    )
    assert (told["expected_items"], told["progress"]) == (4, 0.0)
    assert set(told["moves"]) == {"pause", "cancel"}
    assert set(told["links"]) == {"self", "events", "items", "errors", "rejects", "stream", "pause", "cancel"}

    work_off(wiring, newest(wiring))

    answer = api.get(asked.headers["Location"])
    ended = answer.get_json()
    assert "Retry-After" not in answer.headers
    assert (ended["status"], ended["progress"], ended["progress_percentage"]) == ("completed", 100.0, 100.0)
    assert ended["outcomes"] == {"fetched": 3, "unchanged": 0, "not_found": 0, "skipped": 0, "failed": 1}
    assert ended["moves"] == []
    assert ended["started_at"] <= ended["completed_at"]
    [rejected] = api.get(ended["links"]["items"]).get_json()["items"]
    assert rejected == {"outcome": "failed", "item": "not-an-id", "reason": "not a channel id", "line": 4}
    moves = api.get(ended["links"]["events"]).get_json()["events"]
    assert [move["to_status"] for move in moves] == ["pending", "running", "completed"]
    assert all(move["who"] and move["at"] for move in moves)


def test_metadata_says_what_it_will_be_about(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    rows = [{"channel_id": name} for name in emulator.channel_ids(count=7)]
    api.post("/api/bulk-add-channels", json={"channels": rows})
    work_off(wiring, newest(wiring))

    told = api.post("/api/batch-metadata", json={"batch_size": 2, "total_limit": 5}).get_json()
    assert (told["expected_items"], told["estimated_batches"]) == (5, 1)
    work_off(wiring, newest(wiring))

    [channel] = api.get("/api/channels?metadata_fetched=true&limit=1").get_json()["channels"]
    shown = api.get(f"/api/channels/{channel['channel_id']}").get_json()
    assert {**channel, "snapshots": shown["snapshots"]} == shown
    assert len(shown["snapshots"]) == 1
    assert shown["expires_at"] > shown["fetched_at"]


def test_pause_resume_cancel(wiring: Wiring, api: FlaskClient) -> None:
    job = api.post("/api/batch-metadata").get_json()
    paused = api.post(job["links"]["pause"])
    assert paused.status_code == 202
    assert paused.get_json()["message"] == "metadata job is pending, asked to pause"
    work_off(wiring, newest(wiring))
    assert api.get(job["links"]["self"]).get_json()["status"] == "paused"
    resumed = api.post(f"{job['links']['self']}/resume").get_json()
    assert resumed["status"] == "running"
    assert api.post(resumed["links"]["cancel"]).status_code == 202
    work_off(wiring, newest(wiring))
    assert api.get(job["links"]["self"]).get_json()["status"] == "cancelled"


def test_the_same_key_with_the_same_request_is_the_same_job(api: FlaskClient) -> None:
    first = api.post("/api/bulk-add-channels", json=ROWS, headers=KEY)
    # As JSON is: the order of the fields and the blanks do not matter.
    again = json.dumps(dict(reversed(ROWS.items())), indent=4)
    second = api.post("/api/bulk-add-channels", data=again, content_type="application/json", headers=KEY)
    assert first.status_code == second.status_code == 202
    assert first.headers["Location"] == second.headers["Location"]
    assert len(api.get("/api/jobs").get_json()["jobs"]) == 1


def test_a_key_is_remembered_when_the_file_is_not_what_it_was(wiring: Wiring, api: FlaskClient) -> None:
    """The answer was lost, and the next rows of the file came before the question was repeated."""
    file, asked = wiring.settings.import_root / "a.csv", {"source_path": "a.csv"}
    file.write_text(f"{CHANNEL}\n", encoding="utf-8")
    first = api.post("/api/migrate", json=asked, headers=KEY)
    assert first.status_code == 202
    file.write_text(f"{CHANNEL}\n{CHANNEL}\n", encoding="utf-8")
    assert api.post("/api/migrate", json=asked, headers=KEY).headers["Location"] == first.headers["Location"]
    file.unlink()
    assert api.post("/api/migrate", json=asked, headers=KEY).headers["Location"] == first.headers["Location"]
    problem(api.post("/api/migrate", json={**asked, "batch_size": 7}, headers=KEY), 422)


def test_without_a_key_every_request_is_a_job(api: FlaskClient) -> None:
    api.post("/api/bulk-add-channels", json=ROWS)
    api.post("/api/bulk-add-channels", json=ROWS)
    assert len(api.get("/api/jobs").get_json()["jobs"]) == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/bulk-add-channels", {**ROWS, "source": "another"}),
        # As many rows, but others: taken for the same request, they would be lost without a word.
        ("/api/bulk-add-channels", {**ROWS, "channels": [{"channel_id": "UCXuqSBlHAE6Xw-yeJA0Tunw"}]}),
        ("/api/bulk-add-channels", {**ROWS, "channels": [{"channel_id": CHANNEL, "title": "another title"}]}),
        ("/api/batch-metadata", {}),
    ],
)
def test_the_same_key_with_another_request_is_refused(api: FlaskClient, path: str, body: dict[str, object]) -> None:
    api.post("/api/bulk-add-channels", json=ROWS, headers=KEY)
    told = problem(api.post(path, json=body, headers=KEY), 422, "Idempotency-Key")
    assert "new key" in told["hint"]


@pytest.mark.parametrize("key", ["", "x" * 256, "x" * 60_000, "a\x00b"])
def test_a_key_that_is_none(refusing_api: FlaskClient, key: str) -> None:
    problem(refusing_api.post("/api/batch-metadata", headers={"Idempotency-Key": key}), 422, "Idempotency-Key")


@pytest.mark.parametrize("field", ["job_type", "requested_by"])
def test_a_filter_that_nothing_can_match(refusing_api: FlaskClient, field: str) -> None:
    problem(refusing_api.get(f"/api/jobs?{field}=%00"), 422, field)


def test_ten_at_once_with_one_key_make_one_job(wiring: Wiring, api: FlaskClient) -> None:
    def ask(_: int) -> str:
        return api.application.test_client().post("/api/bulk-add-channels", json=ROWS, headers=KEY).headers["Location"]

    with ThreadPoolExecutor(10) as people:
        assert len(set(people.map(ask, range(10)))) == 1
    assert sql(wiring, "select count(*) from processing_jobs") == [(1,)]
    assert sql(wiring, "select count(*) from job_batches") == [(1,)]


def test_a_budget_over_http(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=150))
    asked = api.post("/api/batch-metadata", json={"batch_size": 50, "max_units": 2})
    job = work_off(wiring, wiring.jobs.read(asked.get_json()["id"]))
    told = api.get(asked.headers["Location"]).get_json()
    assert (told["status"], told["max_units"], told["units_taken"], told["units_used"]) == ("paused", 2, 2, 2)
    resume = told["links"]["resume"]
    assert "M above 2" in problem(api.post(resume), 409)["hint"]
    problem(api.post(resume, json={"max_units": 2}), 422, "max_units")
    problem(api.post(resume, json={"max_units": 0}), 422, "max_units")
    assert api.post(resume, json={"max_units": 3}).get_json()["max_units"] == 3
    assert work_off(wiring, job).fetched == 150
    problem(api.post("/api/batch-metadata", json={"max_units": 0}), 422, "max_units")
