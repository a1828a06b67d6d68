"""A PostgreSQL that lets us in and then says nothing: a machine that hangs, a firewall that swallows.

The network does not tell it from a query that takes its time: what was sent is acknowledged. Whoever has waited for two
seconds therefore asks the server for a sign of life on a connection of its own, and gives up when there is none. A slow
query goes on.
"""

import socket
import struct
import time
from collections.abc import Generator
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import errors

CONNECT_SECONDS = 3
_PATIENCE, _SIGN_SECONDS = 2.0, 1.0
# So long nobody else tries: a request of several transactions would wait for each.
_REST_SECONDS = 2.0
_INTERVAL = 0.1
# "Do you speak TLS?" Every server and every pooler answers with one byte, before it asks who is there.
_SIGN = struct.pack("!ii", 8, 80877103)


class Silence:
    """What is known of one server."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def holds(self) -> bool:
        """Whether the server kept silent a moment ago: it is not asked again yet."""
        return time.monotonic() < self._until

    def connect(self, *args: Any, **options: Any) -> psycopg.Connection[Any]:
        """Open a connection that notices silence. Raises psycopg.OperationalError."""
        if self.holds:  # noticed by another connection a moment ago, on behalf of the same request perhaps
            raise psycopg.OperationalError("the server kept silent a moment ago")
        try:
            found = Attentive.connect(*args, **options)
        except errors.ConnectionTimeout:
            self.begin()
            raise
        found.silence = self
        return found

    def begin(self) -> None:
        """The server was found silent."""
        self._until = time.monotonic() + _REST_SECONDS


class Attentive(psycopg.Connection[Any]):
    """A connection that gives up when its server has died without a word."""

    silence: Silence

    def wait(self, gen: Any, interval: float = _INTERVAL, timeout: float | None = None) -> Any:  # noqa: ANN401 - theirs
        """Wait for an answer as psycopg does. Raises psycopg.OperationalError, and is closed, when none will come."""
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401 - psycopg's, of whatever it is to find
        """The same steps. psycopg looks in every tenth of a second, ready or not."""
        doubt = time.monotonic() + _PATIENCE
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > doubt:
                    self._must_live()
                    doubt = time.monotonic() + _PATIENCE
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _must_live(self) -> None:
        if not gives_a_sign(self.info.hostaddr or self.info.host, self.info.port):
            self.silence.begin()
            self.close()
            raise psycopg.OperationalError("the server keeps silent")


def gives_a_sign(host: str, port: int) -> bool:
    """Whether a server answers there within a second. `host` may be the folder of a socket."""
    is_socket = host.startswith("/")
    with suppress(OSError), socket.socket(socket.AF_UNIX if is_socket else _family(host)) as asking:
        asking.settimeout(_SIGN_SECONDS)
        asking.connect(f"{host}/.s.PGSQL.{port}" if is_socket else (host, port))
        asking.sendall(_SIGN)
        return bool(asking.recv(1))
    return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
