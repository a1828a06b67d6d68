"""A server that speaks HTTP as badly as each test wants."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket
from urllib.parse import parse_qs, urlsplit

Reply = Callable[[socket], bool]
"""Answers one request on the socket; True keeps the connection open."""


def http(body: bytes = b'{"items": []}', status: str = "200 OK", **headers: str) -> bytes:
    named = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: str
    connection: int


@dataclass
class Server:
    """Records what it receives and answers as `reply` says."""

    url: str = ""
    requests: list[Received] = field(default_factory=list)
    reply: Reply = field(init=False)
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released each time a connection has ended."""

    def __post_init__(self) -> None:
        self.answer(http())

    def answer(self, reply: bytes) -> None:
        self.reply = lambda sock: _sent(sock, reply)

    def answer_and_hang_up(self, reply: bytes) -> None:
        self.reply = lambda sock: not _sent(sock, reply)


def _sent(sock: socket, reply: bytes) -> bool:
    sock.sendall(reply)
    return True


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        asked: Server = self.server.asked  # type: ignore[attr-defined]  # set where the server is made
        while line := self.rfile.readline().decode():
            method, target, _ = line.split()
            headers = dict(self._headers())
            body = self.rfile.read(int(headers.get("content-length", 0))).decode()
            url = urlsplit(target)
            query = parse_qs(url.query or body)
            asked.requests.append(Received(method, url.path, query, headers, body, self.client_address[1]))
            if not asked.reply(self.connection):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        self.server.asked.closed.release()  # type: ignore[attr-defined]  # as above

    def _headers(self) -> Iterator[tuple[str, str]]:
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(":")
            yield name.lower(), value.strip()


class QuietServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up in the middle is what some tests are about."""


@contextmanager
def listening() -> Iterator[Server]:
    asked = Server()
    with QuietServer(("127.0.0.1", 0), Handler) as sockets:
        sockets.asked = asked  # type: ignore[attr-defined]  # read by the handler
        asked.url = f"http://127.0.0.1:{sockets.server_address[1]}"
        threading.Thread(target=sockets.serve_forever, args=(0.01,), daemon=True).start()
        yield asked
        sockets.shutdown()
