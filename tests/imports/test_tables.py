"""Tables of SQLite, PostgreSQL and MariaDB as import sources: one suite, every member.

MariaDB is tried where a mariadbd is in the PATH or named by TRIBUTARY_TEST_MARIADB.
"""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from app.imports.contract import SourceAwayError, UnusableSourceError
from app.imports.registry import DATABASES
from app.imports.tables import reading
from app.imports.tables.place import Place, Wanted
from devstack.postgres import PostgresServer
from tests.imports.conftest import rejected, taken
from tests.imports.databases import Filled, Mariadb, Postgres, Sqlite, read_all, read_on, source
from tests.imports.mariadb import MariadbServer, mariadbd, temporary_mariadb

A, B, C = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw", "UC_x5XG1OV2P6uZZ5FSM9Ttw"
MADE = count()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariadbServer]:
    if mariadbd() is None:
        pytest.skip("no mariadbd on this machine")
    with temporary_mariadb() as server:
        yield server


@pytest.fixture(params=sorted(DATABASES))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Filled:
    """An empty one of each kind."""
    name = f"source_{next(MADE)}"
    match request.param:
        case "sqlite":
            return Sqlite(tmp_path / "list.sqlite")
        case "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            server.ensure_database(name)
            return Postgres(server.url(name))
    mariadb: MariadbServer = request.getfixturevalue("mariadb")
    Mariadb(mariadb, "mysql").run(f"create database {name}")
    return Mariadb(mariadb, name)


def fill(database: Filled, *rows: tuple[object, ...]) -> None:
    database.run("create table channels (id integer primary key, channel_id varchar(200), title varchar(200))")
    database.run("insert into channels values (%s, %s, %s)", rows)


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_every_row_of_a_table_has_one_outcome(database: Filled, rows: int) -> None:
    link = f"https://www.youtube.com/channel/{B}"
    fill(database, (9, A, "Ann"), (3, link, None), (5, "bad", "x"), (7, "@somebody", "y"), (8, None, None), (1, C, "ü"))
    page = read_all(database, rows)
    assert taken(page) == [(C, "ü"), (B, None), (A, "Ann")]
    assert [(name.line, name.text) for name in page.names] == [(4, "@somebody")]
    assert rejected(page) == [(3, "not a channel id"), (5, "no channel id")]


def test_what_stands_beside_an_id_is_kept(database: Filled) -> None:
    columns = "id integer primary key, channel_id text, channel_name text, custom_url text, country char(2)"
    database.run(f"create table lists ({columns})")
    rows = ((1, A, "Ann", "@Ann.makes", "de"), (2, B, None, "no handle", None))
    database.run("insert into lists values (%s, %s, %s, %s, %s)", rows)
    told = [(row.title, row.handle, row.country) for row in read_all(database, 10).rows]
    assert told == [("Ann", "@ann.makes", "DE"), (None, None, None)]


def test_what_changes_meanwhile_loses_nothing_before_or_behind_the_position(database: Filled) -> None:
    fill(database, *((number, A, str(number)) for number in range(0, 20, 2)))
    seen = reading.look(source(database), database.place, Wanted())
    first = next(reading.pages(source(database), database.place, seen, {}, 4))
    database.run("delete from channels where id in (0, 2, 6, 8)")
    database.run("insert into channels values (%s, %s, %s)", [(3, B, "before"), (7, B, "behind"), (99, B, "last")])
    rest = read_on(database, seen, dict(first.position), 4)
    assert [title for _, title in taken(first)] == ["0", "2", "4", "6"]
    assert [title for _, title in taken(rest)] == ["behind", "10", "12", "14", "16", "18", "last"]


def test_no_transaction_stays_open_between_pages(database: Filled) -> None:
    """A table that is read for an hour can be changed and dropped meanwhile."""
    fill(database, (1, A, None), (2, B, None))
    seen = reading.look(source(database), database.place, Wanted())
    pages = reading.pages(source(database), database.place, seen, {}, 1)
    assert taken(next(pages)) == [(A, None)]
    database.run("alter table channels add column more integer")
    assert [taken(page) for page in pages] == [[(B, None)], []]


def test_a_key_of_several_columns(database: Filled) -> None:
    database.run(
        "create table lists (b integer not null, a varchar(20) not null, url varchar(200), primary key (a, b))"
    )
    rows = [(number % 5, f"{number // 5:02}", f"https://youtube.com/channel/{A}") for number in range(23)]
    database.run("insert into lists values (%s, %s, %s)", rows)
    assert len(read_all(database, 4, table="lists").rows) == 23


@pytest.mark.parametrize("name", ['we"ird na%me', "select", "Grüße; drop table channels", "a:b", "x'y"])
def test_names_are_quoted_whatever_they_are(database: Filled, name: str) -> None:
    mark = "`" if database.kind == "mysql" else '"'
    quoted = mark + name.replace(mark, mark * 2) + mark
    database.run(f"create table {quoted} (id integer primary key, {quoted} varchar(100))")
    doubled = quoted if database.kind == "sqlite" else quoted.replace("%", "%%")
    database.run(f"insert into {doubled} values (%s, %s)", [(1, A), (2, B)])  # noqa: S608 - our name
    assert taken(read_all(database, 1, table=name)) == [(A, None), (B, None)]
    assert taken(read_all(database, table=name, id_column=name, title_column="id")) == [(A, "1"), (B, "2")]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"table": "nothing"}, "there is no table 'nothing'"),
        ({"table": "channels; drop table channels"}, "there is no table"),
        ({"table": "information_schema.tables"}, "there is no table"),
        ({"table": "sqlite_master"}, "there is no table"),
        ({"table": "channels", "id_column": "1"}, "has no column '1'"),
        ({"table": "channels", "title_column": "version()"}, "has no column"),
        ({"table": "channels", "key": "channel_id"}, "is not unique"),
        ({"table": "channels", "key": "nothing"}, "has no column"),
    ],
)
def test_only_what_the_catalogue_has_is_read(database: Filled, wanted: dict[str, str], told: str) -> None:
    fill(database, (1, A, None))
    with pytest.raises(UnusableSourceError, match=re.escape(told)) as refused:
        reading.look(source(database), database.place, Wanted(**wanted))
    assert refused.value.hint


