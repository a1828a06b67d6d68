"""Databases that imports are tried on: each is filled by statements, and read as a place."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import psycopg
import pymysql

from app.imports.contract import Page, TableSource
from app.imports.registry import DATABASES
from app.imports.tables import reading
from app.imports.tables.place import Place, Wanted
from tests.imports.mariadb import PASSWORD, USER, MariadbServer


class Filled(Protocol):
    """A database that a test fills."""

    kind: str

    @property
    def place(self) -> Place: ...

    @property
    def body(self) -> dict[str, Any]: ...

    def run(self, statement: str, rows: Sequence[Sequence[object]] = ()) -> None: ...


@dataclass
class Sqlite:
    path: Path
    kind: str = "sqlite"

    @property
    def place(self) -> Place:
        return Place(path=self.path)

    @property
    def body(self) -> dict[str, Any]:
        return {"source_type": "sqlite", "source_path": self.path.name}

    def run(self, statement: str, rows: Sequence[Sequence[object]] = ()) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.executemany(statement.replace("%s", "?"), rows) if rows else connection.execute(statement)
        connection.close()


@dataclass
class Postgres:
    url: str
    kind: str = "postgresql"

    @property
    def place(self) -> Place:
        parts = urlsplit(self.url)
        return Place(
            host="127.0.0.1",
            address="127.0.0.1",
            port=parts.port or 0,
            database=parts.path[1:],
            user=parts.username or "",
            password=unquote(parts.password or ""),
        )

    @property
    def body(self) -> dict[str, Any]:
        return {"source_type": "postgresql", "source_path": self.url}

    def run(self, statement: str, rows: Sequence[Sequence[object]] = ()) -> None:
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.executemany(statement, rows) if rows else cursor.execute(statement.encode())


@dataclass
class Mariadb:
    server: MariadbServer
    database: str
    kind: str = "mysql"
    place: Place = field(init=False)

    def __post_init__(self) -> None:
        where = {"host": "127.0.0.1", "address": "127.0.0.1", "port": self.server.port}
        self.place = Place(**where, database=self.database, user=USER, password=PASSWORD)  # type: ignore[arg-type]

    @property
    def body(self) -> dict[str, Any]:
        url = f"mysql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.server.port}/{self.database}"
        return {"source_type": "mysql", "source_path": url}

    def run(self, statement: str, rows: Sequence[Sequence[object]] = ()) -> None:
        with pymysql.connect(
            host="127.0.0.1",
            port=self.server.port,
            user=USER,
            password=PASSWORD.encode(),
            database=self.database,
            autocommit=True,
        ) as connection:
            connection.cursor().executemany(statement, rows) if rows else connection.cursor().execute(statement)


def source(filled: Filled) -> TableSource:
    return DATABASES[filled.kind]


def read_all(filled: Filled, rows: int = 1_000, **wanted: str) -> Page:
    """All pages, each by another reader, the position passed on as JSON."""
    seen = reading.look(source(filled), filled.place, Wanted(**wanted))
    return read_on(filled, seen, {}, rows)


def read_on(filled: Filled, seen: dict[str, Any], position: dict[str, Any], rows: int) -> Page:
    whole = Page(position=position)
    while not whole.at_end:
        page = next(reading.pages(source(filled), filled.place, seen, loads(dumps(whole.position)), rows))
        assert page.entered <= rows
        assert page.entered or page.at_end
        assert 0 <= page.share_read <= 1
        whole.rows.extend(page.rows)
        whole.names += page.names
        whole.rejects += page.rejects
        whole.position, whole.at_end = page.position, page.at_end
    return whole
