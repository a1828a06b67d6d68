"""Requests and replies between the web server and what answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from emulator.messages import Fault

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """A request as the server read it; `pairs` are its parameters from the query and a form body."""

    verb: str
    path: str
    pairs: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    address: str


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. `fault` tells how to spoil it on the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: "Fault | None" = None


def json_reply(status: int, content: object, *, pretty: bool = True, etag: str = "") -> Reply:
    """JSON as the real service sends it, indented unless the caller asked for less."""
    body = orjson.dumps(content, option=(orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE) if pretty else None)
    headers = {"content-type": JSON, "vary": "Origin, X-Origin, Referer, Accept-Encoding", "cache-control": "private"}
    return Reply(status, body, headers | {"etag": f'"{etag}"'} if etag else headers)
