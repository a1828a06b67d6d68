"""Upstash's REST API as its documentation has it, in front of a real Redis: `/`, `/pipeline`, `/multi-exec`.

A command is a JSON array, a pipeline an array of these; the answer is {"result": ...} or {"error": ...}, for each.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import redis
from redis.connection import AbstractConnection
from redis.exceptions import ResponseError

TOKEN = "the-token-of-a-test"
Command = list[Any]
Answer = bytes | int | list[Any] | ResponseError | None


class RestDouble(ThreadingHTTPServer):
    """Answers in threads; remembers the commands and headers of each request."""

    daemon_threads = True

    def __init__(self, redis_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pool = redis.ConnectionPool.from_url(redis_url, protocol=2)
        self.requests: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answering = threading.Event()
        self.answering.set()
        self.ended = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of requests that were under way when the double ended."""
        if not self.ended:
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # theirs

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def carry_out(self, commands: list[Command], *, atomic: bool = False) -> list[Answer]:
        """The raw answer to each command; errors as values."""
        framed = [["MULTI"], *commands, ["EXEC"]] if atomic else commands
        connection = self.pool.get_connection()
        try:
            answers = [_answer(connection, command) for command in framed]
        finally:
            self.pool.release(connection)
        return answers[-1] if atomic and isinstance(answers[-1], list) else answers[-len(commands) :]


def _answer(connection: AbstractConnection, command: Command) -> Answer:
    connection.send_command(*command)  # type: ignore[no-untyped-call]  # theirs
    try:
        answer: Answer = connection.read_response()
    except ResponseError as error:
        return error
    return answer


class _Handler(BaseHTTPRequestHandler):
    server: RestDouble
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, sent))
        self.server.headers.append(dict(self.headers))
        self.server.answering.wait()
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401, {"error": "WRONGPASS invalid or missing auth token"})
        elif self.path in {"/pipeline", "/multi-exec"}:
            answers = self.server.carry_out(sent, atomic=self.path == "/multi-exec")
            self._say(200, [self._told(answer) for answer in answers])
        else:
            told = self._told(self.server.carry_out([sent])[0])
            self._say(400 if "error" in told else 200, told)

    def _told(self, answer: Answer) -> dict[str, Any]:
        if isinstance(answer, ResponseError):
            return {"error": str(answer)}
        return {"result": _text(answer, encoded=self.headers["Upstash-Encoding"] == "base64")}

    def _say(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _text(answer: Answer, *, encoded: bool) -> object:
    if isinstance(answer, list):
        return [_text(one, encoded=encoded) for one in answer]
    if not isinstance(answer, bytes):
        return answer
    # OK is never encoded: clients look for it as it is.
    return base64.b64encode(answer).decode() if encoded and answer != b"OK" else answer.decode()


@contextmanager
def rest_double(redis_url: str) -> Iterator[RestDouble]:
    """Serve until the end of the block."""
    server = RestDouble(redis_url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="upstash")
    thread.start()
    try:
        yield server
    finally:
        server.ended = True
        server.answering.set()
        server.shutdown()
        thread.join()
        server.server_close()
        server.pool.disconnect()
