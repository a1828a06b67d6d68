"""How a channel id is best stored: `python -m bench channel_id [ROWS]`.

Four designs of the same table, each filled from the same staged rows in the same run on an embedded PostgreSQL; then
looked up by channel id. Prints one JSON object: seconds and bytes a row, and the ratio to the chosen design.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from devstack.postgres import PostgresServer

_ROUNDS = 3
_LOOKUPS = 2_000
_TEXT = "'UC' || translate(encode(uuid_send(id), 'base64'), '+/=', '-_')"
_OTHERS = "title text, source text, created_at timestamptz default now(), updated_at timestamptz default now()"
# Name -> columns of the key, what is selected for them, how a row is found by its channel id.
DESIGNS = {
    "bytes as uuid, text generated (chosen)": (
        f"id uuid primary key, channel_id text generated always as ({_TEXT}) stored",
        "id",
        "id = %(id)s",
    ),
    "bytes as uuid, text computed when read": ("id uuid primary key", "id", "id = %(id)s"),
    "text as primary key": ("channel_id text primary key", "channel_id", "channel_id = %(text)s"),
    "random uuid, text unique": (
        "id uuid primary key default gen_random_uuid(), channel_id text unique",
        "channel_id",
        "channel_id = %(text)s",
    ),
}


def main() -> None:
    """Measure, and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with (
        tempfile.TemporaryDirectory(prefix="tributary-bench-") as folder,
        PostgresServer(Path(folder) / "pg") as server,
    ):
        server.ensure_database()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            measured = _measure(connection, rows)
    chosen = next(iter(measured.values()))
    for figures in measured.values():
        figures["load_ratio"] = round(figures["load_seconds"] / chosen["load_seconds"], 2)
    print(json.dumps({"rows": rows, "rounds": _ROUNDS, "designs": measured}, indent=2))


def _measure(connection: psycopg.Connection[Any], rows: int) -> dict[str, dict[str, float]]:
    connection.execute(
        f"create unlogged table staged as select id, {_TEXT} as channel_id, 'A title of usual length' as title "  # noqa: S608 - ours
        f"from (select gen_random_uuid() as id from generate_series(1, {rows})) made"
    )
    connection.execute("analyze staged")
    return {name: _design(connection, rows, *design) for name, design in DESIGNS.items()}


def _design(connection: psycopg.Connection[Any], rows: int, key: str, given: str, found_by: str) -> dict[str, float]:
    seconds = []
    for _ in range(_ROUNDS):
        connection.execute("drop table if exists channels")
        connection.execute(f"create table channels ({key}, {_OTHERS})")
        connection.execute("checkpoint")
        began = time.perf_counter()
        connection.execute(
            f"insert into channels ({given}, title, source) select {given}, title, 'bench' from staged"  # noqa: S608 - ours
            " on conflict do nothing"
        )
        seconds.append(time.perf_counter() - began)
    connection.execute("vacuum analyze channels")
    [sizes] = connection.execute("select pg_table_size('channels'), pg_indexes_size('channels')").fetchall()
    return {
        "load_seconds": round(statistics.median(seconds), 2),
        "table_bytes_per_row": round(sizes[0] / rows, 1),
        "index_bytes_per_row": round(sizes[1] / rows, 1),
        "lookup_microseconds": round(_look_up(connection, found_by), 1),
    }


def _look_up(connection: psycopg.Connection[Any], found_by: str) -> float:
    wanted = connection.execute("select id, channel_id from staged limit %s", [_LOOKUPS]).fetchall()
    began = time.perf_counter()
    for key, text in wanted:
        connection.execute(f"select title from channels where {found_by}", {"id": key, "text": text}).fetchone()  # noqa: S608 - ours
    return (time.perf_counter() - began) / len(wanted) * 1e6


if __name__ == "__main__":
    main()
