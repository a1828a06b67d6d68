"""What an import source is: something that yields channel ids row by row, from wherever it was left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.catalog.model import ImportRow
from app.errors import TributaryError


class UnusableSourceError(TributaryError):
    """This source cannot be imported."""

    status = 422


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that holds no channel id: its line, its content (shortened) and the reason."""

    line: int
    content: str
    reason: str


@dataclass(slots=True)
class Page:
    """The next rows of a source, and the position from which the ones after them are read.

    A position is JSON of the source's own making; it goes into the next batch.
    """

    rows: list[ImportRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    position: Mapping[str, Any] = field(default_factory=dict)
    at_end: bool = False
    share_read: float = 1.0

    @property
    def entered(self) -> int:
        """How many rows were read: each has exactly one outcome."""
        return len(self.rows) + len(self.rejects)


class ImportSource(Protocol):
    """One kind of source; a member of the family in app/imports/sources/."""

    name: str
    title: str

    def check(self, path: str) -> dict[str, Any]:
        """What must still hold when the rows are read later (size, time). Raises UnusableSourceError."""

    def read(self, path: str, position: Mapping[str, Any], rows: int) -> Page:
        """Read up to `rows` rows from a position; an empty position is the beginning. Raises UnusableSourceError."""
