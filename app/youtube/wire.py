"""The wire to YouTube: google-api-python-client builds the calls, httplib2 carries them, each once."""

import http.client
import os
import re
import select
import socket
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httplib2
from googleapiclient.discovery import build

from app.youtube.costs import METHODS
from app.youtube.errors import ApiError, ErrorKind, classify, from_exception

GOOGLE = "https://youtube.googleapis.com"
# Fifty channels are about 150 KB of JSON; a hundred comment threads at their longest stay below 10 MB.
MAX_BODY_BYTES = 32 * 2**20

_KEY_HEADER = "x-goog-api-key"
_KEY = re.compile(r"[!-~]+")
_CHUNK = 64 * 2**10
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_MULTIPLE_CHOICES = 300
# All that building, sending and reading a call can end in. Not Exception: Celery's soft time limit must get through.
_FAILURES = (
    OSError,
    http.client.HTTPException,
    httplib2.HttpLib2Error,
    zlib.error,
    RecursionError,  # JSON nested too deep
    ValueError,  # not UTF-8, a number of 5,000 digits
    TypeError,  # a parameter that the method does not have
    LookupError,  # a method that does not exist
)


class Wire:
    """Calls YouTube's methods. Safe to share between threads and across a fork.

    A thread has a connection to itself for the time of a call, because httplib2 is not safe to share. Between calls
    it stays open for whichever thread comes next: threads live as long as a batch, and a TLS handshake costs more
    than a call. The key travels in a header only, so that no URL, error or log can hold it. Proxies of the
    environment are not used.
    """

    def __init__(self, api_url: str = GOOGLE, timeout: float = 30.0, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        """`timeout`: seconds for a whole call; `max_body_bytes`: before and after decompression."""
        self._timeout = timeout
        self._max_body_bytes = max_body_bytes
        self._idle: deque[_Http] = deque()
        service = build(
            "youtube",
            "v3",
            http=httplib2.Http(),
            client_options={"api_endpoint": api_url},
            static_discovery=True,  # the document that ships with the library: starting up needs no network
            cache_discovery=False,
        )
        # Resolved once: the library builds a whole resource, docstrings included, each time one is asked for.
        self._methods = {name: _resolve(service, name) for name in METHODS}

    def get(self, method: str, params: Mapping[str, str], api_key: str) -> dict[str, Any]:
        """Make one call and return its JSON object; whatever goes wrong is an ApiError.

        When the parameters make the URL longer than 2,048 characters, as 50 ids with a mask of fields may,
        the library sends them by POST with x-http-method-override, which is a GET to YouTube.
        """
        if not _KEY.fullmatch(api_key):
            # Python's own complaint about such a header would quote the key.
            raise ApiError(
                "the key has characters that no key has", kind=ErrorKind.KEY_DEAD, reason="keyMalformed", sent=False
            )
        try:
            request = self._methods[method](**params)
            request.headers[_KEY_HEADER] = api_key
            request.headers["accept-encoding"] = "gzip"
            with self._connection() as http:
                payload = request.execute(http=http, num_retries=0)
        except _FAILURES as exc:
            raise from_exception(exc) from exc
        if not isinstance(payload, dict):  # the library hands over as text what is not JSON
            raise ApiError("YouTube's answer is not a JSON object", kind=ErrorKind.TRANSIENT, reason="notJson")
        return payload

    def close(self) -> None:
        """Close the connections that no call is using; a later call opens a new one."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator["_Http"]:
        http = self._idle_one() or _Http(self._timeout, self._max_body_bytes)
        try:
            yield http
        finally:
            self._idle.append(http)

    def _idle_one(self) -> "_Http | None":
        """The connection used last. After a fork those of the parent are let go: two processes cannot share one."""
        with suppress(IndexError):
            while True:
                if (http := self._idle.pop()).pid == os.getpid():
                    return http
        return None


class _Http(httplib2.Http):
    """One connection that sends a request once.

    httplib2 itself repeats a request when the connection breaks, and YouTube charges each: units that the
    quota ledger would not know of.
    """

    def __init__(self, timeout: float, max_body_bytes: int) -> None:
        super().__init__(timeout=timeout, proxy_info=None)
        self.pid = os.getpid()
        self._max_body_bytes = max_body_bytes
        self._seconds = timeout

    def _conn_request(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        """Send, receive, and raise what is not a success before httplib2 could follow it with the key."""
        deadline = time.monotonic() + self._seconds
        try:
            sock = _reached(conn)
            conn.request(method, request_uri, body, headers)
            sock.settimeout(_left(deadline))
            answer = conn.getresponse()
            content = self._read(answer, sock, deadline)
        except BaseException:
            conn.close()  # half an answer in the line would be read as the next one
            raise
        response = httplib2.Response(answer)
        if "content-encoding" in response:
            content = self._inflate(content)
        if response.status >= _MULTIPLE_CHOICES:
            # The library's own reading fails on some layouts. Google echoes the key of a suspended project.
            raise classify(response.status, response, content.replace(headers[_KEY_HEADER].encode(), b"[key]"))
        return response, content

    def _read(self, answer: http.client.HTTPResponse, sock: socket.socket, deadline: float) -> bytes:
        """The whole body in the time that is left; a socket's own time-out starts anew at each byte."""
        content = bytearray()
        with answer:
            while not answer.isclosed():
                sock.settimeout(_left(deadline))
                chunk = answer.read1(_CHUNK)
                if not chunk:
                    break
                content += chunk
                self._check_size(len(content))
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
        return bytes(content)

    def _inflate(self, content: bytes) -> bytes:
        inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
        inflated = inflater.decompress(content, self._max_body_bytes + 1)
        self._check_size(len(inflated))
        if not inflater.eof:
            raise http.client.IncompleteRead(b"")
        return inflated

    def _check_size(self, size: int) -> None:
        if size > self._max_body_bytes:
            raise http.client.HTTPException(f"the answer is larger than {self._max_body_bytes} bytes")


def _resolve(service: object, name: str) -> Callable[..., Any]:
    resource, method = name.split(".")
    bound: Callable[..., Any] = getattr(getattr(service, resource)(), method)
    return bound


def _reached(conn: http.client.HTTPConnection) -> socket.socket:
    """The open socket; what goes wrong before there is one has cost nothing."""
    try:
        return _connected(conn)
    except OSError as exc:
        raise from_exception(exc, sent=False) from exc


def _connected(conn: http.client.HTTPConnection) -> socket.socket:
    """The open socket; one with something to read before we asked was closed by the other side meanwhile."""
    if conn.sock is not None:
        waiting = select.poll()
        waiting.register(conn.sock, select.POLLIN)
        if waiting.poll(0):
            conn.close()
    if conn.sock is None:
        conn.connect()
    sock: socket.socket = conn.sock
    return sock


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left
