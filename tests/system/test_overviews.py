"""How the system says it is: the names that people's scripts read, no secret among them, and soon at any size."""

import re
import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.system.service import System
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import add_key
from tests.hands import sql, work_off
from workers.keeper import tick

READERS = (
    "/health", "/readyz", "/metrics", "/openapi.json", "/api/stats", "/api/system-status", "/api/redis-test",
    "/api/worker-status", "/api/jobs", "/api/channels", "/api/api-keys",
)  # fmt: skip
A_DAY_AGO = """
update processing_jobs set completed_at = completed_at - interval '1 day' where completed_at is not null returning 1"""
MANY_CHANNELS = """
insert into channels (id) select gen_random_uuid() from generate_series(1, 120000) returning 1"""


@pytest.fixture
def busy(wiring: Wiring, emulator: Control) -> Wiring:
    """Sixty channels, half of them fetched; a job of each kind done and one that waits."""
    rows = [(channel_id, None) for channel_id in emulator.channel_ids(count=60)]
    work_off(wiring, wiring.imports.ask_for_rows(rows, "tests"))
    api = create_app(wiring).test_client()
    asked = api.post("/api/batch-metadata", json={"total_limit": 30, "batch_size": 30}).get_json()
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    assert api.get(asked["links"]["self"]).get_json()["status"] == "completed"
    api.post("/api/batch-metadata")
    return wiring


def test_stats_have_the_names_that_are_known(busy: Wiring, api: FlaskClient) -> None:
    stats = api.get("/api/stats").get_json()
    known = {name: stats[name] for name in stats if not isinstance(stats[name], dict)}
    assert known == {
        "total_videos": 0,
        "total_channels": 60,
        "channels_with_metadata": 30,
        "active_api_keys": 1,
        "pending_jobs": 1,
        "running_jobs": 0,
        "completed_jobs_today": 2,
    }
    assert stats["channels"] == {
        "channels": 60, "with_metadata": 30, "pending": 30, "not_found": 0, "estimated": False,
    }  # fmt: skip
    assert stats["videos"] == {"videos": 0, "estimated": False}
    assert stats["units_today"] == {"default": {"used": 1, "left": 9_999}}
    sql(busy, A_DAY_AGO)
    assert api.get("/api/stats").get_json()["completed_jobs_today"] == 0


def test_the_overview_has_the_names_that_are_known(busy: Wiring, api: FlaskClient) -> None:
    for _ in range(10):
        api.post("/api/batch-metadata")
    tick(busy, "here-1", "worker")
    seen = api.get("/api/system-status").get_json()
    assert seen.items() >= api.get("/api/stats").get_json().items()
    assert (seen["status"], seen["environment"]) == ("ready", "development")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", seen["timestamp"])
    assert seen["redis_status"]["status"] == "ok"
    assert len(seen["recent_jobs"]) == 10
    assert [worker["worker"] for worker in seen["workers"]] == ["here-1"]
    [key] = seen["api_keys"]
    assert (key["quota_limit"], key["quota_used"], key["usage_percentage"]) == (10_000, 1, 0.0)
    assert key["quota_reset_date"]


def test_a_key_that_is_half_spent(wiring: Wiring, api: FlaskClient) -> None:
    wiring.keys.take("default", 5_000)
    [key] = api.get("/api/api-keys").get_json()["api_keys"]
    assert (key["quota_used"], key["usage_percentage"]) == (5_000, 50.0)
    assert key["buckets"]["default"]["left"] == 5_000


def test_health(api: FlaskClient) -> None:
    ready = api.get("/readyz").get_json()
    assert ready == {"ready": True, "status": "ready", "database": "ok", "redis": "ok"}
    assert api.get("/health").get_json().items() >= ready.items()
    assert api.get("/livez").get_json() == {"status": "ok"}
    redis = api.get("/api/redis-test").get_json()
    assert redis["status"] == "ok"
    assert redis["milliseconds"] > 0


def test_workers_who_fell_silent(wiring: Wiring, api: FlaskClient) -> None:
    seen = api.get("/api/worker-status").get_json()
    assert (seen["workers"], seen["alive"]) == ([], 0)
    assert "--queues migration,metadata," in seen["hint"], "a worker without these would leave jobs waiting"
    for worker, role in (("here-1", "worker"), ("here-2", "worker"), ("beat", "beat")):
        tick(wiring, worker, role)
    assert api.get("/api/worker-status").get_json()["alive"] == 2
    sql(
        wiring, "update worker_ticks set ticked_at = now() - interval '40 seconds' where worker <> 'here-2' returning 1"
    )
    seen = api.get("/api/worker-status").get_json()
    assert {worker["worker"]: worker["alive"] for worker in seen["workers"]} == {
        "beat": True, "here-1": False, "here-2": True,
    }  # fmt: skip
    assert (seen["alive"], seen["hint"]) == (1, None)
    assert [System(wiring).is_alive("worker", host) for host in ("here", "there", "her")] == [True, False, False]


def test_no_answer_holds_a_secret(busy: Wiring, api: FlaskClient) -> None:
    key = add_key(busy, 2)
    database = busy.settings.database_url.get_secret_value()
    redis = busy.settings.redis_url
    assert redis is not None
    password: Callable[[str], str] = lambda url: url.split("@")[0].rpartition(":")[2]  # noqa: E731 - for two lines
    secrets = {key, password(database), password(redis.get_secret_value()), busy.settings.secret_key.get_secret_value()}
    assert min(map(len, secrets)) > 10
    asked = [
        *(api.get(path) for path in READERS),
        api.post("/api/api-keys", json={"key_name": "again", "api_key": key}),
        api.post("/api/api-keys", json={"key_name": "wrong", "api_key": f"{key} {key}"}),
        api.post("/api/api-keys", json={"key_name": ["wrong"], "api_key": key}),
        api.post("/api/migrate", json={"source_type": "mysql", "source_path": database}),
        api.post("/api/migrate", json={"source_path": database}),
        api.post("/api/migrate", json={"source_type": database, "source_path": key}),
        api.post("/api/test-youtube"),
    ]
    for answer in asked:
        told = answer.text + str(answer.headers)
        assert [secret for secret in secrets if secret in told] == [], answer.request.path
    assert "fingerprint" in asked[len(READERS)].get_json()


@pytest.mark.alone
def test_a_large_catalogue_is_estimated_not_counted(wiring: Wiring, api: FlaskClient) -> None:
    sql(wiring, MANY_CHANNELS)
    with wiring.db.begin() as tx:
        tx.exec_driver_sql("analyze channels")
    for path in READERS:
        began = time.monotonic()
        assert api.get(path).status_code == 200
        assert time.monotonic() - began < 1
    counted = api.get("/api/stats").get_json()["channels"]
    assert counted["estimated"]
    assert counted["channels"] == pytest.approx(120_000, rel=0.05)
