"""When a job ends that is slow, or whose budget does not last: what `eta` and the forecast say then."""

import pytest
from flask.testing import FlaskClient

from app.jobs.model import JobFilter
from app.jobs.types import MIGRATE
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import NOT_STOPPING, due, work_off
from tests.jobs.steps import advance, change, fill_catalog
from workers.batches import run_batch


def test_a_job_that_hardly_moves_is_shown_all_the_same(wiring: Wiring, api: FlaskClient) -> None:
    """Its workers were away for a day, and fifteen million rows are left at three a day."""
    job = advance(wiring, wiring.jobs.ask(MIGRATE, {"batch_size": 50}, expected_items=15_000_000))
    change(wiring, "update processing_jobs set total_items = 3, fetched = 3 where id = :id", id=job.id)
    change(wiring, "update job_events set at = at - interval '1 day' where job_id = :id", id=job.id)
    told = api.get(f"/api/jobs/{job.id}")
    assert told.status_code == 200, told.text
    eta = {"finish_at": None, "waits_for": "14,999,997 items are left; at this pace that takes more than ten years"}
    assert told.get_json()["eta"] == eta


def test_a_budget_that_does_not_last_has_no_end(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=400))
    why = "the budget of 3 units does not last for 8: the job pauses when it is spent"
    asked = {"max_units": 3}
    told = api.post("/api/batch-metadata", json={**asked, "dry_run": True}).get_json()["forecast"]
    assert (told["units"], told["finish_at"], told["days"], told["why"]) == ({"default": 8}, None, None, why)
    assert told["limited_by"] == "budget"

    job = wiring.jobs.read(api.post("/api/batch-metadata", json=asked).get_json()["job_id"])
    assert job.forecast is not None
    assert job.forecast["why"] == why
    advance(wiring, job)
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    eta = api.get(f"/api/jobs/{job.id}").get_json()["eta"]
    waits_for = "6 calls are left; its budget has 1 of the 6 units that they need: it pauses when that is spent"
    assert eta == {"finish_at": None, "waits_for": waits_for}

    job = wiring.jobs.resume(work_off(wiring, job).id, max_units=100)
    assert api.get(f"/api/jobs/{job.id}").get_json()["eta"]["finish_at"] is not None


@pytest.mark.parametrize("max_units", [8, 100])
def test_a_budget_that_lasts_changes_nothing(
    wiring: Wiring, api: FlaskClient, emulator: Control, max_units: int
) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=400))
    asked = {"max_units": max_units, "dry_run": True}
    told = api.post("/api/batch-metadata", json=asked).get_json()["forecast"]
    assert (told["days"], told["why"], told["limited_by"]) == (1, None, "pace")


def test_a_retry_tells_what_it_will_take(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=400))
    job = advance(wiring, wiring.jobs.read(api.post("/api/batch-metadata", json={"max_units": 5}).get_json()["job_id"]))
    retry = f"/api/jobs/{job.id}/retry"
    assert api.post(retry, json={"dry_run": True}).status_code == 409
    run_batch(wiring, due(wiring)[0], "worker", NOT_STOPPING)
    wiring.jobs.stop(job.id, "cancel")
    advance(wiring, job)

    told = api.post(retry, json={"dry_run": True}).get_json()["forecast"]
    assert (told["items"], told["units"], told["accuracy"]) == (300, {"default": 6}, "about")
    assert told["why"] == "the budget of 3 units does not last for 6: the job pauses when it is spent"
    assert wiring.jobs.read(job.id).retried_by is None

    made = api.post(retry, json={"max_units": 6}).get_json()
    assert (made["forecast"]["units"], made["forecast"]["why"]) == ({"default": 6}, None)
    assert work_off(wiring, wiring.jobs.read(made["job_id"])).units_used == 6
    assert api.post(retry, json={"dry_run": True}).status_code == 409


def test_retries_of_many_tell_it_too(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=60))
    asked = wiring.youtube.ask_for_metadata(None, None, idempotency_key=None, requested_by="me")
    wiring.machine.fail(asked.id, "our request was wrong")
    work_off(wiring, wiring.jobs.ask_to_move("retry", JobFilter()))
    retry = wiring.jobs.read(wiring.jobs.read(asked.id).retried_by or asked.id)
    assert (retry.retry_of, retry.forecast and retry.forecast["calls"]) == (asked.id, 2)
