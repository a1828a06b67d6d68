"""A whole system of real processes: Celery workers that are killed, a Redis that forgets, a PostgreSQL that crashes.

Each test has servers of its own. After each, no log, table, Redis key, message or page may hold an API key.
"""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
import redis
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.db import Database
from app.jobs.model import Job
from app.migrator import migrate
from app.web import create_app
from app.wiring import Wiring
from bench.processes import Process, kill_worker, start_worker, wait_for, wiring_of
from devstack.postgres import PostgresServer, temporary_postgres
from devstack.valkey import ValkeyServer, temporary_valkey
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.api.shapes import NOBODY
from tests.attacks.doors import doors

CANARY = "AIzaSyCANARYcanary{}_0000000000000000"


@dataclass
class Stack:
    """The system, and handles to break it."""

    postgres: PostgresServer
    valkey: ValkeyServer
    emulator: Control
    emulator_url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    workers: list[Process] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    redis_seen: list[bytes] = field(default_factory=list)

    def configure(self, keys: int = 1, **more: str) -> None:
        """Set the environment of all processes, and make the schema."""
        self.keys = [CANARY.format(number) for number in range(1, keys + 1)]
        self.environment = {
            "DATABASE_URL": self.postgres.url("tributary"),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": "CANARY, the secret key of these tests",
            "YOUTUBE_API_URL": self.emulator_url,
            "IMPORT_ROOT": str(self.folder),
            "CLOCK_FILE": str(self.folder / "clock"),
            "API_RATE_LIMIT_DELAY": "0",
            "LEASE_SECONDS": "3",
            "KEEPER_SECONDS": "1",
            **{f"YOUTUBE_API_KEY_{number}": key for number, key in enumerate(self.keys, 1)},
            **more,
        }
        self.postgres.ensure_database("tributary")
        db = Database(self.postgres.url("tributary"), pooled=False)
        migrate(db)

    def wiring(self) -> Wiring:
        """The system as this process sees it."""
        wiring = wiring_of(self.environment)
        for number, key in enumerate(self.keys, 1):
            wiring.keys.add(f"key-{number}", SecretStr(key), f"project-{number}")
        return wiring

    def start_worker(self) -> Process:
        """One Celery worker of two processes, in a process group of its own."""
        number = len(self.workers)
        worker = start_worker(f"w{number}", self.environment, self.folder / f"worker-{number}.log")
        self.workers.append(worker)
        return worker

    def kill(self, worker: Process) -> None:
        """kill -9 of a worker and all its processes."""
        kill_worker(worker)

    def stop(self, worker: Process, seconds: float = 30) -> float:
        """SIGTERM; how long it took to end."""
        began = time.monotonic()
        os.kill(worker.pid, signal.SIGTERM)
        worker.wait(seconds)
        return time.monotonic() - began

    def units_of_emulator(self) -> dict[str, int]:
        """Units by project, as the other side counted them."""
        return {line.project: line.used for line in self.emulator.counters().units}

    def calls_that_left(self) -> int:
        """Calls of all kinds that reached the emulator."""
        return sum(line.calls for line in self.emulator.counters().calls)

    def look_at_redis(self) -> None:
        """Remember all that stands in Redis now: queues, unacknowledged messages, progress."""
        with redis.Redis.from_url(self.valkey.url) as client:
            for key in client.scan_iter():
                # It may be gone since the scan: keys of progress expire.
                self.redis_seen.append(bytes(key) + b" " + (client.dump(key) or b""))
                if client.type(key) == b"list":
                    self.redis_seen.extend(client.lrange(key, 0, -1))
                elif client.type(key) == b"hash":
                    self.redis_seen.extend(client.hgetall(key).values())
                elif client.type(key) == b"string":
                    self.redis_seen.append(client.get(key) or b"")

    def close(self) -> None:
        """End what still runs."""
        for worker in self.workers:
            if worker.poll() is None:
                self.kill(worker)


