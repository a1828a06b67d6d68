"""PgBouncer between us and PostgreSQL, which gives every transaction whatever session is free."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from devstack.home import write_private
from devstack.ports import LOCALHOST
from devstack.postgres import PostgresServer
from devstack.server import EmbeddedServer
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.stack.conftest import Driver, Stack

PROGRAM = Path("/usr/sbin/pgbouncer")
pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not PROGRAM.exists(), reason="PgBouncer is not installed: apt-get install pgbouncer"),
]
_SETTINGS = """\
[databases]
* = host={host} port={upstream}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {users}
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
"""


class Pooler(EmbeddedServer):
    """Four sessions for everybody."""

    title = "PgBouncer"

    def __init__(self, data: Path, upstream: PostgresServer) -> None:
        super().__init__(data)
        self._upstream = upstream

    def url(self) -> str:
        return self._upstream.url("tributary").replace(f":{self._upstream.port}/", f":{self.port}/")

    def _prepare(self) -> None:
        """Nothing: its files name the port."""

    def _argv(self, port: int) -> list[str]:
        users, settings = self.home.folder / "users", self.home.folder / "pgbouncer.ini"
        write_private(users, f'"tributary" "{self._password}"\n')
        told = _SETTINGS.format(host=LOCALHOST, port=port, upstream=self._upstream.port, users=users)
        write_private(settings, told)
        for path in (users, settings):
            self.home.give(path)
        return [str(PROGRAM), str(settings)]

    def _answers(self, port: int) -> bool:
        try:
            psycopg.connect(f"postgresql://tributary:{self._password}@{LOCALHOST}:{port}/postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _password(self) -> str:
        return self._upstream.url().split("@")[0].rpartition(":")[2]


@contextmanager
def temporary_pooler(upstream: PostgresServer) -> Iterator[Pooler]:
    server = Pooler(Path(tempfile.mkdtemp(prefix="tributary-")), upstream)
    try:
        server.start()
        yield server
    finally:
        server.crash()
        server.remove()


@pytest.fixture
def pooled(stack: Stack) -> Iterator[Stack]:
    stack.configure(DEFAULT_BATCH_SIZE="50")
    with temporary_pooler(stack.postgres) as pooler:
        direct = stack.environment["DATABASE_URL"]
        stack.environment |= {"DATABASE_URL": pooler.url(), "DATABASE_POOLING": "transaction"}
        yield stack
        stack.close()
        stack.environment |= {"DATABASE_URL": direct, "DATABASE_POOLING": "session"}


def test_jobs_through_a_pooler(pooled: Stack, drive: Callable[[], Driver]) -> None:
    system = drive()
    pooled.start_worker()
    pooled.start_worker()
    system.import_ids(pooled.emulator.channel_ids(count=1_000))
    for path in ("/api/batch-metadata", "/api/batch-videos"):
        done = system.wait(system.post(path, total_limit=200), "completed", 120)
        assert (done.processed_items, done.failed) == (done.total_items, 0), path
    assert broken(system.wiring) == []
    assert system.api.get("/readyz").json["database"] == "ok"  # type: ignore[index]
    with psycopg.connect(pooled.postgres.url("tributary")) as connection:
        [sessions] = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchall()
    assert sessions[0] <= 4


@pytest.mark.usefixtures("pooled")
def test_what_is_set_for_a_session_is_set_for_each_transaction(drive: Callable[[], Driver]) -> None:
    asked = "select current_setting('timezone'), current_setting('lock_timeout'), "
    asked += "current_setting('idle_in_transaction_session_timeout'), current_setting('statement_timeout')"
    assert sql(drive().wiring, asked) == [("UTC", "10s", "15s", "2min")]
