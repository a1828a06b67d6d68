"""`analysts create NAME`: who may read the views, and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from app.errors import BadInputError
from app.exports.analysts import Analysts, NoSuchAnalystError, RoleRefusedError
from app.wiring import Wiring
from devstack.postgres import PostgresServer
from tests.conftest import add_key
from tests.exports.rows import ALL, TITLES, channel_ids, fill
from tests.hands import sql

Session = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def name() -> str:
    return f"ana_{uuid4().hex[:12]}"  # roles belong to the server, which other tests use, too


@pytest.fixture
def session(wiring: Wiring, name: str) -> Iterator[Session]:
    fill(wiring)
    add_key(wiring, 1)
    password = Analysts(wiring.db).create(name)
    url = make_url(wiring.settings.database_url.get_secret_value()).set(username=name, password=password)
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as made:
        yield made
    Analysts(wiring.db).drop(name)


def read(session: Session, table: str) -> list[tuple[object, ...]]:
    return session.execute(SQL("select * from {}").format(Identifier(*table.split(".")))).fetchall()


def test_an_analyst_reads_every_view(session: Session) -> None:
    for what in ALL:
        assert len(read(session, f"analyst.{what}")) >= len(TITLES)
    # Stable names, without the schema; and an index for who knows an id.
    found = session.execute("select channel_id from channels where channel_key = channel_key(%s)", [channel_ids()[3]])
    assert found.fetchall() == [(channel_ids()[3],)]
    video = session.execute("select video_id, video_key from videos limit 1").fetchone()
    assert video
    assert session.execute("select video_key(%s), video_id(%s)", video).fetchone() == (video[1], video[0])
    assert session.execute("show statement_timeout").fetchone() == ("5min",)


def test_nothing_else_can_be_read_or_changed(session: Session, wiring: Wiring) -> None:
    tables = [row[0] for row in sql(wiring, "select tablename from pg_tables where schemaname = 'public'")]
    assert "api_keys" in tables
    assert len(tables) > 30
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            read(session, f"public.{table}")
    session.execute("set default_transaction_read_only = off")  # a preset, no barrier
    session.execute("set search_path = public")
    for statement in (
        "delete from analyst.channels",
        "update analyst.playlists set title = 'x'",
        "create table analyst.mine (n int)",
        "create table public.mine (n int)",
        "select drop_snapshot_weeks('channel_snapshots', now() + interval '1 year')",
        "select prepare_snapshot_weeks(now() + interval '1 year')",
        "create or replace view analyst.channels as select 1",
        "select pg_read_file('/etc/passwd')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(statement.encode())


def test_the_password_is_in_no_catalogue_and_only_digested(session: Session, wiring: Wiring, name: str) -> None:
    assert session.execute("select 1").fetchone() == (1,)
    [(kept,)] = sql(wiring, "select rolpassword from pg_authid where rolname = :name", name=name)
    assert str(kept).startswith("SCRAM-SHA-256$")


def test_who_has_not_the_schema_reads_no_view(wiring: Wiring, postgres: PostgresServer) -> None:
    stranger = f"stranger_{uuid4().hex[:12]}"
    with psycopg.connect(wiring.settings.database_url.get_secret_value(), autocommit=True) as admin:
        admin.execute(f"create role {stranger}".encode())
        admin.execute(f"set role {stranger}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            admin.execute("select * from analyst.channels")
        admin.execute("reset role")
        admin.execute(f"drop role {stranger}".encode())
    assert postgres


@pytest.mark.parametrize("bad", ["", "Robert'); drop table channels; --", "pg_read_all_data", "x" * 64, "a-b", "ünal"])
def test_names_that_cannot_be(wiring: Wiring, bad: str) -> None:
    for move in (Analysts(wiring.db).create, Analysts(wiring.db).drop):
        with pytest.raises(BadInputError):
            move(bad)


def test_what_was_not_made_here_stays(wiring: Wiring, session: Session, name: str) -> None:
    assert session
    with pytest.raises(RoleRefusedError):
        Analysts(wiring.db).create(name)
    owner = make_url(wiring.settings.database_url.get_secret_value()).username or ""
    with pytest.raises(NoSuchAnalystError):
        Analysts(wiring.db).drop(owner)
