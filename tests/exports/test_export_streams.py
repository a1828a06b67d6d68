"""An export of any size takes little memory, holds nothing while a reader rests, and says when it is not whole."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event

from app.exports import reading
from app.exports.datasets import DATASETS
from app.exports.model import ExportBrokenError, Wish
from app.wiring import Wiring
from devstack.postgres import PostgresServer
from tests.exports.rows import ALL, fill
from tests.hands import sql


@pytest.fixture(autouse=True)
def filled(wiring: Wiring) -> None:
    fill(wiring)


@contextmanager
def statements(wiring: Wiring) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_1: object, _2: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(wiring.db._engine, "before_cursor_execute", note)
    yield sent
    event.remove(wiring.db._engine, "before_cursor_execute", note)


def test_three_statements_for_a_span_and_no_count_of_a_table(wiring: Wiring) -> None:
    wiring.exports.dictionary()
    for what in ALL:
        with statements(wiring) as sent:
            export = wiring.exports.open(Wish(what, "ndjson"))
        assert len(sent) == 3, "when it is, forgetting old ones, the manifest"
        with statements(wiring) as sent:
            rows = b"".join(export.pieces()).count(b"\n")
        spans = len(DATASETS[what].parts) + rows // 7
        assert len(sent) <= 3 * spans + 1, what
        assert not [one for one in sent if "count(*)" in one and "row_to_json" not in one]


def test_no_more_is_read_than_was_asked_for(wiring: Wiring) -> None:
    export = wiring.exports.open(Wish("channels", "ndjson"))
    with statements(wiring) as sent:
        pieces = export.pieces()
        while not sent:
            next(pieces)
        assert len(sent) == 3
        pool = wiring.db._engine.pool
        assert pool.checkedout() == 0  # type: ignore[attr-defined]  # of a pool of connections
        assert sql(wiring, "select state from pg_stat_activity where datname = current_database() "
                           "and backend_xmin is not null and pid <> pg_backend_pid()") == []  # fmt: skip
    assert all(len(piece) <= 64 * 1024 for piece in pieces)


def test_it_goes_on_when_connections_were_lost(wiring: Wiring) -> None:
    whole = b"".join(wiring.exports.open(Wish("channels", "csv")).pieces())
    export = wiring.exports.open(Wish("channels", "csv"))
    pieces = export.pieces()
    begun = next(pieces) + next(pieces)
    with psycopg.connect(wiring.settings.database_url.get_secret_value(), autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid()"
        )
    assert begun + b"".join(pieces) == whole
    assert wiring.exports.manifest(export.id).state == "complete"


def test_what_breaks_off_is_told_from_what_is_whole(
    wiring: Wiring, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0)
    export = wiring.exports.open(Wish("channels", "csv"))
    pieces = export.pieces()
    next(pieces)
    [(name,)] = sql(wiring, "select current_database()")
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"alter database {name} allow_connections false".encode())
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        with pytest.raises(ExportBrokenError):
            list(pieces)
        export.close()
        admin.execute(f"alter database {name} allow_connections true".encode())
    found = wiring.exports.manifest(export.id)
    assert (found.state, found.finished_at) == ("running", None), "it does not say that it is complete"
    assert "sha256" not in found.told


def test_manifests_go_after_thirty_days(wiring: Wiring) -> None:
    old = wiring.exports.open(Wish("channels", "csv"))
    list(old.pieces())
    sql(wiring, "update exports set began_at = began_at - interval '31 days' returning 1")
    wiring.exports.open(Wish("channels", "csv")).close()
    assert sql(wiring, "select state from exports") == [("broken",)]
