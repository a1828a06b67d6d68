"""PostgreSQL or Redis away: what the API answers then, and how soon."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.web import create_app
from app.wiring import Wiring
from devstack.postgres import PostgresServer, temporary_postgres
from devstack.valkey import ValkeyServer, temporary_valkey
from tests.api.shapes import NOBODY, problem
from tests.conftest import MakeWiring

PATIENCE = 5.0
READERS = ("/api/stats", "/api/system-status", "/api/worker-status", "/api/jobs", "/api/channels",
           "/api/api-keys", f"/api/jobs/{NOBODY}")  # fmt: skip


def soon(ask: Callable[[], TestResponse]) -> TestResponse:
    began = time.monotonic()
    answer = ask()
    assert time.monotonic() - began < PATIENCE
    return answer


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    with temporary_valkey() as server:
        yield server


@pytest.fixture
def wired(make_wiring: MakeWiring, own_valkey: ValkeyServer) -> Wiring:
    wiring = make_wiring(redis_url=SecretStr(own_valkey.url))
    # So that a connection is open, and lost, when Redis goes away.
    wiring.doorbell.job(wiring.jobs.listed, "default")  # type: ignore[arg-type]  # any message will do
    return wiring


def freeze(valkey: ValkeyServer) -> None:
    """It still accepts connections and never answers: a machine that is paused, a network that swallows."""
    assert valkey.process is not None
    os.kill(valkey.process.pid, signal.SIGSTOP)


@pytest.mark.parametrize("take_away", [ValkeyServer.crash, freeze])
def test_without_redis_jobs_are_taken_all_the_same(
    wired: Wiring, own_valkey: ValkeyServer, take_away: Callable[[ValkeyServer], None]
) -> None:
    api = create_app(wired).test_client()
    take_away(own_valkey)

    asked = [soon(lambda: api.post("/api/batch-metadata")) for _ in range(2)]

    assert [answer.status_code for answer in asked] == [202, 202]
    listed = soon(lambda: api.get("/api/jobs")).get_json()["jobs"]
    assert {job["id"] for job in listed} == {answer.get_json()["id"] for answer in asked}
    status = soon(lambda: api.get("/api/system-status")).get_json()
    assert (status["status"], status["redis_status"]["status"]) == ("degraded", "away")


def test_without_redis_the_api_is_ready_and_says_what_is_missing(wired: Wiring, own_valkey: ValkeyServer) -> None:
    api = create_app(wired).test_client()
    own_valkey.crash()
    job = api.post("/api/batch-metadata").get_json()
    assert api.get(job["links"]["self"]).get_json()["status"] == "pending"
    for path in ("/readyz", "/health"):
        ready = api.get(path)
        assert (ready.status_code, ready.get_json()["status"]) == (200, "degraded")
        assert "PostgreSQL" in ready.get_json()["redis"]
    tested = api.get("/api/redis-test").get_json()
    assert tested["status"] == "away"
    assert "REDIS_URL" in tested["detail"]


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")) as server:
        yield server


@pytest.fixture
def cut_off(make_wiring: MakeWiring, own_postgres: PostgresServer) -> FlaskClient:
    """An API whose database is empty of tables, and then stops."""
    own_postgres.ensure_database("tributary")
    wiring = make_wiring(database_url=SecretStr(own_postgres.url("tributary")))
    return create_app(wiring).test_client()


def test_a_database_without_our_schema_is_not_ready(cut_off: FlaskClient) -> None:
    answer = cut_off.get("/readyz")
    assert (answer.status_code, answer.get_json()["ready"]) == (503, False)
    assert "python -m app migrate" in answer.get_json()["database"]


def test_without_postgresql_the_answer_is_try_again(cut_off: FlaskClient, own_postgres: PostgresServer) -> None:
    own_postgres.stop(immediate=True)
    for path in READERS:
        answer = soon(lambda path=path: cut_off.get(path))  # type: ignore[misc]  # the path of this round
        assert int(answer.headers["Retry-After"]) > 0
        told = problem(answer, 503)
        assert "the database does not answer" in told["detail"]
    metrics = soon(lambda: cut_off.get("/metrics"))
    assert (metrics.status_code, "tributary_database_up 0.0" in metrics.text) == (200, True)
    for path, body in (("/api/batch-metadata", {}), ("/api/bulk-add-channels", {"channels": [{"channel_id": "x"}]})):
        problem(cut_off.post(path, json=body), 503)

    for path in ("/readyz", "/health"):
        answer = soon(lambda path=path: cut_off.get(path))  # type: ignore[misc]  # the path of this round
        assert (answer.status_code, answer.get_json()["database"]) == (503, "away")
        assert int(answer.headers["Retry-After"]) > 0
    assert cut_off.get("/livez").status_code == 200
    assert cut_off.get("/api/redis-test").get_json()["status"] == "ok"
    assert cut_off.get("/openapi.json").status_code == 200


def test_a_busy_pool_says_so(make_wiring: MakeWiring) -> None:
    """More requests than connections: that is no fault of the request, nor of ours."""
    wiring = make_wiring()
    wiring.__dict__["db"] = type(wiring.db)(wiring.settings.database_url.get_secret_value(), pool_size=1)
    wiring.db._engine.pool._timeout = 0.1  # type: ignore[attr-defined]  # ten seconds otherwise
    api = create_app(wiring).test_client()
    with wiring.db.begin(), wiring.db.begin():
        answer = api.get("/api/jobs")
    assert "in use" in problem(answer, 503)["detail"]
    assert int(answer.headers["Retry-After"]) > 0
