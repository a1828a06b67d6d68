"""The SQL of exports; it reads what other rooms have written, and keeps what became of each export."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.db import copy_out
from app.exports.dictionary import tables
from app.exports.method import Population
from app.exports.model import Column, Manifest, Table
from app.exports.statements import Place, Q, Reading, Span, plain, written

MOST_COUNTED = 100_000
"""Rows that are counted one by one."""


def read_tables(tx: Connection) -> dict[str, Table]:
    """The data dictionary, by name."""
    return tables(tx.execute(Q["read_columns"]).mappings())


def settled_until(tx: Connection, now: datetime | None) -> Mapping[str, Any]:
    """`now`, the moment before which nothing can come any more (`settled`), and `schema_version`."""
    return dict(tx.execute(Q["settled_until"], {"now": now}).mappings().one())


def plan_spans(tx: Connection) -> None:
    """Look up row by row, in this transaction, what a span is joined with."""
    tx.execute(Q["plan_spans"])


def one_state(tx: Connection) -> None:
    """Let all statements of this transaction see the same."""
    tx.execute(Q["one_state"])


def end_of_span(tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any], *, rows: int) -> Place | None:
    """The last key of a span of so many rows; None when fewer are left."""
    found = tx.execute(reading.span(span), {**values, **span.values(), "rows": rows}).first()
    return None if found is None else tuple(found)


def read_csv(
    tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any], columns: Sequence[Column], *, safe: bool
) -> tuple[int, bytes]:
    """The rows of a span as lines of CSV, and how many they are."""
    page = reading.page(span, written(columns, safe=safe))
    lines = copy_out(tx, text(Q["as_csv"].text.format(page=page)), {**values, **span.values()})
    return len(lines), b"".join(b"%b\r\n" % line[:-1] for line in lines)


def read_json(
    tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any], columns: Sequence[Column]
) -> tuple[int, bytes]:
    """The rows of a span as JSON, one on each line, and how many they are."""
    page = reading.page(span, plain(columns))
    rows, lines = tx.execute(text(Q["as_json"].text.format(page=page)), {**values, **span.values()}).one()
    return rows, (lines or "").encode()


def read_rows(
    tx: Connection, reading: Reading, span: Span, values: Mapping[str, Any], columns: Sequence[Column]
) -> list[Sequence[Any]]:
    """The rows of a span."""
    return list(tx.execute(text(reading.page(span, plain(columns))), {**values, **span.values()}))


def count_strata(
    tx: Connection, reading: Reading, span: Span, strata: Sequence[str], eligible: str, values: Mapping[str, Any]
) -> dict[str, int]:
    """How many channels of a span are in each stratum."""
    statement = reading.sampling("count_strata", span, strata, eligible)
    found = tx.execute(statement, {**values, **span.values()})
    return {row.stratum: row.population for row in found}


def draw(
    tx: Connection, reading: Reading, span: Span, strata: Sequence[str], eligible: str, values: Mapping[str, Any]
) -> list[tuple[UUID, str, str]]:
    """The channels of a span whose digest is within the limit of their stratum: key, stratum, digest."""
    statement = reading.sampling("draw", span, strata, eligible)
    return [(key, stratum, digest) for key, stratum, digest in tx.execute(statement, {**values, **span.values()})]


def population_of(tx: Connection, table: str, now: datetime) -> Population:
    """How many rows of which kind; of large tables an estimate, so that nobody waits."""
    counts = _complete(tx, table, now, Q["first_rows"].text.format(table=table, most=MOST_COUNTED))
    if counts["rows"] < MOST_COUNTED:
        return _population(counts, counts["rows"])
    rows = max(int(tx.execute(Q["estimate_rows"], {"table": table}).scalar_one()), MOST_COUNTED)
    percent = 100 * min(MOST_COUNTED / rows, 1)
    return _population(_complete(tx, table, now, Q["sampled_rows"].text.format(table=table, percent=percent)), rows)


def jobs_by_type(tx: Connection) -> list[Mapping[str, Any]]:
    """What was asked for, and what came of it."""
    return [dict(row) for row in tx.execute(Q["jobs_by_type"]).mappings()]


def yields_by_method(tx: Connection) -> list[Mapping[str, Any]]:
    """What each discovery method has brought."""
    return [dict(row) for row in tx.execute(Q["yields_by_method"]).mappings()]


def begin_export(tx: Connection, export: UUID, what: str, told: Mapping[str, Any], began_at: datetime) -> None:
    """Note that an export has begun."""
    tx.execute(Q["begin_export"], {"id": export, "what": what, "manifest": _json(told), "began_at": began_at})


def end_export(tx: Connection, export: UUID, state: str, told: Mapping[str, Any], now: datetime | None) -> None:
    """Note how an export has ended; once."""
    tx.execute(Q["end_export"], {"id": export, "state": state, "manifest": _json(told), "now": now})


def forget_exports(tx: Connection, now: datetime | None) -> None:
    """Forget what is too old to be asked for."""
    tx.execute(Q["forget_exports"], {"now": now})


def read_export(tx: Connection, export: UUID) -> Manifest | None:
    """What became of an export."""
    row = tx.execute(Q["read_export"], {"id": export}).first()
    return None if row is None else Manifest(export, row.state, row.manifest, row.began_at, row.finished_at)


def _complete(tx: Connection, table: str, now: datetime, rows: str) -> dict[str, Any]:
    return dict(tx.execute(text(Q[f"complete_{table}"].text.format(rows=rows)), {"now": now}).mappings().one())


def _population(counts: dict[str, Any], rows: int) -> Population:
    seen, first, last = counts.pop("rows"), counts.pop("first"), counts.pop("last")
    told = {name: round(count * rows / max(seen, 1)) for name, count in counts.items()}
    return Population(rows, seen != rows, first, last, told)


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, default=lambda value: value.isoformat())
