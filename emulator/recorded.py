"""Real answers from a folder, served again for the ids they contain."""

from pathlib import Path
from typing import Any

import orjson


class Recorded:
    """Resources out of recorded list responses, from any folder. Files that hold something else are passed over."""

    def __init__(self, folder: Path | None) -> None:
        self._resources: dict[tuple[str, str], dict[str, Any]] = {}
        self._handles: dict[str, str] = {}
        for file in sorted(folder.rglob("*.json")) if folder else ():
            self._read(file)

    def resource(self, kind: str, resource_id: str) -> dict[str, Any] | None:
        """The recorded parts of a resource, such as kind `youtube#channel`, or None."""
        return self._resources.get((kind, resource_id))

    def channel_of_handle(self, handle: str) -> str | None:
        """The id of the recorded channel with this handle, with or without @ and in any case."""
        return self._handles.get(handle.removeprefix("@").casefold())

    def __len__(self) -> int:
        return len(self._resources)

    def _read(self, file: Path) -> None:
        try:
            content = orjson.loads(file.read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return
        items = content.get("items") if isinstance(content, dict) else None
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and isinstance(item.get("kind"), str) and isinstance(item.get("id"), str):
                self._add(item)

    def _add(self, item: dict[str, Any]) -> None:
        kind, resource_id = item["kind"], item["id"]
        parts = {name: value for name, value in item.items() if isinstance(value, dict)}
        # the same channel is often recorded in several files, each with other parts
        self._resources.setdefault((kind, resource_id), {}).update(parts)
        handle = parts.get("snippet", {}).get("customUrl")
        if isinstance(handle, str) and handle.startswith("@"):
            self._handles[handle[1:].casefold()] = resource_id
