"""A YouTube that answers with what was recorded from the real one, byte for byte."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest


def recorded(method: str) -> list[Path]:
    """Every recorded real answer of a method; skips the test where they are not at hand."""
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    return sorted((Path(root) / "recorded" / method).glob("*.json"))


class Replay(ThreadingHTTPServer):
    """Answers each method with what it was given, byte for byte."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.bodies: dict[str, bytes] = {}


class _Answer(BaseHTTPRequestHandler):
    server: Replay

    def do_GET(self) -> None:
        body = self.server.bodies[urlsplit(self.path).path.rpartition("/")[2]]
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Say nothing."""


@contextmanager
def replaying() -> Iterator[Replay]:
    """A server that answers while it is open."""
    with Replay() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
