"""init.sql, the migrations and the running code speak of one schema."""

import subprocess
from pathlib import Path

import psycopg

from app.db import Database
from app.migrations import as_sql, current, newest
from devstack.postgres import PostgresServer, programs

_ROOT = Path(__file__).parents[2]


def dump(postgres: PostgresServer, database: str) -> str:
    version = "18" if (programs("18") / "bin" / "pg_dump").exists() else "15"
    pg_dump = programs(version) / "bin" / "pg_dump"
    told = subprocess.run(
        [pg_dump, "--schema-only", postgres.url(database)], capture_output=True, text=True, check=True
    )
    # Newer pg_dumps bracket their output with a random word.
    return "\n".join(line for line in told.stdout.splitlines() if "restrict" not in line)


def test_init_sql_is_made_from_the_migrations() -> None:
    assert (_ROOT / "init.sql").read_text() == as_sql()


def test_init_sql_makes_the_same_schema_as_the_migrations(postgres: PostgresServer, template: str) -> None:
    postgres.ensure_database("from_init_sql")
    with psycopg.connect(postgres.url("from_init_sql"), autocommit=True) as connection:
        connection.execute((_ROOT / "init.sql").read_bytes())
    assert dump(postgres, "from_init_sql") == dump(postgres, template)


def test_a_database_of_init_sql_counts_as_migrated(postgres: PostgresServer, template: str) -> None:
    db = Database(postgres.url(template), pooled=False)
    with db.begin() as tx:
        assert current(tx) == newest()
