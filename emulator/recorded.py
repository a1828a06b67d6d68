"""Real answers from a folder: whole ones byte for byte, and the resources in them for every other request."""

from pathlib import Path
from typing import Any

import orjson

from emulator.discovery import Method
from emulator.parameters import Values
from emulator.recorded_files import read_recordings
from emulator.recordings import MARKS, Recording, Selection, selection
from emulator.resources import Resource, etag_of, resource

MAX_IDS = 50
"""A request for more is refused, whatever was recorded."""


class Recorded:
    """What was recorded in a folder. Of two recordings of one thing the later one counts, by the name of its file."""

    def __init__(self, folder: Path | None) -> None:
        self._resources: dict[tuple[str, str], dict[str, Any]] = {}
        self._handles: dict[str, str] = {}
        self._answers: dict[tuple[str, Selection], list[Recording]] = {}
        for recording in read_recordings(folder) if folder else ():
            for chosen in recording.selections():
                self._answers.setdefault((recording.method.name, chosen), []).append(recording)
            for item in recording.items:
                self._add(item)

    def resource(self, kind: str, resource_id: str) -> dict[str, Any] | None:
        """The recorded parts of a resource, such as kind `youtube#channel`, or None."""
        return self._resources.get((kind, resource_id))

    def channel_of_handle(self, handle: str) -> str | None:
        """The id of the recorded channel with this handle, with or without @ and in any case."""
        return self._handles.get(handle.removeprefix("@").casefold())

    def answer(self, method: Method, values: Values, parts: frozenset[str]) -> Recording | None:
        """The answer that was recorded for a request, perhaps with other parts, or None."""
        if not self._answers or len(values.get("id", ())) > MAX_IDS:
            return None
        found = self._answers.get((method.name, selection(method, values)), [])

        def likeness(recording: Recording) -> tuple[bool, int, int]:
            return recording.is_for(parts), len(recording.held & parts), len(recording.items)

        return max(reversed(found), key=likeness, default=None)

    def part_of(self, recording: Recording, parts: frozenset[str], fields: str) -> Resource:
        """A recorded answer with other parts than it was recorded with, or for other `fields`."""
        items = recording.items if recording.is_for(parts) else [self._cut(item, parts) for item in recording.items]
        etag = etag_of(orjson.dumps([fields, recording.etag, *(item.get("etag") for item in items)]))
        return {**recording.content, "etag": etag, **({"items": items} if items else {})}

    def __len__(self) -> int:
        return len(self._resources)

    def _cut(self, item: Resource, parts: frozenset[str]) -> Resource:
        """The parts that are wanted: those of this item, or of another recording of the same resource."""
        kind, resource_id = str(item.get("kind")), item.get("id")
        others = self.resource(kind, resource_id) if isinstance(resource_id, str) else None
        known = {**(others or {}), **item}
        return resource(kind, resource_id, {part: known[part] for part in known.keys() & parts - MARKS})

    def _add(self, item: Resource) -> None:
        kind, resource_id = item.get("kind"), item.get("id")
        if not isinstance(kind, str) or not isinstance(resource_id, str):
            return  # search results have no id of their own
        parts = {name: value for name, value in item.items() if isinstance(value, dict)}
        # the same channel is often recorded in several files, each with other parts
        self._resources.setdefault((kind, resource_id), {}).update(parts)
        handle = parts.get("snippet", {}).get("customUrl")
        if isinstance(handle, str) and handle.startswith("@"):
            self._handles[handle[1:].casefold()] = resource_id
