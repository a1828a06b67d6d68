"""Databases of earlier days, with what stood in them, reach the schema of today and lose nothing."""

import subprocess
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from app.db import Database
from app.migrator import migrate
from devstack.postgres import PostgresServer, programs
from tests.upgrades.conftest import DATA, Older, grow_old

FILLED = sorted(path.stem for path in DATA.glob("*.sql"))
CHECKS = sorted((Path(__file__).parents[2] / "sql" / "checks").glob("*.sql"))
# Partitions depend on the day on which they are made.
_TABLES = """
select relname from pg_class c join pg_namespace n on n.oid = relnamespace
where nspname = 'public' and relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version' order by 1"""
_COLUMNS = """
select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped"""
# What a migration adds to a table that was there: 0013 brings the schedule of retention.
ADDED = {"schedules": 1}

Columns = dict[str, str]


def columns(url: str) -> Columns:
    """The columns of every table."""
    with psycopg.connect(url) as connection:
        tables = [table for (table,) in connection.execute(_TABLES)]
        return {table: _one(connection, _COLUMNS, [table]) for table in tables}


def rows(url: str, known: Columns) -> dict[str, Counter[str]]:
    """By table its rows, as far as these columns go."""
    with psycopg.connect(url) as connection:
        return {
            table: Counter(row for (row,) in connection.execute(f"select row({names})::text from {table}"))  # noqa: S608 - our tables
            for table, names in known.items()
        }


def _one(connection: psycopg.Connection, statement: str, values: list[str]) -> str:
    found = connection.execute(statement, values).fetchone()
    assert found
    return str(found[0])


def schema(url: str) -> str:
    version = "18" if (programs("18") / "bin" / "pg_dump").exists() else "15"
    command = [str(programs(version) / "bin" / "pg_dump"), "--schema-only", "--exclude-table=*_snapshots_2*", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in told.splitlines() if "restrict" not in line)


@pytest.mark.parametrize("newest", FILLED)
def test_nothing_is_lost(
    db: Database, empty: str, older: Older, postgres: PostgresServer, template: str, newest: str
) -> None:
    grow_old(db, empty, older, *[one for one in FILLED if one <= newest])
    known = columns(empty)
    before = rows(empty, known)
    assert before.keys() >= {"channels", "processing_jobs"}
    assert sum(sum(found.values()) for found in before.values()) > 400

    migrate(db)

    after = rows(empty, known)
    assert {table: found - after[table] for table, found in before.items() if found - after[table]} == {}
    assert {table: n for table in known if (n := (after[table] - before[table]).total())} == (
        ADDED if newest < "0013" and "schedules" in known else {}
    )
    with psycopg.connect(empty) as connection:
        wrong = {check.stem: connection.execute(check.read_bytes()).fetchall() for check in CHECKS}
    assert {name: rows for name, rows in wrong.items() if rows} == {}
    assert schema(empty) == schema(postgres.url(template))


def test_what_a_migration_writes_into_old_rows(db: Database, empty: str, older: Older) -> None:
    """0006 gives every job its share of the budget, 0014 says when a channel was last asked for."""
    grow_old(db, empty, older, "0001", "0007")
    migrate(db)
    with psycopg.connect(empty) as connection:
        [told] = connection.execute(
            "select (select count(*) from job_shares where used = 3), "
            "(select count(*) from channels where metadata_fetched and asked_at = fetched_at), "
            "(select count(*) from videos where asked_at = fetched_at)"
        ).fetchall()
    assert told == (1, 100, 300)
