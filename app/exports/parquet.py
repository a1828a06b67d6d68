"""Parquet, with the types of the columns; needs the extra `parquet`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.exports import store
from app.exports.model import Column, NoParquetError
from app.exports.statements import Reading, Span

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:  # pragma: no cover - depends on what is installed
    pa = None

_TYPES = {
    "text": "string",
    "bigint": "int64",
    "integer": "int32",
    "boolean": "bool_",
    "real": "float32",
    "double precision": "float64",
}
# Readers work by groups of rows: large ones compress better, and one is in memory here.
_GROUP_BYTES = 32 * 2**20
_GROUP_ROWS = 100_000


class ParquetWriter:
    """A file of groups of rows, each written when it is full."""

    def __init__(self, columns: Sequence[Column], what: str) -> None:
        if pa is None:
            raise NoParquetError
        self._columns = columns
        self._schema = pa.schema(
            [pa.field(one.name, _type(one.type), metadata={"meaning": one.meaning}) for one in columns],
            metadata={"tributary": json.dumps({"what": what})},
        )
        self._out = _Sink()
        self._file = pq.ParquetWriter(self._out, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def begin(self) -> bytes:
        """The first four bytes."""
        return self._out.taken()

    def span(self, tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any]) -> tuple[int, Any]:
        """A batch of rows, column by column."""
        rows = store.read_rows(tx, reading, span, values, self._columns)
        of_columns = zip(*rows, strict=True) if rows else ([] for _ in self._columns)
        arrays = [pa.array(values, field.type) for values, field in zip(of_columns, self._schema, strict=True)]
        return len(rows), pa.record_batch(arrays, schema=self._schema)

    def add(self, rows: Any) -> bytes:  # noqa: ANN401 - a record batch
        """A group, when there is enough for one."""
        self._waiting.append(rows)
        held = sum(batch.nbytes for batch in self._waiting)
        if held > _GROUP_BYTES or sum(batch.num_rows for batch in self._waiting) > _GROUP_ROWS:
            self._write()
        return self._out.taken()

    def end(self) -> bytes:
        """The last group, and where each group is."""
        self._write()
        self._file.close()
        return self._out.taken()

    def _write(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_batches(self._waiting, self._schema))
            self._waiting.clear()


class _Sink:
    """A file that is taken away while it is written."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._written = 0

    def write(self, piece: Any) -> int:  # noqa: ANN401 - a buffer
        self._pieces.append(bytes(piece))
        self._written += len(self._pieces[-1])
        return len(self._pieces[-1])

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """It is always where it should be."""

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def taken(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _type(postgresql: str) -> Any:  # noqa: ANN401 - a pyarrow type
    if postgresql.endswith("[]"):
        return pa.list_(_type(postgresql.removesuffix("[]")))
    if postgresql == "timestamp with time zone":
        return pa.timestamp("us", tz="UTC")
    return getattr(pa, _TYPES[postgresql])()
