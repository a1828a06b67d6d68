"""An application on gunicorn as it is started in production, and many who ask it at the same time."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from app.wiring import Wiring
from bench.processes import ROOT, wait_for
from devstack.process import Command, spawn, stop

OURS, HELLO = "app.web:create_app()", "hello:app"
_HELLO = """
from flask import Flask
app = Flask(__name__)
@app.route("/hello", methods=["GET", "POST"])
def hello():
    return {"hello": "world"}
"""
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
# As start_production.sh says.
_OPTIONS = ("--worker-class", "gthread", "--workers", "2", "--threads", "8")


def asked_of(url: str, requests: int, in_flight: int, method: str = "GET", body: object = None) -> list[float]:
    """How many seconds each answer took, with so many under way at once, each on a connection that stays open.

    A client that does little itself: a whole library takes more of the processor than what it asks. Raises
    RuntimeError for an answer of 500 and above.
    """
    where = urlsplit(url)
    sent = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {where.path}{'?' if where.query else ''}{where.query} HTTP/1.1\r\nHost: {where.netloc}\r\n"
    told = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
    request = f"{head}{told}\r\n".encode() + sent
    left = iter(range(requests))

    async def ask() -> list[float]:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        taken = []
        for _ in left:
            began = time.perf_counter()
            writer.write(request)
            await _answer(reader, url)
            taken.append(time.perf_counter() - began)
        writer.close()
        return taken

    async def ask_all() -> list[list[float]]:
        return await asyncio.gather(*(ask() for _ in range(in_flight)))

    return [seconds for part in asyncio.run(ask_all()) for seconds in part]


async def _answer(reader: asyncio.StreamReader, url: str) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    if int(head.split()[1]) >= 500:  # noqa: PLR2004 - the server's fault; 404 and 409 are answers
        raise RuntimeError(f"{url}: {body[:300]!r}")


@contextmanager
def served(app: str, wiring: Wiring, folder: str) -> Iterator[str]:
    """One gunicorn on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (Path(folder) / "hello.py").write_text(_HELLO)
    settings = wiring.settings
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join((str(ROOT), folder)),
    }
    argv = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *_OPTIONS, app]
    process = spawn(Command(argv, ROOT, environment, Path(folder) / f"{port}.log", death_signal=signal.SIGKILL))
    try:
        wait_for(lambda: _answers(port), 30, f"{app} to answer")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process, signal.SIGTERM, patience=10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/livez").status_code < 500  # noqa: PLR2004 - hello has no such route
    except httpx.HTTPError:
        return False
