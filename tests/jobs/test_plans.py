"""The statements that run all day stay on their indexes when the tables are large."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import TextClause, text

from app.catalog import store as channels
from app.db import Database
from app.jobs import store as jobs
from app.refresh import store as refresh
from devstack.postgres import PostgresServer

FILL = """
insert into channels (id, metadata_fetched, fetched_at, asked_at, refresh_step, language, country)
select md5(n::text)::uuid, n % 3 <> 0, now(), now() - n * interval '1 minute', n % 15, (array['en', 'de'])[1 + n % 2],
       case when n % 500 = 0 then 'NZ' else 'US' end
from generate_series(1, 30000) n;
insert into videos
  (id, channel, fetched_at, asked_at, refresh_step, expires_at, availability_since, kind, kind_evidence)
select n, md5(n::text)::uuid, moment, moment, n % 15, moment, moment, 'video', 'a test'
from generate_series(1, 30000) n, lateral (select now() - n * interval '1 minute' as moment) t;
insert into processing_jobs (id, job_type, status, total_items, why)
select md5('job' || n)::uuid, 'metadata', case when n = 1 then 'running' else 'paused' end, 20000, 'a test'
from generate_series(1, 50) n;
insert into job_batches (job_id, ordinal, lane, span, spec, total_items, state, finished_at)
select md5('job' || n % 50 + 1)::uuid, n, 1,
       uuidrange(lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, '[]'), '{}', 0,
       case when n % 400 = 0 then 'ready' else 'done' end, case when n % 400 <> 0 then now() end
from generate_series(1, 20000) n;
insert into job_items (job_id, batch_id, outcome, item, reason)
select md5('job' || n % 50 + 1)::uuid, 1, 'failed', 'an item', 'a reason' from generate_series(1, 50000) n;
analyze;
"""
JOB, KEY = UUID("66c41bd7-5c75-f5ae-1e5b-4ac6b78d3a77"), UUID(int=2**127)
DUE = {
    "moment": "2026-11-20T12:00:00Z",
    "before": "2026-11-20T12:00:00Z",
    "shortest": timedelta(hours=6),
    "longest": timedelta(days=25),
    "max_age": None,
    "held": [],
    "limit": 100,
}
COUNTED = {"shortest": DUE["shortest"], "longest": DUE["longest"], "max_age": None, "now": None, "most": 1_000}
LISTED: dict[str, Any] = {
    **dict.fromkeys(("after", "metadata_fetched", "availability", "language", "country")),
    "limit": 100,
    "offset": 0,
}
HOT: dict[str, tuple[TextClause, dict[str, Any], str]] = {
    "next_without_metadata": (
        channels.Q["next_without_metadata"],
        {"after": KEY, "before": None, "limit": 100},
        "channels_without_metadata",
    ),
    "count_held": (
        channels.Q["count_held"],
        {"firsts": [KEY], "lasts": [UUID(int=KEY.int + 2**100)]},
        "channels_without_metadata",
    ),
    "list_channels, by language": (channels.LISTED, {**LISTED, "language": "mi"}, "channels_by_language"),
    "list_channels, by country": (channels.LISTED, {**LISTED, "country": "NZ"}, "channels_by_country"),
    "list_channels, by both": (
        channels.LISTED,
        {**LISTED, "language": "en", "country": "NZ"},
        "channels_by_country",
    ),
    "list_channels, a stretch": (
        channels.SEARCHED,
        {**LISTED, "availability": "not_found", "after": KEY, "most": 1_000},
        "channels_pkey",
    ),
    "end_of_stretch": (channels.Q["end_of_stretch"], {"after": KEY, "most": 1_000}, "channels_pkey"),
    "count_due_channels": (refresh.Q["count_due_channels"], COUNTED, "channels_to_refresh"),
    "count_due_statistics": (refresh.Q["count_due_statistics"], COUNTED, "videos_to_refresh"),
    "count_due_videos": (refresh.Q["count_due_videos"], COUNTED, "videos_to_fetch_again"),
    "due_channels": (refresh.Q["due_channels"], DUE, "channels_to_refresh"),
    "due_statistics": (refresh.Q["due_statistics"], DUE, "videos_to_refresh"),
    "due_videos": (refresh.Q["due_videos"], DUE, "videos_to_fetch_again"),
    "claim": (jobs.Q["claim"], {"batch_id": 400, "worker": "w", "lease": 20, "now": None}, "job_batches_pkey"),
    "due_batches": (jobs.Q["due_batches"], {"patience": 5, "long_patience": 300, "now": None}, "job_batches_open"),
    "taken_spans": (jobs.Q["taken_spans"], {"lane": 1, "after": KEY}, "two_batches_never_share_a_channel"),
    "progress_of_batches": (jobs.Q["progress_of_batches"], {"job_id": JOB, "now": None}, "job_batches_open"),
    "free_expired": (jobs.Q["free_expired"], {}, "job_batches_leases"),
    "worn_out": (jobs.Q["worn_out"], {"attempts": 5, "batch_id": None}, "job_batches_open"),
    "list_left_over": (jobs.Q["list_left_over"], {"job_id": JOB, "after": 0, "limit": 50}, "job_batches_left_over"),
    "group_remarks": (jobs.Q["group_remarks"], {"job_id": JOB, "most": 5000}, "job_items_outcome"),
    "show_fence": (jobs.Q["show_fence"], {"batch_id": 400, "fence": 1}, "job_batches"),
    "add_batch": (
        jobs.Q["add_batch"],
        {"job_id": JOB, "lane": None, "first_key": None, "last_key": None, "spec": "{}", "total_items": 0},
        "job_batches_job_id_ordinal_key",
    ),
}


@pytest.fixture(scope="module")
def large(postgres: PostgresServer, template: str) -> Iterator[Database]:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database large template {template}")
        with psycopg.connect(postgres.url("large"), autocommit=True) as connection:
            connection.execute(FILL)
        db = Database(postgres.url("large"))
        yield db
        db.close()
        admin.execute("drop database large with (force)")


def nodes_of(plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every node of the plan that the planner chooses."""
    nodes, found = [plan[0]["Plan"]], []
    while nodes:
        found.append(node := nodes.pop())
        nodes.extend(node.get("Plans", ()))
    return found


