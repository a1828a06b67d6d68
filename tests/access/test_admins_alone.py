"""What deletes is for administrators, whichever way it is asked for."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.access.conftest import MakeToken

PLAN = {"name": "sweep", "job_type": "retention", "every_seconds": 3_600}


@pytest.fixture
def swept(wiring: Wiring) -> str:
    """The address of a retention job."""
    return f"/api/jobs/{wiring.retention.ask(idempotency_key=None, requested_by='somebody').id}"


@pytest.mark.parametrize("move", ["retry", "cancel", "pause", "resume"])
def test_a_job_that_deletes_is_moved_by_administrators_alone(
    strict: FlaskClient, token: MakeToken, swept: str, move: str
) -> None:
    refused = strict.post(f"{swept}/{move}", headers=token("run"), json={})
    assert (refused.status_code, refused.get_json()["type"]) == (403, "/problems/missing-scope")
    assert strict.post(f"{swept}/{move}", headers=token("admin"), json={}).status_code in {202, 409}


def test_a_retry_that_is_only_tried_out_is_refused_likewise(strict: FlaskClient, token: MakeToken, swept: str) -> None:
    assert strict.post(f"{swept}/retry", headers=token("run"), json={"dry_run": True}).status_code == 403


@pytest.mark.usefixtures("swept")
def test_a_move_of_many_leaves_what_deletes_alone(strict: FlaskClient, token: MakeToken) -> None:
    wanted: dict[str, Any] = {"move": "retry", "filter": {"job_type": "retention"}, "dry_run": True}
    for scope in ("run", "admin"):
        told = strict.post("/api/jobs/moves", headers=token(scope), json=wanted)
        assert (told.status_code, told.get_json()["matched"]) == (200, 0), scope


def test_a_schedule_that_deletes_is_for_administrators_alone(strict: FlaskClient, token: MakeToken) -> None:
    run, admin = token("run"), token("admin")
    assert strict.post("/api/schedules", headers=run, json=PLAN).status_code == 403
    assert strict.post("/api/schedules", headers=admin, json=PLAN).status_code == 201
    here = "/api/schedules/sweep"
    assert strict.patch(here, headers=run, json={"enabled": False}).status_code == 403
    assert strict.post(f"{here}/run", headers=run).status_code == 403
    assert strict.delete(here, headers=run).status_code == 403
    assert strict.get(here, headers=run).get_json()["enabled"] is True
    assert strict.post(f"{here}/run", headers=admin).status_code == 202
    assert strict.delete(here, headers=admin).status_code == 200
