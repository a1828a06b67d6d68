"""Reading a stream of server-sent events, as a browser does."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class ServerEvent:
    """One event; `id` is what a browser sends as Last-Event-ID when it comes again."""

    id: str
    name: str
    data: dict[str, Any]


def parsed(lines: Iterable[str]) -> Iterator[ServerEvent]:
    """The events of a stream; comments and `retry` are not events."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
            continue
        if "event" in fields:
            yield ServerEvent(fields["id"], fields["event"], json.loads(fields["data"]))
        fields = {}


@contextmanager
def streamed(api: str, job_id: object, seen: str | None = None) -> Iterator[Iterator[ServerEvent]]:
    """The events of a job, from an API that is served."""
    headers = {"Last-Event-ID": seen} if seen else {}
    url = f"{api}/api/jobs/{job_id}/stream"
    with httpx.stream("GET", url, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200, answer.read()
        yield parsed(answer.iter_lines())
