"""Bodies whose size is told wrongly or not at all, as a real gunicorn gets them."""

import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.wiring import Wiring
from bench.gunicorn import OURS, served

pytestmark = pytest.mark.stack
_MEGABYTE = b" " * 2**20
_PIECE = b"%x\r\n%s\r\n" % (len(_MEGABYTE), _MEGABYTE)
_TOO_MANY = 18
# What two servers read differently: nginx takes it for one request, and gunicorn must not take it for two.
_SMUGGLED = (
    "Content-Length: -1",
    "Content-Length: 5\r\nContent-Length: 6",
    "Transfer-Encoding: chunked, gzip",
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
)


def said(url: str, head: str, *pieces: bytes) -> bytes:
    """The first line of what is answered to a request for a job; nothing where the line is cut."""
    where = urlsplit(url)
    with socket.create_connection((str(where.hostname), where.port or 0), timeout=10) as line, suppress(OSError):
        told = f"POST /api/bulk-add-channels HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
        line.sendall(f"{told}Connection: close\r\n{head}\r\n\r\n".encode())
        with suppress(OSError):  # it does not listen any more; what it has said is there
            for piece in pieces:
                line.sendall(piece)
            line.shutdown(socket.SHUT_WR)
        return line.recv(65_536).split(b"\r\n")[0]
    return b""


def test_sizes_that_are_not_told_or_not_true(wiring: Wiring, tmp_path: Path) -> None:
    with served(OURS, wiring, str(tmp_path)) as url:
        told = said(url, f"Content-Length: {2**30}")
        chunked = said(url, "Transfer-Encoding: chunked", *[_PIECE] * _TOO_MANY, b"0\r\n\r\n")
        ends_early = said(url, "Content-Length: 400", b'{"channels": [')
        smuggled = {head: said(url, head, b"{}\r\n0\r\n\r\n") for head in _SMUGGLED}
    assert b" 413 " in told
    assert b" 413 " in chunked
    assert b" 2" not in ends_early
    assert {head: answer for head, answer in smuggled.items() if b" 2" in answer} == {}
    assert wiring.jobs.listed(before=None, limit=1) == []
