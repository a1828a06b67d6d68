"""SQLite: a file of the import folder, opened for reading only."""

import sqlite3
import time
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, event

from app.imports.tables.opening import ANSWER_SECONDS, make_engine
from app.imports.tables.place import Place

_LOOK_EVERY = 100_000
_LARGEST_CELL = 16 << 20
_PRAGMAS = ("trusted_schema = off", "query_only = on", "cell_size_check = on")


class SqliteFile:
    """A table or view of an SQLite database."""

    name = "sqlite"
    title = "SQLite database"
    port = 0
    """None: it is a file."""

    def engine(self, place: Place) -> Engine:
        """An engine that reads this file, and no other."""
        assert place.path is not None  # noqa: S101 - the folder has found it
        timer = _Timer()
        engine = make_engine("sqlite", partial(_connect, place.path, timer))
        event.listen(engine, "before_cursor_execute", timer.start)
        return engine


class _Timer:
    """Ends a question that takes too long: a view may have no end."""

    def __init__(self) -> None:
        self._until = float("inf")

    def start(self, *_: object) -> None:
        """Another question was asked."""
        self._until = time.monotonic() + ANSWER_SECONDS

    def is_over(self) -> bool:
        """Whether it has taken too long."""
        return time.monotonic() > self._until


def _connect(path: Path, timer: _Timer) -> sqlite3.Connection:
    try:
        return _prepared(path, "mode=ro", timer)
    except sqlite3.OperationalError:
        # A write-ahead log can only be read beside a file of locks, which cannot be made on a medium that is read-only.
        # Nobody can be writing there either.
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return _prepared(path, "immutable=1", timer)


def _prepared(path: Path, how: str, timer: _Timer) -> sqlite3.Connection:
    """A connection that trusts nothing of the file: neither its texts, nor its views, nor its sizes."""
    connection = sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, timeout=5, check_same_thread=False)
    connection.text_factory = _lenient
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_progress_handler(timer.is_over, _LOOK_EVERY)
    for pragma in _PRAGMAS:
        connection.execute(f"pragma {pragma}")
    connection.execute("pragma schema_version").fetchone()  # so that the file is read
    return connection


def _lenient(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
