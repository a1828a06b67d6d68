"""A connection to one host on which all that belongs to one call happens before one deadline.

http.client carries it. urllib3 costs 1.9 times the CPU for the same calls, and neither it nor httplib2 can bound the
time of slow headers; httplib2 also repeats a request by itself, and YouTube charges each.
"""

import io
import os
import select
import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from app.config import SettingsError
from app.youtube.errors import from_exception

_BUFFER = 64 * 2**10


class Connection:
    """Opens when it is needed, and again after the other side has hung up. Not for two threads at once."""

    def __init__(self, http: HTTPConnection, trusted: ssl.SSLContext | None) -> None:
        """To the host of `http`, by TLS with whom `trusted` vouches for, or without TLS."""
        self.pid = os.getpid()
        """The process it belongs to: two cannot share one."""
        self._http = http
        self._trusted = trusted

    def ask(self, method: str, target: str, body: str | None, headers: dict[str, str], deadline: float) -> HTTPResponse:
        """Send once; the answer's head, whose body is read before the same deadline (of `time.monotonic`)."""
        self._reached(deadline).deadline = deadline
        self._http.request(method, target, body, headers)
        return self._http.getresponse()

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def _reached(self, deadline: float) -> "_Line":
        """The open line; what goes wrong before there is one has cost nothing."""
        line = self._http.sock
        if isinstance(line, _Line):
            if not line.is_readable():
                return line
            self._http.close()  # something to read before anything was asked: the other side has hung up meanwhile
        try:
            line = _Line(_opened(self._http.host, self._http.port, self._trusted, deadline))
        except (OSError, UnicodeError) as exc:
            raise from_exception(exc, sent=False) from exc
        self._http.sock = line  # http.client asks no more of it than this
        return line


class _Line:
    """An open socket, as far as http.client uses it, on which sending and receiving share one deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.deadline = 0.0

    def is_readable(self) -> bool:
        waiting = select.poll()
        waiting.register(self._sock, select.POLLIN)
        return bool(waiting.poll(0))

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self.deadline))
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._sock, self.deadline), _BUFFER)

    def close(self) -> None:
        self._sock.close()


class _Incoming(io.RawIOBase):
    """What comes over a socket until the deadline; a socket's own time-out starts anew at each byte."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        # It keeps the socket open to the end of an answer after which one of the sides hangs up.
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int | None:  # type: ignore[override]  # what a BufferedReader gives
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def dialler(api_url: str) -> Callable[[], Connection]:
    """What makes connections to the host of an address; by TLS, it checks the certificate and the name in it."""
    try:
        at = urlsplit(api_url)
        host, port = at.hostname, at.port
    except ValueError:
        host = None
    if not host or at.scheme not in {"http", "https"} or " " in api_url or not api_url.isprintable():
        raise SettingsError(f"YOUTUBE_API_URL is {api_url!r}, which is no address", hint="write it as https://host")
    if at.scheme == "http":
        return lambda: Connection(HTTPConnection(host, port), None)
    trusted = ssl.create_default_context()
    return lambda: Connection(HTTPSConnection(host, port, context=trusted), trusted)


def _opened(host: str, port: int, trusted: ssl.SSLContext | None, deadline: float) -> socket.socket:
    sock = _connected(host, port, deadline)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if trusted is None:
            return sock
        sock.settimeout(_left(deadline))
        return trusted.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    """To the first address that answers. Each has its share of the time left, so that a dead one leaves some."""
    last = OSError(f"{host} has no address")
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        try:
            share = _left(deadline) / (len(addresses) - tried)
            return _dialled(socket.socket(family, kind, protocol), address, share)
        except OSError as exc:
            last = exc
    raise last


def _dialled(sock: socket.socket, address: tuple[object, ...], timeout: float) -> socket.socket:
    try:
        sock.settimeout(timeout)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left