@dataclass
class Driver:
    """Asks the control API, and looks into the database."""

    wiring: Wiring
    api: FlaskClient

    def post(self, path: str, **body: Any) -> UUID:
        answer = self.api.post(path, json=body)
        assert answer.status_code == 202, answer.text
        return UUID(answer.json["id"])  # type: ignore[index]

    def job(self, job_id: UUID) -> Job:
        return self.wiring.jobs.read(job_id)

    def wait(self, job_id: UUID, status: str, seconds: float = 60) -> Job:
        wait_for(lambda: self.job(job_id).status == status, seconds, f"{self.job(job_id)} to be {status}")
        return self.job(job_id)

    def wait_until_half(self, job_id: UUID) -> Job:
        wait_for(lambda: self.job(job_id).processed_items >= self.job(job_id).expected_items / 2, 60, "half of it")  # type: ignore[operator]
        return self.job(job_id)

    def import_ids(self, ids: list[str]) -> Job:
        file = self.wiring.settings.import_root / "ids.csv"
        file.write_text("channel_id\n" + "\n".join(ids) + "\n")
        return self.wait(self.post("/api/migrate", source_type="csv", source_path="ids.csv"), "completed")


@pytest.fixture
def stack() -> Iterator[Stack]:
    with ExitStack() as opened:
        postgres = opened.enter_context(temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")))
        valkey = opened.enter_context(temporary_valkey())
        emulator_server = opened.enter_context(EmulatorServer())
        emulator = opened.enter_context(Control(emulator_server.url))
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="tributary-")))
        stack = Stack(postgres, valkey, emulator, emulator_server.url, folder)
        opened.callback(stack.close)
        yield stack
        _no_key_anywhere(stack)


@pytest.fixture
def drive(stack: Stack) -> Iterator[Callable[[], Driver]]:
    """Call it when the stack is configured."""
    made: list[Wiring] = []

    def driver() -> Driver:
        wiring = stack.wiring()
        made.append(wiring)
        return Driver(wiring, create_app(wiring).test_client())

    yield driver
    for wiring in made:
        wiring.close()


def _no_key_anywhere(stack: Stack) -> None:
    """The canary: keys are written nowhere but in the vault, and the other secrets nowhere at all."""
    stack.look_at_redis()
    passwords = [urlsplit(url).password or "" for url in (stack.postgres.url(), stack.valkey.url)]
    secrets = [b"CANARY", *(password.encode() for password in passwords)]
    assert all(len(secret) > 5 for secret in secrets)
    places = {"redis": b"\n".join(stack.redis_seen), **_tables(stack), **_pages(stack)}
    places |= {log.name: log.read_bytes() for log in stack.folder.glob("*.log")}
    assert len(places) > 15
    assert [name for name, content in places.items() if any(map(content.__contains__, secrets))] == []


# Not the temporary ones: after a crash of the server their files are gone.
_OUR_TABLES = "select oid::regclass::text from pg_class where relkind = 'r' and relpersistence = 'p' and oid > 16000"


def _tables(stack: Stack) -> dict[str, bytes]:
    with psycopg.connect(stack.postgres.url("tributary")) as connection:
        tables = connection.execute(_OUR_TABLES)
        content = {}
        for (table,) in tables.fetchall():
            with connection.cursor().copy(f"copy (select * from {table}) to stdout") as copy:  # noqa: S608 - our tables
                content[table] = b"".join(bytes(block) for block in copy)
    return content


def _pages(stack: Stack) -> dict[str, bytes]:
    """Everything that the API shows, of each job where it is about one."""
    app = create_app(stack.wiring())
    api = app.test_client()
    jobs = [job["id"] for job in api.get("/api/jobs?limit=50").get_json()["jobs"]]
    shown = [door for door in doors(app) if door.method == "GET" and not door.rule.endswith("/stream")]
    about = [door.path.replace(NOBODY, job) for job in jobs for door in shown if "<job_id>" in door.rule]
    return {path: api.get(path).data for path in [*(door.path for door in shown), *about]}
