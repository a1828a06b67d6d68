"""When a job ends that is slow, or whose budget does not last: what `eta` and the forecast say then."""

from flask.testing import FlaskClient

from app.jobs.types import MIGRATE
from app.wiring import Wiring
from tests.jobs.steps import advance, change


def test_a_job_that_hardly_moves_is_shown_all_the_same(wiring: Wiring, api: FlaskClient) -> None:
    """Its workers were away for a day, and fifteen million rows are left at three a day."""
    job = advance(wiring, wiring.jobs.ask(MIGRATE, {"batch_size": 50}, expected_items=15_000_000))
    change(wiring, "update processing_jobs set total_items = 3, fetched = 3 where id = :id", id=job.id)
    change(wiring, "update job_events set at = at - interval '1 day' where job_id = :id", id=job.id)
    told = api.get(f"/api/jobs/{job.id}")
    assert told.status_code == 200, told.text
    eta = {"finish_at": None, "waits_for": "14,999,997 items are left; at this pace that takes more than ten years"}
    assert told.get_json()["eta"] == eta
