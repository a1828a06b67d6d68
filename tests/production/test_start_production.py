"""start_production.sh: what it refuses, what it keeps running, and what it leaves behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
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

ENDED = "completed"

MakeServer = Callable[..., Server]


def run(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "TRIBUTARY_VENV": VENV, **environment}
    return subprocess.run([script, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The script and the application in a folder of their own, where a .env can be put."""
    shutil.copy(SCRIPT, tmp_path)
    for name in ("app", "discovery", "workers", "sql"):
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


def test_a_check_reads_the_env_file_and_asks_the_servers(checkout: Path, make_server: MakeServer) -> None:
    servers = {name: make_server().environment[name] for name in ("DATABASE_URL", "REDIS_URL")}
    script = checkout / SCRIPT.name
    assert run(script, "--check").returncode == 1
    settings = {**GOOD, **servers}
    (checkout / ".env").write_text("".join(f'export {name}="{value}" # why\n' for name, value in settings.items()))
    said = run(script, "--check").stderr
    assert re.fullmatch(r"The settings are complete\. PostgreSQL 1\d[\d.]* and Redis [\d.]+ answer\.\n", said)
    assert run(script, "--check", SECRET_KEY="short").returncode == 1
    assert "error: the database does not answer" in run(script, "--check", DATABASE_URL=GOOD["DATABASE_URL"]).stderr
    away = run(script, "--check", REDIS_URL="redis://:hush@127.0.0.1:1")
    assert "error: Redis does not answer (ConnectionError)\n  start Redis, or mend REDIS_URL" in away.stderr
    assert "hush" not in away.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("migration,default metadata,videos", "leaves nobody to work on: discovery"),
        ("migration,default,metadata,videos,discovery,tasks", "names queues that do not exist: tasks"),
        ("migration,default,discovery metadata,videos:none", "'none' is no number of processes"),
    ],
)
def test_workers_that_would_leave_work_undone_are_refused(checkout: Path, words: str, told: str) -> None:
    refused = run(checkout / SCRIPT.name, "--check", **GOOD, WORKER_QUEUES=words)
    assert refused.returncode == 1
    assert told in refused.stderr


def test_workers_share_the_processes(make_server: MakeServer) -> None:
    plans = {
        "5 migration,default metadata,videos,discovery": "migration,default 2\nmetadata,videos,discovery 3\n",
        "1 migration,default metadata,videos,discovery": "migration,default 1\nmetadata,videos,discovery 1\n",
        "4 migration,default metadata,videos:8 discovery": "migration,default 2\nmetadata,videos 8\ndiscovery 2\n",
    }
    for words, plan in plans.items():
        processes, _, queues = words.partition(" ")
        environment = {**make_server().environment, "CELERY_CONCURRENCY": processes}
        command = [sys.executable, "-m", "app", "preflight", "--workers", queues]
        told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert told.stdout == plan


def test_a_python_without_the_packages_is_told_with_the_way_to_get_them(tmp_path: Path) -> None:
    result = run(SCRIPT, "--check", **GOOD, TRIBUTARY_VENV=str(tmp_path))
    assert result.returncode == 1
    assert "pip install --require-hashes -r requirements.txt" in result.stderr
    assert run(SCRIPT, "--chek", **GOOD).stderr.startswith("Usage:")


