"""Migrating a database that others work with: short waits for locks, one migrator at a time, nothing half done."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from app.db import Database
from app.migrations import SCRIPTS, newest
from app.migrator import LockedError, NewerSchemaError, Patience, migrate
from tests.upgrades.conftest import BACKFILL, Older, grow_old, with_another

IMPATIENT = Patience(lock=0.3, locks=0.5, pause=0.1, turn=0.2)
PATIENT = Patience(lock=0.3, pause=0.1)


@contextmanager
def holding(url: str, statement: str) -> Iterator[psycopg.Connection]:
    """Somebody who has forgotten to end a transaction."""
    with psycopg.connect(url, application_name="forgotten psql") as other:
        other.execute(statement)
        yield other


def schema_of(url: str) -> str:
    with psycopg.connect(url) as connection:
        [found] = connection.execute("select version_num from alembic_version").fetchall()
        return str(found[0])


def test_a_lock_that_is_held_ends_it_after_a_bounded_time_and_says_who(db: Database, empty: str, older: Older) -> None:
    grow_old(db, empty, older, "0001")
    told: list[str] = []
    with holding(empty, "select from channels limit 1") as other:
        with pytest.raises(LockedError) as refused:
            migrate(db, IMPATIENT, told.append)
        pid = other.info.backend_pid
    assert f"pid {pid} (forgotten psql, tributary at 127.0.0.1, idle in transaction" in str(refused.value)
    assert "select from channels limit 1" in str(refused.value)
    assert f"select pg_terminate_backend({pid})" in refused.value.hint
    assert told
    assert all(line.startswith(f"waiting for pid {pid} ") for line in told)
    assert schema_of(empty) == "0006", "what came before 0007, which changes channels, is done and stays"
    migrate(db)
    assert schema_of(empty) == newest()


def test_others_read_on_between_its_tries(db: Database, empty: str, older: Older) -> None:
    """A statement that waits for a table keeps all others from it, so it waits for moments only."""
    grow_old(db, empty, older, "0001")
    waiting = threading.Event()
    with holding(empty, "select from channels limit 1"):
        thread = threading.Thread(target=migrate, args=(db, PATIENT, lambda _: waiting.set()))
        thread.start()
        assert waiting.wait(20)
        with psycopg.connect(empty, options="-c lock_timeout=5s", autocommit=True) as reader:
            for _ in range(5):
                assert reader.execute("select count(*) from channels").fetchone() == (200,)
        assert thread.is_alive()
    thread.join(30)
    assert schema_of(empty) == newest()


def test_one_at_a_time(db: Database, empty: str) -> None:
    told: list[str] = []
    with holding(empty, "select pg_advisory_lock(hashtext('tributary'), hashtext('migrations'))") as other:
        with pytest.raises(LockedError, match=f"another migration did not end: pid {other.info.backend_pid} "):
            migrate(db, IMPATIENT, told.append)
        assert told[0].startswith(
            f"another migration runs, waiting for it: pid {other.info.backend_pid} (forgotten psql"
        )
        waits = threading.Event()
        thread = threading.Thread(target=migrate, args=(db, PATIENT, lambda _: waits.set()))
        thread.start()
        assert waits.wait(20)
    thread.join(60)
    assert schema_of(empty) == newest()


def test_two_at_once_are_as_good_as_one(db: Database, empty: str) -> None:
    both = [threading.Thread(target=migrate, args=(db, PATIENT)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert schema_of(empty) == newest()


def test_an_index_that_was_half_built_is_built_anew(db: Database, empty: str, older: Older) -> None:
    grow_old(db, empty, older, "0001", "0015")
    with holding(empty, "update channel_discoveries set last_seen = now() where id = 1") as other:
        with psycopg.connect(empty, autocommit=True) as impatient:
            impatient.execute("set lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                impatient.execute("create index concurrently channel_discoveries_named on channel_discoveries (id)")
        other.rollback()
    half_built = "select count(*) from pg_index where not indisvalid"
    with psycopg.connect(empty, autocommit=True) as connection:
        assert connection.execute(half_built).fetchone() == (1,)
        migrate(db)
        assert connection.execute(half_built).fetchone() == (0,)
        [definition] = connection.execute("select pg_get_indexdef('channel_discoveries_named'::regclass)").fetchall()
        assert "confidence_score DESC" in definition[0]


def test_an_index_is_built_while_others_write(db: Database, empty: str, older: Older) -> None:
    """Building it concurrently waits for a transaction that is open, and lets the next ones write meanwhile."""
    grow_old(db, empty, older, "0001", "0015")
    waiting = threading.Event()
    with holding(empty, "update channel_discoveries set last_seen = now() where id = 1"):
        thread = threading.Thread(target=migrate, args=(db, PATIENT, lambda _: waiting.set()))
        thread.start()
        assert waiting.wait(20)
        with psycopg.connect(empty, options="-c lock_timeout=5s", autocommit=True) as writer:
            written = writer.execute("update channel_discoveries set confidence_score = 0.6 where id = 2")
            assert written.rowcount == 1
        assert schema_of(empty) == "0015"
    thread.join(60)
    assert schema_of(empty) == newest()


def test_many_rows_are_changed_in_pieces(db: Database, empty: str, older: Older) -> None:
    grow_old(db, empty, older, "0001")
    migrate(db, scripts=with_another(older, {"1_source.pieces.sql": BACKFILL}))
    with psycopg.connect(empty) as connection:
        pieces = connection.execute("select count(*) from channels group by xmin::text::bigint order by 1").fetchall()
    assert pieces == [(20,), (60,), (60,), (60,)], "each in a transaction of its own"


def test_an_older_version_leaves_a_newer_schema_alone(db: Database, empty: str, older: Older) -> None:
    migrate(db)
    with pytest.raises(
        NewerSchemaError, match=f"the database has schema {newest()}; this version knows those up to 0012"
    ):
        migrate(db, scripts=older("0012"))
    assert schema_of(empty) == newest(SCRIPTS)
