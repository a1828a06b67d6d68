"""The system as it runs for people: PostgreSQL that survives a crash, Valkey, emulators, and Celery workers."""

import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from pydantic import SecretStr
from sqlalchemy import text

from app.catalog.ids import channel_key
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.jobs.model import Job
from app.jobs.states import ENDED, Status
from app.logs import set_up_logs
from app.migrator import migrate
from app.wiring import Wiring
from bench.meters import cpu_seconds, postgres_of
from bench.processes import start_worker, wait_for, wiring_of
from bench.serving import emulator_process
from bench.system import KEY, calls_by_method
from devstack.postgres import PostgresServer
from devstack.process import stop
from devstack.valkey import ValkeyServer, temporary_valkey
from emulator.control import Control

EMULATORS = 2
"""One process answers as many calls as a core allows; workers are spread over them."""
_TABLES = """truncate channels, channel_snapshots, channel_changes, videos, video_snapshots, video_changes,
    upload_listings, processing_jobs cascade"""
_PATIENCE = 1_800.0


@dataclass(frozen=True)
class Plant:
    """All servers, and a system that talks to them. Workers come and go."""

    wiring: Wiring
    postgres: PostgresServer
    valkey: ValkeyServer
    emulators: Sequence[Control]
    urls: Sequence[str]
    environment: dict[str, str]
    folder: Path

    @contextmanager
    def workers(self, number: int) -> Iterator[list[psutil.Process]]:
        """So many Celery workers of two processes each, spread over the emulators."""
        with ExitStack() as opened:
            yield [opened.enter_context(self._worker(place)) for place in range(number)]

    @contextmanager
    def _worker(self, place: int) -> Iterator[psutil.Process]:
        environment = {**self.environment, "YOUTUBE_API_URL": self.urls[place % len(self.urls)]}
        process = start_worker(f"bench{place}", environment, self.folder / f"worker-{place}.log")
        try:
            yield psutil.Process(process.pid)
        finally:
            stop(process, signal.SIGTERM, patience=30)

    def set_latency(self, milliseconds: float) -> None:
        """How far away YouTube is."""
        for control in self.emulators:
            control.set_latency(milliseconds)

    def calls(self) -> int:
        """Calls that all emulators have counted."""
        return sum(calls_by_method(control).total() for control in self.emulators)

    def empty(self) -> None:
        """A catalogue that knows nobody."""
        with self.wiring.db.begin() as tx:
            tx.execute(text(_TABLES))

    def know(self, ids: Sequence[str]) -> None:
        """A catalogue of these channels, of which nothing is known but the id; tidied as it would be by tomorrow."""
        self.empty()
        with self.wiring.db.begin() as tx:
            self.wiring.catalog.save_imports(tx, ImportRows(ImportRow(channel_key(one)) for one in ids), "bench")
        self.settle()

    def settle(self) -> None:
        """What autovacuum and the checkpointer would have done by tomorrow."""
        with psycopg.connect(self.postgres.url("bench"), autocommit=True) as connection:
            connection.execute("vacuum analyze")
            connection.execute("checkpoint")

    def wait(self, job: Job) -> Job:
        """The job when it has ended. RuntimeError when it did not complete."""
        wait_for(lambda: self.wiring.jobs.read(job.id).status in ENDED, _PATIENCE, f"the job {job.id} to end")
        job = self.wiring.jobs.read(job.id)
        if job.status is not Status.COMPLETED:
            raise RuntimeError(f"the job is {job.status}: {job.why or job.error_message}")
        return job

    def postgres_cpu(self) -> float:
        """Seconds of CPU that the server and its backends have used."""
        return cpu_seconds(postgres_of(self.wiring))


@contextmanager
def make_plant(seed: int, emulators: int = EMULATORS, **settings: str) -> Iterator[Plant]:
    """Everything but the workers, of which nothing is left afterwards. `settings` are variables of the environment."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="tributary-bench-")))
        postgres = opened.enter_context(PostgresServer(folder / "pg"))
        valkey = opened.enter_context(temporary_valkey())
        options = ("--seed", str(seed), "--remembered", "1000000", "--speed", "0")
        urls = [opened.enter_context(emulator_process(*options)).url for _ in range(emulators)]
        controls = [opened.enter_context(Control(url)) for url in urls]
        now = controls[0].clock().now
        for control in controls:  # they stand still at the same moment, and so tell the same
            control.set_clock(now)
        postgres.ensure_database("bench")
        environment = {
            "DATABASE_URL": postgres.url("bench"),
            "REDIS_URL": valkey.url,
            "SECRET_KEY": "the secret key of a benchmark",
            "YOUTUBE_API_URL": urls[0],
            "API_RATE_LIMIT_DELAY": "0",
            "YOUTUBE_QUOTA": '{"default": 1000000000}',
            "IMPORT_ROOT": str(folder),
            "LOG_LEVEL": "ERROR",
            **settings,
        }
        wiring = opened.enter_context(_wiring(environment))
        yield Plant(wiring, postgres, valkey, controls, urls, environment, folder)


@contextmanager
def _wiring(environment: dict[str, str]) -> Iterator[Wiring]:
    wiring = wiring_of(environment)
    set_up_logs(wiring.settings)
    migrate(wiring.db)
    with wiring.db.begin() as tx:
        tx.execute(text("delete from schedules"))
    wiring.keys.add("bench", SecretStr(KEY), "bench")
    yield wiring
    wiring.close()
