"""Lists from outside: files that people name, looked at in parts of a few thousand ids each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol
from uuid import UUID

from app.discoveries.model import place_key
from app.errors import BadInputError

_PART = 1 << 18
READER = "outside_list"
"""The seed source that reads lists, unless another one that has no places of its own is named."""


class Files(Protocol):
    """Where lists are."""

    def check(self, path: str) -> dict[str, Any]:
        """What tells this file from what it may become, its `size` among it. Raises BadInputError."""

    def lines(self, path: str, seen: Mapping[str, Any], begin: int, end: int) -> Iterator[str]:
        """The lines that begin in these bytes. Raises BadInputError when it has become another file."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: `name` is what people call the list."""

    name: str
    path: str
    seen: Mapping[str, Any]
    number: int

    def key(self, source: str) -> UUID:
        """Under which it is noted that a source has read it; a file that was changed is another one."""
        return place_key(source, f"{self.name}:{self.path}:{sorted(self.seen.items())}:{self.number}")

    def lines(self, files: Files) -> Iterator[str]:
        """What stands in it."""
        return files.lines(self.path, self.seen, self.number * _PART, (self.number + 1) * _PART)


def seen_lists(files: Files, wanted: Mapping[str, str]) -> dict[str, Any]:
    """The files of lists, by their names, as a job keeps them. Raises BadInputError."""
    found = {}
    for name, path in wanted.items():
        try:
            found[name] = {"path": path, "seen": files.check(path)}
        except BadInputError as error:
            raise BadInputError(str(error), field=f"lists.{name}", hint=error.hint) from None
    return found


def parts_of(params: Mapping[str, Any]) -> dict[str, Part]:
    """All parts of the lists of a job, by what they are called among its items."""
    found = {}
    for name, one in params.get("lists", {}).items():
        count = ceil(one["seen"]["size"] / _PART)
        for number in range(count):
            item = name if count == 1 else f"{name}, part {number + 1} of {count}"
            found[item] = Part(name, one["path"], one["seen"], number)
    return found
