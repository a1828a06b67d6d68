"""Finding recorded answers in a folder, and which method gave them to which request."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from emulator.discovery import Method, methods, schema
from emulator.errors import ApiError
from emulator.parameters import Values, read_parameters
from emulator.recordings import Recording

INDEX = "INDEX.jsonl"
"""A file with a line for each recording: its `file`, and perhaps its `method`, and the `uri` below `http`."""


def read_recordings(folder: Path) -> Iterator[Recording]:
    """Every list in a folder and below it, in the order of their names. Other files are passed over."""
    index = _read_indexes(folder)
    for file in sorted(folder.rglob("*.json")):
        told = index.get(file.parts[-2:], {})
        body = file.read_bytes()
        content = _json(body)
        if isinstance(content, dict) and isinstance(content.get("items", []), list):
            named = (str(told.get("method")), file.parent.name, *_of_kinds(content))
            method = next((methods()[name] for name in named if name in methods()), None)
            if method and "error" not in content:
                yield Recording(method, body, content, _asked(method, told))


def _read_indexes(folder: Path) -> Mapping[tuple[str, ...], Mapping[str, Any]]:
    """What the index files tell, by the last two names of a file's path."""
    lines = (_json(line) for file in sorted(folder.rglob(INDEX)) for line in file.read_bytes().splitlines())
    entries = (line for line in lines if isinstance(line, dict) and isinstance(line.get("file"), str))
    return {Path(entry["file"]).parts[-2:]: entry for entry in entries}


def _json(text: bytes) -> object:
    """What it says; None for what is no JSON."""
    try:
        content: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return content


def _of_kinds(content: Mapping[str, Any]) -> Iterator[str]:
    """The method that lists such resources, by the kind of the list or else of its items."""
    for named in (content, *content.get("items", ())):
        kind = named.get("kind") if isinstance(named, dict) else None
        yield _kinds().get(str(kind).casefold(), "")


@cache
def _kinds() -> Mapping[str, str]:
    """Kinds of lists and of what they list, in small letters, to the method: some were once written otherwise."""
    responses = ((name, schema(method.response)) for name, method in methods().items() if method.response)
    lists = ((name, response) for name, response in responses if "$ref" in _items(response))
    schemas = ((name, found) for name, response in lists for found in (response, schema(_items(response)["$ref"])))
    kinds = ((found["properties"].get("kind", {}).get("default", ""), name) for name, found in schemas)
    return {kind.casefold(): name for kind, name in kinds if kind}


def _items(response: Mapping[str, Any]) -> Mapping[str, Any]:
    items: Mapping[str, Any] = response["properties"].get("items", {}).get("items", {})
    return items


def _asked(method: Method, told: Mapping[str, Any]) -> Values | None:
    """The query that was recorded; None where it is unknown, or would be refused today."""
    http = told.get("http")
    uri = http.get("uri") if isinstance(http, dict) else None
    try:
        return read_parameters(method, parse_qsl(urlsplit(str(uri)).query)) if uri else None
    except ApiError:
        return None
