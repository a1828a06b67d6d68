"""One round's system: a fresh database, workers that reach their servers through lines, and a look from outside."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import redis

from app.migrator import migrate
from app.wiring import Wiring
from bench.chaos.hub import listening_hub
from bench.chaos.proxy import HOST, Proxy
from bench.chaos.servers import Servers
from bench.chaos.workloads import Workload, end_schedules, pause_jobs, this_noon, write_file
from bench.processes import Process, kill_worker, start_worker, wait_for, wiring_of

TEMPLATE, DATABASE = "chaos_template", "chaos"
ENDED = ("completed", "failed", "cancelled")
_KEY = "AIzaSyChaosChaosChaosChaosChaosChaos001"


@dataclass(frozen=True)
class Size:
    """How large a round is, the latency of the emulator, and the settings that differ from the defaults."""

    channels: int
    jobs: int
    latency_ms: int
    settings: dict[str, str]
    patience: float
    """Seconds in which a job that was disturbed has to end."""


class Lines(NamedTuple):
    """The ways of one worker."""

    postgres: Proxy
    redis: Proxy
    youtube: Proxy


class Scene:
    """A context: entering it makes the database and starts two workers, leaving it kills them."""

    def __init__(self, servers: Servers, size: Size) -> None:
        self.servers = servers
        self.size = size
        self.noon = this_noon()
        self.instants = [self.noon]
        """Where the emulator's clock has stood."""
        self.moved = False
        """Whether a fault has moved it."""
        self.workers: list[Process] = []
        self._opened = ExitStack()
        self._connection: psycopg.Connection[Any] | None = None
        self._log = servers.folder / "worker.log"
        self.environment = {
            "DATABASE_URL": servers.postgres.url(DATABASE),
            "REDIS_URL": servers.valkey.url,
            "SECRET_KEY": "the secret key of the chaos bench",
            "YOUTUBE_API_URL": servers.emulator_url,
            "IMPORT_ROOT": str(servers.folder),
            "CLOCK_FILE": str(servers.folder / "clock"),
            "CHAOS_FOLDER": str(servers.folder),
            "YOUTUBE_API_KEY_1": _KEY,
            **size.settings,
        }

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._log.unlink(missing_ok=True)
            self.servers.drop_database(DATABASE)
            self.servers.create_database(DATABASE, TEMPLATE)
            self.redis.flushall()
            self.servers.emulator.reset()
            self.servers.emulator.set_latency(self.size.latency_ms)
            self.set_clocks(self.noon)
            self.hub = opened.enter_context(listening_hub())
            self._lines = [opened.enter_context(_Lines(self.servers)) for _ in range(2)]
            opened.callback(self._close)
            self.workers += [self._start(number) for number in range(2)]
            wait_for(lambda: self.said(" ready.") > 1, 60, "the workers to be ready")
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    # -- the system as a person sees it

    @cached_property
    def wiring(self) -> Wiring:
        """The system as this process sees it, on no line that can be cut."""
        return wiring_of({**self.environment, "PUSH_CALLBACK_URL": self.hub.url})

    @cached_property
    def redis(self) -> "redis.Redis":
        """A way to Redis."""
        return redis.Redis.from_url(self.servers.valkey.url)

    def ask(self, workload: Workload) -> UUID:
        """Ask for a job, on its day."""
        if workload.days_later:
            self.set_clocks(self._now() + timedelta(days=workload.days_later))
        return workload.ask(self.wiring)

    def job(self, job_id: UUID) -> tuple[str, int] | None:
        """State and processed items of a job; None when PostgreSQL cannot be asked at this moment."""
        rows = self.query("select status, processed_items from processing_jobs where id = %s", job_id)
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]] | None:
        """Rows, over a connection that stays open; None when PostgreSQL cannot be asked at this moment."""
        try:
            if self._connection is None:
                url = self.servers.postgres.url(DATABASE)
                self._connection = psycopg.connect(url, autocommit=True, connect_timeout=2)
            return self._connection.execute(statement, values).fetchall()
        except psycopg.OperationalError:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None

    def said(self, words: str) -> int:
        """How often the workers have said this in their log."""
        return self._log.read_text(errors="replace").count(words)

    # -- what is broken and healed

    def has_ended(self, job_id: UUID) -> bool:
        """Whether the job stands in a state that it does not leave."""
        seen = self.job(job_id)
        return seen is not None and seen[0] in ENDED

    def lines(self) -> list[Lines]:
        """The lines of each worker."""
        return [Lines(*lines.proxies) for lines in self._lines]

    def replace(self, number: int) -> None:
        """Kill a worker with all its processes, and start another, as a supervisor does."""
        with suppress(ProcessLookupError):
            kill_worker(self.workers[number])
        self.workers[number] = self._start(number)

    def set_clocks(self, now: datetime) -> None:
        """The emulator's clock and that of the workers show this instant."""
        self.servers.emulator.set_clock(now)
        if now not in self.instants:
            self.instants.append(now)
        self._shift(now)

    def jump(self, hours: float) -> None:
        """Both clocks jump from where they are."""
        self.moved = True
        self.set_clocks(self._now() + timedelta(hours=hours))

    def _now(self) -> datetime:
        return self.servers.emulator.clock().now

    def _shift(self, now: datetime) -> None:
        fresh = self.servers.folder / "clock.new"
        fresh.write_text(str((now - datetime.now(UTC)).total_seconds()))
        fresh.rename(self.servers.folder / "clock")

    def _start(self, number: int) -> Process:
        lines = self._lines[number].proxies
        ways = zip(("DATABASE_URL", "REDIS_URL", "YOUTUBE_API_URL"), lines, strict=True)
        through = {name: _through(self.environment[name], proxy.port) for name, proxy in ways}
        name, app = f"w{number}", "bench.chaos.crashing_worker"
        return start_worker(name, {**self.environment, **through, "CHAOS_HUB": self.hub.url}, self._log, app)

    def _close(self) -> None:
        for worker in self.workers:
            with suppress(ProcessLookupError):
                kill_worker(worker)
        if self._connection is not None:
            self._connection.close()
        if "wiring" in self.__dict__:
            self.wiring.close()
        self.redis.close()


class _Lines(ExitStack):
    """Three proxies, closed together."""

    def __init__(self, servers: Servers) -> None:
        super().__init__()
        targets = (servers.postgres.port, servers.valkey.port, urlsplit(servers.emulator_url).port or 0)
        self.proxies = [self.enter_context(Proxy(target)) for target in targets]


def prepare(servers: Servers, size: Size) -> None:
    """What all rounds begin with: the file to import, and a database with the schema and the jobs that stand still."""
    scene = Scene(servers, size)
    write_file(servers.folder, size.channels, scene.noon)
    servers.create_database(TEMPLATE)
    wiring = wiring_of({**scene.environment, "DATABASE_URL": servers.postgres.url(TEMPLATE)})
    migrate(wiring.db)
    end_schedules(wiring)
    pause_jobs(wiring, size.jobs)
    wiring.close()


def _through(url: str, port: int) -> str:
    """The same address behind another port."""
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{credentials}@{HOST}:{port}" if credentials else f"{HOST}:{port}").geturl()