def test_the_only_table_with_ids_need_not_be_named(database: Filled) -> None:
    database.run("create table aaa (id integer primary key, channel varchar(50))")
    database.run("create table lists (id integer primary key, what varchar(50))")
    database.run("insert into aaa values (%s, %s)", [(1, "no id")])
    database.run("insert into lists values (%s, %s)", [(1, A)])
    assert taken(read_all(database)) == [(A, None)]
    database.run("create table more (id integer primary key, what varchar(50))")
    database.run("insert into more values (%s, %s)", [(1, B)])
    with pytest.raises(UnusableSourceError, match="several tables") as refused:
        read_all(database)
    assert refused.value.hint == "tables: lists, more"
    fill(database, (1, C, "Cat"))
    assert taken(read_all(database)) == [(C, "Cat")], "the one that is called `channels`"


def test_a_view_is_read_by_the_key_that_is_named(database: Filled) -> None:
    fill(database, *((number, A, f"t{number}") for number in range(9)))
    database.run("create view later as select id as nr, channel_id, title, id / 6 as part from channels where id > 2")
    with pytest.raises(UnusableSourceError, match="has no primary key") as refused:
        read_all(database, table="later")
    assert "name a column that is unique and never empty as `key`" in refused.value.hint
    page = read_all(database, 2, table="later", key="nr")
    assert [title for _, title in taken(page)] == [f"t{number}" for number in range(3, 9)]


def test_a_key_that_would_lose_rows_is_noticed(database: Filled) -> None:
    fill(database, (1, A, "x"), (2, A, "x"), (3, A, "y"))
    database.run("create view twice as select * from channels")
    with pytest.raises(UnusableSourceError, match="is not unique, so rows would be lost"):
        read_all(database, 1, table="twice", key="title")
    database.run("insert into channels values (%s, %s, %s)", [(4, A, None)])
    with pytest.raises(UnusableSourceError, match="is empty in some rows"):
        read_all(database, 1, table="twice", key="title")


def test_tables_without_any_key(database: Filled) -> None:
    database.run("create table bare (channel_id varchar(100), nr integer)")
    database.run("insert into bare values (%s, %s)", [(A, 1), (B, 1), (C, 2)])
    if database.kind == "sqlite":  # which counts the rows of most tables itself
        assert len(read_all(database, 1).rows) == 3
        return
    with pytest.raises(UnusableSourceError, match="has no primary key"):
        read_all(database, table="bare")
    database.run("create table unique_one (channel_id varchar(100) not null unique)")
    database.run("insert into unique_one values (%s)", [(A,), (B,)])
    assert len(read_all(database, 1, table="unique_one").rows) == 2


def test_ids_in_columns_of_bytes_and_very_long_cells(database: Filled) -> None:
    kind = {"postgresql": "bytea", "mysql": "blob", "sqlite": "blob"}[database.kind]
    database.run(f"create table odd (id integer primary key, channel_id {kind}, title text)")
    database.run("insert into odd values (%s, %s, %s)", [(1, A.encode(), "t" * 60_000), (2, b"\xff\x00\xfe", "x")])
    page = read_all(database, table="odd")
    [(channel_id, title)] = taken(page)
    assert (channel_id, len(title or "")) == (A, 2_048)
    assert [line for line, _ in rejected(page)] == [2]


def test_nothing_can_be_written(database: Filled) -> None:
    fill(database, (1, A, None))
    engine = source(database).engine(database.place)
    with engine.connect() as connection:
        directly = connection.execution_options(stream_results=False)
        with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
            directly.exec_driver_sql("insert into channels values (2, 'x', 'y')")


def test_how_far_it_is_where_the_key_is_a_number(database: Filled) -> None:
    fill(database, *((number, A, None) for number in range(1, 11)))
    seen = reading.look(source(database), database.place, Wanted())
    shares = [page.share_read for page in reading.pages(source(database), database.place, seen, {}, 5)]
    assert shares == [0.5, 1.0, 1.0]


def test_a_table_that_is_gone_on_the_way(database: Filled) -> None:
    fill(database, (1, A, None), (2, B, None))
    seen = reading.look(source(database), database.place, Wanted())
    first = next(reading.pages(source(database), database.place, seen, {}, 1))
    database.run("drop table channels")
    with pytest.raises(UnusableSourceError, match="there is no table 'channels'"):
        read_on(database, seen, dict(first.position), 1)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_server_that_is_away_may_come_back(kind: str) -> None:
    place = Place(host="127.0.0.1", address="127.0.0.1", port=9, database="x", user="y", password="canary")
    with pytest.raises(SourceAwayError, match="cannot be read at the moment") as refused:
        reading.look(DATABASES[kind], place, Wanted())
    assert "canary" not in f"{refused.value} {refused.value.hint}"
