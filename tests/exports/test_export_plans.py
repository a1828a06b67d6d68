"""However large the tables are, a span is found and read by an index, and no more than a span."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from app.db import Database
from app.exports import store
from app.exports.datasets import DATASETS
from app.exports.statements import Q, Reading, Span, parameters, plain
from devstack.postgres import PostgresServer
from tests.jobs.test_plans import nodes_of

ROWS = 500
FILL = """
insert into channels (id, title, fetched_at, updated_at)
select md5(n::text)::uuid, 'Channel', now(), now() - n * interval '1 second' from generate_series(1, 60000) n;
insert into videos (id, channel, fetched_at, updated_at, expires_at, availability_since, kind, kind_evidence)
select n, md5((n % 2000)::text)::uuid, now(), now() - n * interval '1 second', now(), now(), 'video', 'a test'
from generate_series(1, 60000) n;
insert into channel_snapshots select md5((n % 6000)::text)::uuid, now() - n * interval '10 seconds', n, n, n
from generate_series(1, 60000) n;
insert into video_snapshots select n % 6000, now() - n * interval '10 seconds', n, n, n
from generate_series(1, 60000) n;
insert into playlists (playlist_id, channel, updated_at, fetched_at, expires_at, availability_since)
select 'PL' || n, md5((n % 2000)::text)::uuid, now() - n * interval '1 second', now(), now(), now()
from generate_series(1, 60000) n;
insert into playlist_items (playlist, entry, video, first_seen_at, last_seen_at, kind)
select n, n, n, now(), now() - n * interval '1 second', 'available' from generate_series(1, 60000) n;
insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
    evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select md5(n::text)::uuid, md5((n * 7 % 60000 + 1)::text)::uuid, 'a method', 'youtube', 1, array['x'], array[n], 0.5,
       now(), now() - n * interval '1 second'
from generate_series(1, 60000) n;
insert into channel_changes select md5(n::text)::uuid, now() - n * interval '1 second', 'title', 'a', 'b'
from generate_series(1, 60000) n;
insert into video_changes select n, now() - n * interval '1 second', 'title', 'a', 'b' from generate_series(1, 60000) n;
vacuum analyze;
"""
OTHER = UUID("c4ca4238-a0b9-2382-0dcc-509a6f75849b")  # md5 of 1
MIDDLE = {"uuid": UUID(int=2**127), "bigint": 30_000, "text": "title"}
NARROW: list[tuple[str, dict[str, Any]]] = [
    ("videos", {"channel_id": "x"}), ("playlists", {"channel_id": "x"}), ("channel_snapshots", {"channel_id": "x"}),
    ("edges", {"source": "x"}), ("edges", {"discovered": "x"}), ("playlist_items", {"playlist_id": "PL77"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def large(postgres: PostgresServer, template: str) -> Iterator[Database]:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database large_exports template {template}")
        with psycopg.connect(postgres.url("large_exports"), autocommit=True) as connection:
            for statement in FILL.strip().split(";\n"):
                connection.execute(statement)
        db = Database(postgres.url("large_exports"))
        yield db
        db.close()
        admin.execute("drop database large_exports with (force)")


def looked_at(db: Database, statement: str, values: dict[str, Any]) -> float:
    """How many rows a statement reads from tables and indexes; it reads no table from end to end."""
    with db.begin() as tx:
        store.plan_spans(tx)
        nodes = list(nodes_of(tx.execute(text(f"explain (analyze, format json) {statement}"), values).scalar_one()))
    whole = [n for n in nodes if n["Node Type"] == "Seq Scan" and n["Actual Rows"] * n["Actual Loops"] > ROWS]
    assert whole == [], statement
    scans = [n for n in nodes if "Relation Name" in n]
    return max(n["Actual Rows"] * n["Actual Loops"] for n in scans) if scans else 0


@pytest.mark.parametrize("is_bound", [False, True], ids=["all", "since"])
@pytest.mark.parametrize("what", DATASETS)
def test_a_span_in_the_middle(large: Database, what: str, is_bound: bool) -> None:  # noqa: FBT001 - a parameter
    dataset = DATASETS[what]
    with large.begin() as tx:
        now = tx.execute(text("select now()")).scalar_one()
        columns = store.read_tables(tx)[what].exported()
    for part in dataset.parts:
        order = dataset.order(part, since=is_bound)
        reading = Reading(dataset, part, order, is_bound)
        values = {**parameters(dataset, {}), "since": "-infinity", "until": now, "rows": ROWS}
        after = tuple(MIDDLE.get(key.type, now - timedelta(seconds=30_000)) for key in order)
        span = Span(after, is_first=False)
        with large.begin() as tx:
            store.plan_spans(tx)
            last = store.end_of_span(tx, reading, span, values, rows=ROWS)
        assert looked_at(large, reading.span(span).text, {**values, **span.values()}) <= 2 * ROWS
        ended = Span(after, is_first=False, last=last)
        page = Q["as_json"].text.format(page=reading.page(ended, plain(columns)))
        assert looked_at(large, page, {**values, **ended.values()}) <= 3 * ROWS


@pytest.mark.parametrize(("what", "filters"), NARROW)
def test_the_rows_of_one_are_not_looked_for_in_all(large: Database, what: str, filters: dict[str, str]) -> None:
    dataset = DATASETS[what]
    [reading] = [Reading(dataset, part, dataset.order(part, since=False), is_bound=False) for part in dataset.parts]
    asked = {name: "UCxMpCOKC5I4INzFCab3WEmw" if value == "x" else value for name, value in filters.items()}
    values = {**parameters(dataset, asked), "rows": ROWS}
    assert OTHER in values.values() or "PL77" in values.values()
    span = reading.start()
    assert looked_at(large, reading.span(span).text, {**values, **span.values()}) <= ROWS
