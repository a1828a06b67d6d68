"""The kinds of files: how a span is read for each, and what stands around the rows."""

import csv
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from app.exports import store
from app.exports.model import Column, Wish
from app.exports.statements import Reading, Span

_BOM = b"\xef\xbb\xbf"
_GZIP = zlib.MAX_WBITS | 16
# Most of what higher levels save is saved by now, at a third of their time.
_LEVEL = 3


class Writer(Protocol):
    """Makes a file, piece by piece."""

    def begin(self) -> bytes:
        """What stands before the rows."""

    def span(self, tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any]) -> tuple[int, Any]:
        """Read the rows of a span, and how many they are. May be called again when the connection broke."""

    def add(self, rows: Any) -> bytes:  # noqa: ANN401 - what `span` of the same writer has answered
        """What these rows are in the file; perhaps nothing yet."""

    def end(self) -> bytes:
        """What stands behind the rows."""


@dataclass
class CsvWriter:
    """RFC 4180; NULL is an empty field, an empty text is `""`."""

    columns: Sequence[Column]
    wish: Wish

    def begin(self) -> bytes:
        """The names of the columns."""
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(column.name for column in self.columns)
        return (_BOM if self.wish.bom else b"") + line.getvalue().encode()

    def span(self, tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any]) -> tuple[int, bytes]:
        """PostgreSQL writes the lines."""
        return store.read_csv(tx, reading, span, values, self.columns, safe=self.wish.formulas == "safe")

    def add(self, rows: bytes) -> bytes:
        """They are ready."""
        return rows

    def end(self) -> bytes:
        """Nothing."""
        return b""


@dataclass
class JsonWriter:
    """A JSON object on each line."""

    columns: Sequence[Column]

    def begin(self) -> bytes:
        """Nothing."""
        return b""

    def span(self, tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any]) -> tuple[int, bytes]:
        """PostgreSQL writes the lines."""
        return store.read_json(tx, reading, span, values, self.columns)

    def add(self, rows: bytes) -> bytes:
        """They are ready."""
        return rows

    def end(self) -> bytes:
        """Nothing."""
        return b""


class Format(NamedTuple):
    """A kind of file."""

    content_type: str
    writer: Callable[[Sequence[Column], Wish], Writer]
    """May raise NoParquetError."""
    is_text: bool = True
    """And so it can be compressed."""


def _parquet(columns: Sequence[Column], wish: Wish) -> Writer:
    from app.exports.parquet import ParquetWriter  # noqa: PLC0415 - an optional extra

    return ParquetWriter(columns, wish.what)


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv; charset=utf-8; header=present", CsvWriter),
    "ndjson": Format("application/x-ndjson", lambda columns, _: JsonWriter(columns)),
    "parquet": Format("application/vnd.apache.parquet", _parquet, is_text=False),
}


def gzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same, compressed; it ends with a checksum and a length, so that a part of it is no whole file."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
