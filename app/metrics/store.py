"""The SQL of metrics: a dozen statements, none of which reads a table that grows with the catalogue."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.db import Queries
from app.metrics.tallies import Series, Tally

Q = Queries("metrics")
Row = Mapping[str, Any]


def add_counts(tx: Connection, tallies: Mapping[Series, Tally]) -> None:
    """Add to the counts of all processes. The last statement of its transaction: these rows are everybody's."""
    if not tallies:
        return
    rows = [
        {
            "name": name, "labels": json.dumps(labels),
            "count": tally.count, "seconds": tally.seconds, "buckets": tally.buckets,
        }
        for (name, labels), tally in tallies.items()
    ]  # fmt: skip
    tx.execute(Q["add_counts"], {"counts": json.dumps(rows)})


def add_count(tx: Connection, event: str, *labels: str, by: int = 1) -> None:
    """Likewise one event that nothing may lose: it counts if the transaction does."""
    add_counts(tx, {(event, labels): Tally(by)})


def list_counts(tx: Connection) -> list[tuple[str, tuple[str, ...], Tally]]:
    """All that processes have counted and written."""
    return [
        (row.name, tuple(json.loads(row.labels)), Tally(row.times, row.seconds, list(row.buckets)))
        for row in tx.execute(Q["list_counts"])
    ]


def rows(tx: Connection, query: str, **values: object) -> Sequence[Row]:
    """What one of the readings of sql/queries/metrics.sql says."""
    return [dict(row) for row in tx.execute(Q[query], values).mappings()]


def readings(tx: Connection, limits: Mapping[str, int], now: datetime | None) -> dict[str, Sequence[Row]]:
    """Everything that PostgreSQL knows, by the name of the query; `limits` are units a day by bucket."""
    tx.execute(Q["hurry"])
    moment: dict[str, object] = {"now": now}
    asked: dict[str, dict[str, object]] = {
        "list_item_counts": {},
        "list_units": {"limits": json.dumps(dict(limits)), **moment},
        "count_keys": moment, "list_unended_jobs": moment, "list_ended_jobs": moment, "list_open_batches": moment,
        "list_silences": {}, "list_sizes": {}, "read_database": {}, "read_ages": moment, "oldest_channel": moment,
    }  # fmt: skip
    return {query: rows(tx, query, **values) for query, values in asked.items()}