def test_nothing_starts_on_a_database_that_is_away(make_server: MakeServer) -> None:
    server = make_server(DATABASE_URL="postgresql://u:hush@127.0.0.1:1/d", TRIBUTARY_VENV=VENV)
    result = subprocess.run([SCRIPT], env=server.environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "start PostgreSQL, or mend DATABASE_URL\nNothing was started." in result.stderr
    assert "hush" not in result.stdout + result.stderr
    assert not server.processes()


@pytest.mark.stack
def test_it_comes_up_heals_and_leaves_nothing_behind(
    make_server: MakeServer, empty_database: str, tmp_path: Path
) -> None:
    server = make_server(LOG_DIR=str(tmp_path / "logs"), WATCH_SECONDS="5", TMPDIR=str(tmp_path))
    script, said = start(server, tmp_path)
    assert server.running("celery", "beat")
    [imports] = server.running("celery", "worker", "migration,default")[:1]
    [others] = server.running("celery", "worker", "metadata,videos,discovery")[:1]

    others.kill()
    wait_until(lambda: "worker-2 ended with status 137; it is started again in 1 s" in log(tmp_path, "worker-2"))
    wait_until(lambda: runs_anew(server, others, "metadata,videos,discovery"), 30)

    imports.suspend()
    long_ago = time.time() - 200
    [pid_file] = tmp_path.glob("*/worker-1.pid")
    os.utime(pid_file, (long_ago, long_ago))
    with psycopg.connect(empty_database) as connection:
        connection.execute("update worker_ticks set ticked_at = ticked_at - interval '200 seconds'")
    wait_until(lambda: "this worker said nothing for 120 s and was ended" in said.read_text(), 60)
    wait_until(lambda: runs_anew(server, imports, "migration,default"), 30)
    wait_until(server.serves, 60)

    script.send_signal(signal.SIGTERM)
    assert script.wait(60) == 0, said.read_text()
    assert server.processes() == []
    assert said.read_text().endswith("Stopped.\n")
    assert "Traceback" not in "".join(log(tmp_path, name) for name in ("api", "beat"))


@pytest.mark.stack
def test_a_stop_in_the_middle_of_a_job_takes_as_long_as_a_call_and_loses_nothing(
    make_server: MakeServer, emulator: Control, empty_database: str, tmp_path: Path
) -> None:
    emulator.set_latency(1_000)
    ids = emulator.channel_ids(count=3_000)
    server = make_server(DEFAULT_BATCH_SIZE="1000", CALLS_IN_FLIGHT="1")
    script, _ = start(server, tmp_path)
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

        assert server.processes() == []
        assert one(look, "select count(*) from job_batches where state = 'running'") == 0
        assert one(look, "select max(attempts) from job_batches where state = 'ready'") == 0
        assert one(look, "select count(*) from channels where not metadata_fetched")

        emulator.set_latency(0)
        script, _ = start(server, tmp_path)
        wait_until(lambda: one(look, "select status from processing_jobs where job_type = 'metadata'") == ENDED, 60)
        script.send_signal(signal.SIGTERM)
        assert script.wait(20) == 0

        assert one(look, "select count(*) from channels where metadata_fetched") == len(ids)
        assert one(look, "select processed_items from processing_jobs where job_type = 'metadata'") == len(ids)
        spent = emulator.counters().used()
        assert one(look, "select units_used from processing_jobs where job_type = 'metadata'") == spent == len(ids) / 50
        assert one(look, "select sum(used) from quota_days") == spent


def start(server: Server, folder: Path) -> tuple["subprocess.Popen[bytes]", Path]:
    """The script, when everything is up; and what it says."""
    said = folder / "said"
    environment = {**server.environment, "TRIBUTARY_VENV": VENV, "BIND": f"127.0.0.1:{server.port}"}
    with said.open("w") as output:
        script = subprocess.Popen([SCRIPT], env=environment, stdout=output, stderr=output)
    wait_until(server.serves, 120)
    return script, said


def runs_anew(server: Server, ended: psutil.Process, queues: str) -> bool:
    """Another process than this one works on the queues; the children of one that was killed end by themselves."""
    found = {process.pid for process in server.running("celery", "worker", queues)}
    return bool(found) and ended.pid not in found


def log(folder: Path, name: str) -> str:
    return (folder / "logs" / f"{name}.log").read_text()


def post(server: Server, path: str, body: object) -> None:
    httpx.post(server.url + path, json=body, headers=server.token, trust_env=False, timeout=30).raise_for_status()


def one(look: psycopg.Connection, statement: str) -> object:
    [[value]] = look.execute(statement)
    return value
