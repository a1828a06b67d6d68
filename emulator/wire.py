"""Requests and replies between the web server and what answers."""

import re
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
    return body_reply(status, body, etag)


def body_reply(status: int, body: bytes, etag: str = "") -> Reply:
    """JSON that is written already."""
    headers = {"content-type": JSON, "vary": "Origin, X-Origin, Referer, Accept-Encoding", "cache-control": "private"}
    return Reply(status, body, headers | {"etag": f'"{etag}"'} if etag else headers)


def is_known(reply: Reply, request: Request) -> bool:
    """Whether the caller has this answer already: `If-None-Match` names its ETag, as a strong or weak one, or any."""
    known = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in known.split(",")}
    return known.strip() == "*" or reply.headers["etag"].strip('"') in tags


def not_modified(reply: Reply) -> Reply:
    """What is left to say of an answer that the caller has."""
    return Reply(304, b"", {name: value for name, value in reply.headers.items() if name != "content-type"})


def takes_gzip(request: Request) -> bool:
    """Whether the caller reads compressed answers; `q=0` says that it does not."""
    offers = (offer.partition(";") for offer in request.headers.get("accept-encoding", "").split(","))
    qualities = {name.strip().lower(): wanted.replace(" ", "").lower() for name, _, wanted in offers}
    return not re.fullmatch(r"q=0(\.0*)?", qualities.get("gzip", qualities.get("*", "q=0")))
