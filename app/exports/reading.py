"""Rows of any number, span by span, each in a transaction of its own that waits for nobody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.db import Database
from app.exports import store
from app.exports.formats import Writer
from app.exports.statements import Reading, Span

SPAN_ROWS = 5_000
"""Rows of a table that one statement looks at: what is in memory of an export."""
PATIENCE = 20
"""Seconds for which a database that went away is waited for."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an export."""

    db: Database
    readings: Sequence[Reading]
    values: Values
    chunks: Sequence[Values]
    """Parts of a sample; otherwise one that says nothing."""
    span_rows: int

    def read(self, writer: Writer) -> Iterator[tuple[int, Any]]:
        """How many, and what the writer has read of them."""
        for chunk in self.chunks:
            for reading in self.readings:
                yield from self._part(writer, reading, {**self.values, **chunk})

    def _part(self, writer: Writer, reading: Reading, values: Values) -> Iterator[tuple[int, Any]]:
        span: Span | None = reading.start()
        while span is not None:
            span, found = self._span(writer, reading, span, values)
            yield found

    def _span(
        self, writer: Writer, reading: Reading, span: Span, values: Values
    ) -> tuple[Span | None, tuple[int, Any]]:
        """The rows of a span, and the span behind it."""

        def work(tx: Connection) -> tuple[Span | None, tuple[int, Any]]:
            store.plan_spans(tx)
            last = store.end_of_span(tx, reading, span, values, rows=self.span_rows)
            found = writer.span(tx, reading, replace(span, last=last), values)
            return (None if last is None else Span(last, is_first=False)), found

        return self.db.patiently(work, seconds=PATIENCE, awaited=False)
