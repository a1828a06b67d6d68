"""What an import source is: something that yields channel ids page by page, from wherever it was left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Engine

from app.catalog.incoming import ImportRows
from app.errors import TributaryError
from app.imports.tables.place import Place

CONTENT_SHOWN = 200
"""So many characters of a rejected row are kept."""
MOST_REJECTS = 10_000
"""A page with so many rejects ends there: its memory is bounded, whatever a file holds."""


class UnusableSourceError(TributaryError):
    """This source cannot be imported."""

    status = 422


class SourceAwayError(TributaryError):
    """The source does not answer at the moment; trying again may help."""

    status = 422
    hint = "check name, port, user and password, and that the server can be reached from here"


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that holds no channel id: its line, its content (shortened) and the reason."""

    line: int
    content: str
    reason: str


@dataclass(frozen=True, slots=True)
class Name:
    """A row that names a channel, but by no id: its line, and the handle, user name or link that stands there."""

    line: int
    text: str


@dataclass(slots=True)
class Page:
    """The next rows of a source, and the position from which the ones after them are read.

    A position is JSON of the source's own making; it is stored with the rows, and another process goes on from it.
    `share_read` is how much of the source was read so far, from 0 to 1.
    """

    rows: ImportRows = field(default_factory=ImportRows)
    names: list[Name] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    position: Mapping[str, Any] = field(default_factory=dict)
    at_end: bool = False
    share_read: float = 1.0

    @property
    def entered(self) -> int:
        """How many rows were read: each has exactly one outcome."""
        return len(self.rows) + len(self.names) + len(self.rejects)


class ImportSource(Protocol):
    """One kind of source; a member of the family in app/imports/sources/."""

    name: str
    title: str

    def check(self, path: str) -> dict[str, Any]:
        """What must still hold when the rows are read later (size, time). Raises UnusableSourceError."""

    def pages(self, path: str, position: Mapping[str, Any], rows: int) -> Iterator[Page]:
        """Pages of up to `rows` rows (or MOST_REJECTS rejects) from a position on; an empty one is the beginning.

        The last page, and only that, has `at_end`; one comes in any case. The source stays open between the pages, and
        is closed with the iterator. A row that is broken costs only itself. Raises UnusableSourceError.
        """


class TableSource(Protocol):
    """One kind of database; a member of the same family. Which tables and columns it has is asked of its catalogue."""

    name: str
    title: str
    port: int
    """The usual one; 0 where it is a file."""

    def engine(self, place: Place) -> Engine:
        """An engine that only reads, and only there; it opens a connection when it is first needed."""
