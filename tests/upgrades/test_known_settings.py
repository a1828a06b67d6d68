"""Settings that people know by name and bring along from elsewhere: each has its effect, seen from outside."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.config import SettingsError, environment_keys, load_settings
from app.web import create_app
from app.wiring import Wiring
from devstack.valkey import ValkeyServer
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.hands import batch_ids, work_off

KEY = "AIzaSyKnownSettings{:02d}000000000000000000"
System = Callable[..., Wiring]


@pytest.fixture
def system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str, valkey: ValkeyServer,
    emulator_server: EmulatorServer, emulator: Control,
) -> System:  # fmt: skip
    """The system of an environment, started as its processes start: settings read, keys of the environment adopted."""
    monkeypatch.chdir(tmp_path)
    known = {
        "DATABASE_URL": database_url.replace("postgresql://", "postgres://"),
        "REDIS_URL": valkey.url,
        "SECRET_KEY": "made by openssl rand -hex 32",
        "YOUTUBE_API_KEY_1": KEY.format(1),
        "YOUTUBE_API_URL": emulator_server.url,
        "API_RATE_LIMIT_DELAY": "0",
    }

    def make(**more: str) -> Wiring:
        for name, value in {**known, **more}.items():
            monkeypatch.setenv(name, value)
        wiring = Wiring(load_settings())
        wiring.keys.adopt_environment(environment_keys())
        return wiring

    assert emulator
    return make


def api_of(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def run(wiring: Wiring, path: str, **body: object) -> str:
    """Ask for a job and work it off; its id."""
    answer = api_of(wiring).post(path, json=body)
    assert answer.status_code == 202, answer.text
    [job] = wiring.jobs.listed(status=None, before=None, limit=1)
    assert work_off(wiring, job).status == "completed"
    return str(job.id)


def with_channels(wiring: Wiring, emulator: Control, count: int) -> list[str]:
    ids = list(emulator.channel_ids(count=count))
    run(wiring, "/api/bulk-add-channels", channels=[{"channel_id": one} for one in ids], source="manual_addition")
    return ids


@pytest.mark.parametrize(("size", "batches"), [("50", 3), ("5000", 1), ("10000", 1)])
def test_default_batch_size(system: System, emulator: Control, size: str, batches: int) -> None:
    wiring = system(DEFAULT_BATCH_SIZE=size)
    with_channels(wiring, emulator, 120)
    job_id = run(wiring, "/api/batch-metadata")
    assert api_of(wiring).get(f"/api/jobs/{job_id}").json["params"]["batch_size"] == int(size)  # type: ignore[index]
    assert len(batch_ids(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0].id)) == batches


def test_a_batch_size_beyond_ten_thousand_is_refused(system: System) -> None:
    with pytest.raises(SettingsError, match=r"DEFAULT_BATCH_SIZE .*less than or equal to 10000"):
        system(DEFAULT_BATCH_SIZE="10001")


@pytest.mark.parametrize("most", [2, 50])
def test_max_videos_per_channel(system: System, emulator: Control, most: int) -> None:
    wiring = system(MAX_VIDEOS_PER_CHANNEL=str(most))
    ids = with_channels(wiring, emulator, 20)
    run(wiring, "/api/batch-metadata")
    run(wiring, "/api/batch-videos")
    api = api_of(wiring)
    counts = [len(api.get(f"/api/channels/{one}/videos?limit=100").json.get("videos", [])) for one in ids]  # type: ignore[union-attr]
    assert max(counts) == most


@pytest.mark.alone
def test_api_rate_limit_delay(system: System, emulator: Control) -> None:
    """Three calls with one key are two delays apart at least."""
    wiring = system(API_RATE_LIMIT_DELAY="0.5")
    with_channels(wiring, emulator, 150)
    began = time.monotonic()
    run(wiring, "/api/batch-metadata")
    assert time.monotonic() - began >= 1.0


def test_ten_keys(system: System) -> None:
    more = {f"YOUTUBE_API_KEY_{n}": KEY.format(n) for n in range(1, 11)}
    told = api_of(system(**more)).get("/api/api-keys")
    keys = told.json["api_keys"]  # type: ignore[index]
    assert [key["key_name"] for key in keys] == [f"key-{n}" for n in range(1, 11)]
    assert all(key["is_active"] for key in keys)
    assert not any(key in told.text for key in more.values()), "masked"


def test_environment(system: System) -> None:
    assert api_of(system(ENVIRONMENT="development")).get("/api/system-status").json["environment"] == "development"  # type: ignore[index]
    answer = api_of(system(ENVIRONMENT="production")).get("/api/system-status")
    assert answer.status_code == 401 or answer.json["environment"] == "production"  # type: ignore[index]
    with pytest.raises(SettingsError, match="CLOCK_FILE is for rehearsals"):
        system(ENVIRONMENT="production", CLOCK_FILE="clock")


def test_redis_url_and_database_url_with_the_old_name(system: System, valkey: ValkeyServer) -> None:
    """`postgres://` is what Heroku and others write."""
    api = api_of(system(REDIS_URL=valkey.url.removesuffix("/0") + "/3"))
    assert api.get("/health").json["status"] == "ready"  # type: ignore[index]
    assert api.get("/api/redis-test").json["status"] == "ok"  # type: ignore[index]


def test_another_broker_leaves_progress_where_it_was(system: System, valkey: ValkeyServer) -> None:
    wiring = system(CELERY_BROKER_URL="amqp://guest:guest@127.0.0.1:1//")
    assert wiring.settings.broker_url() == "amqp://guest:guest@127.0.0.1:1//"
    assert wiring.settings.redis_address() == valkey.url
    assert api_of(wiring).get("/api/redis-test").json["status"] == "ok"  # type: ignore[index]
    with pytest.raises(SettingsError, match="CELERY_BROKER_URL must begin with one of amqp://"):
        system(CELERY_BROKER_URL="sqs://somewhere")
