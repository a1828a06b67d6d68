"""What the operations on exports answer."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from app.answers import Answer, answers, file_of, or_file
from app.catalog.ids import NotAChannelIdError
from app.exports.model import Column, NoParquetError, TooManyFilesError, UnknownExportError, UnknownTableError


class ShownTable(Answer):
    """A table, and what its columns mean."""

    name: str
    meaning: str
    columns: list[Column]


class Dictionary(Answer):
    """What each column means, by table."""

    tables: dict[str, ShownTable]


class ShownManifest(Answer):
    """What a whole file of an export holds, and what was asked for."""

    id: UUID
    state: Literal["running", "complete", "broken"]
    began_at: datetime
    finished_at: datetime | None
    what: str
    format: str
    compressed: bool
    columns: list[str]
    filters: dict[str, Any]
    formulas: str
    since: datetime | None
    next_since: datetime
    """Ask for the next export with this `since`, and nothing is missed."""
    schema_version: str
    code_version: str
    sample: dict[str, Any] | None = None
    rows: int | None = None
    bytes: int | None = None
    sha256: str | None = None
    why: str | None = None
    """Why it is broken."""


class FetchedBetween(Answer):
    """When the oldest and the youngest row were told by YouTube."""

    first: datetime | None
    last: datetime | None


class RowsThere(Answer):
    """How many rows there are."""

    rows: int
    estimated: bool


class MethodNote(Answer):
    """How the rows of a table came to be."""

    what: str
    meaning: str
    made_at: datetime
    code_version: str
    source: str
    fetched: FetchedBetween
    population: RowsThere
    completeness: dict[str, int]
    asked: list[dict[str, Any]]
    discovery: list[dict[str, Any]]
    sampling: str
    limits: list[str]
    retention: str
    cite: str


_KINDS = ("text/csv", "application/x-ndjson", "application/vnd.apache.parquet", "application/gzip")
_FILE = file_of("the file", *_KINDS, headers=("Content-Disposition", "X-Export-Id", "Link"))

DICTIONARY = answers(Dictionary)
MANIFEST = answers(ShownManifest, UnknownExportError)
METHOD = answers(or_file(MethodNote, "text/markdown"), UnknownTableError)
EXPORT = answers({200: _FILE}, UnknownTableError, NoParquetError, NotAChannelIdError, TooManyFilesError)
