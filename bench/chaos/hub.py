"""A hub that accepts every request of the push, verifies none, and remembers of which channels it has heard."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from bench.chaos.proxy import HOST


class Hub(ThreadingHTTPServer):
    """A server; `topics` are those that it was asked about."""

    request_queue_size = 128
    """Workers ask eight at a time; the usual five that may wait are turned away where the machine is busy."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Request)
        self.topics: set[str] = set()

    @property
    def url(self) -> str:
        """Where it takes requests."""
        return f"http://{HOST}:{self.server_port}"


class _Request(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.topics.update(form["hub.topic"])
        self.send_response(HTTPStatus.ACCEPTED)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def listening_hub() -> Iterator[Hub]:
    """It answers until the context is left."""
    with Hub() as hub:
        threading.Thread(target=hub.serve_forever, args=(0.05,), daemon=True).start()
        yield hub
        hub.shutdown()
