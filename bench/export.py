"""Exports against `COPY ... TO`: `python -m bench export [rows]`.

The same columns of as many channels, in turns and in one run: as CSV, NDJSON and (where pyarrow is installed) Parquet
through the service, which reads by spans, digests and counts; and by COPY of the same view in one transaction, which is
as fast as PostgreSQL goes, here through psycopg. Prints a line of JSON for each: rows in a second, the ratio, and how
much memory was added at most.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec

import psycopg

from app.clock import SystemClock
from app.db import Database
from app.exports.method import Rules
from app.exports.model import Wish
from app.exports.service import Exports
from app.migrator import migrate
from bench.meters import peak_bytes
from devstack.postgres import temporary_postgres

_ROWS, _ROUNDS = 500_000, 3
_FILL = """
insert into channels (id, title, description, country, language, keywords, topics, published_at, subscriber_count,
    view_count, video_count, metadata_fetched, fetched_at, expires_at, availability, availability_since)
select md5(n::text)::uuid, 'Channel ' || n, repeat('What it is about. ', n %% 20), 'NZ', 'en',
    array['boats', 'rivers'], array['https://en.wikipedia.org/wiki/Hobby'], now(), n, n * 100, n %% 1000, true, now(),
    now(), 'available', now()
from generate_series(1, %(rows)s::int) n
"""


def main() -> None:
    """Fill a database of its own, and measure."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else _ROWS
    with temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")) as server:
        db = Database(server.url("postgres"))
        migrate(db)
        with psycopg.connect(server.url("postgres"), autocommit=True) as plain:
            plain.execute(_FILL, {"rows": rows})
            plain.execute("vacuum analyze channels")
            _measure(Exports(db, SystemClock(), Rules("30 days", [])), plain, rows)
        db.close()


def _measure(exports: Exports, plain: "psycopg.Connection[tuple[object, ...]]", rows: int) -> None:
    columns = ", ".join(column.name for column in exports.dictionary()["channels"].exported())
    formats = ["csv", "ndjson", *(["parquet"] if find_spec("pyarrow") else [])]
    seconds: dict[str, list[float]] = {"copy": [], **{name: [] for name in formats}}
    added = dict.fromkeys(seconds, 0)
    for _ in range(_ROUNDS):
        for name, taken in seconds.items():
            before = peak_bytes()
            pieces = _copied(plain, columns) if name == "copy" else _exported(exports, name)
            taken.append(_seconds_of(pieces))
            added[name] = max(added[name], peak_bytes() - before)
    copy = statistics.median(seconds["copy"])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        told = {"rows": rows, "rows_per_second": round(rows / median), "ratio_to_copy": round(median / copy, 2)}
        print(json.dumps({"measured": name, **told, "peak_memory_added_mb": round(added[name] / 2**20, 1)}), flush=True)


def _copied(plain: "psycopg.Connection[tuple[object, ...]]", columns: str) -> Iterator[bytes]:
    with plain.cursor().copy(f"copy (select {columns} from analyst.channels) to stdout (format csv)".encode()) as copy:  # noqa: S608 - ours
        yield from map(bytes, copy)


def _exported(exports: Exports, name: str) -> Iterator[bytes]:
    export = exports.open(Wish("channels", name))
    yield from export.pieces()


def _seconds_of(pieces: Iterator[bytes]) -> float:
    began = time.perf_counter()
    for _ in pieces:
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
