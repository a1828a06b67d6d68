"""start_production.sh: what it refuses, what it keeps running, and what it leaves behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from devstack.programs import ROOT
from emulator.control import Control
from tests.devstack.waiting import wait_until
from tests.production.conftest import Server

SCRIPT = ROOT / "start_production.sh"
VENV = sys.prefix
GOOD = {
    "SECRET_KEY": "a secret key of the tests",
    "DATABASE_URL": "postgresql://u:hush@h/d",
    "REDIS_URL": "redis://:hush@h",
}

MakeServer = Callable[..., Server]


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "TRIBUTARY_VENV": VENV, **environment}
    return subprocess.run([script, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script and the application in a folder of their own, where a .env can be put."""
    shutil.copy(SCRIPT, tmp_path)
    for name in ("app", "workers", "sql"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set; make one with: python -c"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 16 characters; make one with: python -c"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"REDIS_URL": ""}, "set REDIS_URL, or UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN"),
        ({"REDIS_URL": "", "UPSTASH_REDIS_URL": "https://x.upstash.io"}, "UPSTASH_REDIS_REST_TOKEN"),
        ({"REDIS_URL": "https://x.upstash.io"}, "set UPSTASH_REDIS_URL and UPSTASH_REDIS_REST_TOKEN instead"),
        ({"CLOCK_FILE": "/a/clock"}, "CLOCK_FILE is for rehearsals"),
    ],
)
def test_a_bad_environment_is_refused_in_the_words_of_the_application(
    checkout: Path, changes: dict[str, str], words: str
) -> None:
    result = run(checkout / SCRIPT.name, **{**GOOD, **changes})
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "hush" not in result.stdout + result.stderr


def test_a_check_reads_the_env_file_as_the_application_does(checkout: Path) -> None:
    script = checkout / SCRIPT.name
    assert run(script, "--check").returncode == 1
    (checkout / ".env").write_text("".join(f'export {name}="{value}" # why\n' for name, value in GOOD.items()))
    assert run(script, "--check").stdout == "The settings are complete.\n"
    assert run(script, "--check", SECRET_KEY="short").returncode == 1


def test_a_python_without_the_packages_is_told_with_the_way_to_get_them(tmp_path: Path) -> None:
    result = run(SCRIPT, "--check", **GOOD, TRIBUTARY_VENV=str(tmp_path))
    assert result.returncode == 1
    assert "pip install --require-hashes -r requirements.txt" in result.stderr
    assert run(SCRIPT, "--chek", **GOOD).stderr.startswith("Usage:")


def test_nothing_starts_on_a_database_that_is_away(make_server: MakeServer) -> None:
    server = make_server(DATABASE_URL="postgresql://u:hush@127.0.0.1:1/d", TRIBUTARY_VENV=VENV)
    result = subprocess.run([SCRIPT], env=server.environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "see that the PostgreSQL of DATABASE_URL runs" in result.stderr
    assert "hush" not in result.stdout + result.stderr
    assert not server.processes()


@pytest.mark.stack
def test_it_comes_up_heals_and_leaves_nothing_behind(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server(TRIBUTARY_VENV=VENV, LOG_DIR=str(tmp_path / "logs"))
    server.environment["BIND"] = f"127.0.0.1:{server.port}"
    said = tmp_path / "said"
    with said.open("w") as output:
        script = subprocess.Popen([SCRIPT], env=server.environment, stdout=output, stderr=output)
    wait_until(server.serves, 60)
    assert server.running("celery", "beat")

    [worker, *_] = server.running("celery", "worker")
    worker.kill()
    wait_until(lambda: "worker ended with status 137; it is started again in 1 s" in log(tmp_path, "worker"))
    wait_until(lambda: any(process.pid != worker.pid for process in server.running("celery", "worker")), 30)
    wait_until(server.serves, 60)

    script.send_signal(signal.SIGTERM)
    assert script.wait(60) == 0, said.read_text()
    assert server.processes() == []
    assert said.read_text().endswith("Stopped.\n")
    assert "Traceback" not in "".join(log(tmp_path, name) for name in ("api", "beat"))


@pytest.mark.stack
def test_a_stop_in_the_middle_of_a_job_takes_as_long_as_a_call(
    make_server: MakeServer, emulator: Control, empty_database: str, tmp_path: Path
) -> None:
    emulator.set_latency(1_000)
    ids = emulator.channel_ids(count=3_000)
    server = make_server(TRIBUTARY_VENV=VENV, DEFAULT_BATCH_SIZE="1000", CALLS_IN_FLIGHT="1")
    server.environment["BIND"] = f"127.0.0.1:{server.port}"
    with (tmp_path / "said").open("w") as output:
        script = subprocess.Popen([SCRIPT], env=server.environment, stdout=output, stderr=output)
    wait_until(server.serves, 60)
    channels = [{"channel_id": channel_id} for channel_id in ids]
    post(server, "/api/bulk-add-channels", {"channels": channels})
    with psycopg.connect(empty_database, autocommit=True) as look:
        wait_until(lambda: one(look, "select count(*) from channels") == len(ids), 30)
        post(server, "/api/batch-metadata", {})
        wait_until(
            lambda: one(look, "select count(*) from job_batches where state = 'running' and settled <> '{}'"), 30
        )

        script.send_signal(signal.SIGTERM)
        assert script.wait(20) == 0

        assert one(look, "select count(*) from job_batches where state = 'running'") == 0
        assert one(look, "select max(attempts) from job_batches where state = 'ready'") == 0
        assert one(look, "select count(*) from channels where not metadata_fetched")
    assert server.processes() == []


def log(folder: Path, name: str) -> str:
    return (folder / "logs" / f"{name}.log").read_text()


def post(server: Server, path: str, body: object) -> None:
    httpx.post(server.url + path, json=body, headers=server.token, trust_env=False, timeout=30).raise_for_status()


def one(look: psycopg.Connection, statement: str) -> object:
    [[value]] = look.execute(statement)
    return value