@pytest.mark.parametrize("name", HOT)
def test_hot_statements_use_their_index(large: Database, name: str) -> None:
    statement, values, index = HOT[name]
    with large.begin() as tx:
        nodes = nodes_of(tx.execute(text(f"explain (format json) {statement.text}"), values).scalar_one())
    scanned = {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
    assert not scanned & {"channels", "videos", "job_batches", "job_items"}
    used = [node["Index Name"] for node in nodes if "Index Name" in node]
    assert any(name.startswith(index) for name in used), used


def test_cutting_does_not_begin_at_the_first_channel_each_time(large: Database) -> None:
    """A prepared statement may get one plan for all values after some rounds: it must still begin at its key."""
    statement = channels.Q["next_without_metadata"].text
    for number, name in enumerate((":after", ":before", ":limit"), 1):
        statement = statement.replace(name, f"${number}")
    with large.begin() as tx:
        tx.exec_driver_sql(f"prepare cut (uuid, uuid, int) as {statement}")
        execute = f"execute cut ('{UUID(int=0xFFE << 116)}', null, 1)"
        for _ in range(20):
            assert tx.exec_driver_sql(execute).all()
        nodes = nodes_of(tx.exec_driver_sql(f"explain (analyze, format json) {execute}").scalar_one())
    assert sum(node.get("Rows Removed by Filter", 0) for node in nodes) == 0


@pytest.fixture
def stubborn(large: Database, postgres: PostgresServer) -> Iterator[Database]:
    """The same, where the server makes one plan for all values of a statement wherever it may."""
    large.close()
    with psycopg.connect(postgres.url("large"), autocommit=True) as connection:
        connection.execute("alter database large set plan_cache_mode = force_generic_plan")
        yield large
        large.close()
        connection.execute("alter database large reset plan_cache_mode")


@pytest.mark.parametrize("statement", [channels.SEARCHED, channels.LISTED, channels.Q["end_of_stretch"]])
def test_pages_begin_at_their_cursor_each_time(stubborn: Database, statement: TextClause) -> None:
    looked_at = text("select idx_tup_fetch + seq_tup_read from pg_stat_xact_user_tables where relname = 'channels'")
    with stubborn.begin() as tx:
        before = tx.execute(looked_at).scalar_one()
        for _ in range(20):
            assert tx.execute(statement, {**LISTED, "after": KEY, "most": 100}).all()
        assert tx.execute(looked_at).scalar_one() - before <= 20 * 101
