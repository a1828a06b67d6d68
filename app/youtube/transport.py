"""What google-api-python-client sends its requests through, in place of httplib2."""

import os
import time
import zlib
from collections import deque
from contextlib import suppress
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import urlsplit

from app.youtube.connection import Connection, dialler
from app.youtube.errors import classify

KEY_HEADER = "x-goog-api-key"
FAILURES = (OSError, HTTPException, zlib.error, ValueError)
"""All that an exchange can end in besides ApiError. Not Exception: Celery's soft time limit must get through."""

_DEFLATED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_OK = 200


class Transport:
    """Each request once, its answer whole and of a bounded size. Safe to share between threads and across a fork.

    A connection belongs to one thread for the time of a call. Between calls it stays open for whichever thread comes
    next: threads live as long as a batch, and a TLS handshake costs more than a call.
    """

    def __init__(self, api_url: str, timeout: float, max_body_bytes: int) -> None:
        """`timeout`: seconds for a whole call; `max_body_bytes`: before and after decompression."""
        self._dial = dialler(api_url)
        self._timeout = timeout
        self._max_body_bytes = max_body_bytes
        self._idle: deque[Connection] = deque()

    def request(self, uri: str, method: str, body: str | None, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        """The answer and its body. Raises ApiError for any status but 200, and what FAILURES names."""
        deadline = time.monotonic() + self._timeout
        at = urlsplit(uri)
        target = f"{at.path}?{at.query}" if at.query else at.path
        connection = self._idle_one() or self._dial()
        try:
            with connection.ask(method, target, body, headers, deadline) as answer:
                content = self._read(answer)
        except BaseException:
            connection.close()  # half an answer in the line would be read as the next one
            raise
        finally:
            self._idle.append(connection)
        content = self._unpacked(answer, content)
        if answer.status != _OK:
            # The library's own reading fails on some layouts. Google echoes the key of a suspended project.
            told = {name.lower(): value for name, value in answer.getheaders()}
            raise classify(answer.status, told, content, headers[KEY_HEADER])
        return answer, content

    def close(self) -> None:
        """Close the connections that no call is using; a later call opens a new one."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _idle_one(self) -> Connection | None:
        """The connection used last; those that another process opened before a fork are let go."""
        with suppress(IndexError):
            while True:
                if (connection := self._idle.pop()).pid == os.getpid():
                    return connection
        return None

    def _read(self, answer: HTTPResponse) -> bytes:
        content = answer.read(self._max_body_bytes + 1)
        self._check_size(len(content))
        if answer.length:
            raise IncompleteRead(b"", answer.length)
        return content

    def _unpacked(self, answer: HTTPResponse, content: bytes) -> bytes:
        if answer.headers.get("content-encoding", "").strip().lower() not in _DEFLATED:
            return content
        try:
            return self._inflate(content)
        except (zlib.error, HTTPException):
            if answer.status == _OK:
                raise
            return b""  # the status and the headers of an error tell enough

    def _inflate(self, content: bytes) -> bytes:
        inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
        inflated = inflater.decompress(content, self._max_body_bytes + 1)
        self._check_size(len(inflated))
        if not inflater.eof:
            raise IncompleteRead(b"")
        return inflated

    def _check_size(self, size: int) -> None:
        if size > self._max_body_bytes:
            raise HTTPException(f"the answer is larger than {self._max_body_bytes} bytes")
