"""Bring a database to the schema that this version of the code needs, while others work with it.

Each revision is a transaction of its own that waits for locks only for moments: whoever waits for a table keeps others
waiting who come after. What could not get its lock is tried again, and in the end it is said who was in its way.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from psycopg import errors
from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.logs import logger, redact
from app.migrations import SCRIPTS, Q, SchemaError, config, current, newest

Say = Callable[[str], None]
Sessions = Sequence[RowMapping]
_LONGEST_QUERY = 120
_log = logger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    lock: float = 3
    """For a lock, at a time: so long others may wait behind us."""
    locks: float = 300
    """For all locks, with the pauses between."""
    pause: float = 5
    """Between two tries: those who waited behind us have their turn."""
    turn: float = 3_600
    """For another migrator."""


class LockedError(SchemaError):
    """Others hold what must be changed."""


class NewerSchemaError(SchemaError):
    """The database was migrated by a newer version."""

    hint = "run the version that migrated it; there is no way back but a backup from before, see docs/upgrades.md"


def _note(words: str) -> None:
    _log.info("migrates", note=words)


def migrate(db: Database, patience: Patience = Patience(), say: Say = _note, scripts: Path = SCRIPTS) -> None:
    """Apply what is missing, revision by revision. Raises LockedError, NewerSchemaError.

    It may be broken off at any moment and begun again. `say` hears for whom it waits.
    """
    with db.session() as connection:
        _wait_for_turn(connection, patience, say)
        _refuse_newer(connection, scripts)
        deadline = time.monotonic() + patience.locks
        while True:
            with _watching(db, connection, say) as in_the_way:
                try:
                    _upgrade(connection, patience, scripts)
                except DBAPIError as error:
                    connection.rollback()
                    if not isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected):
                        raise
                else:
                    return
            if time.monotonic() + patience.pause > deadline:
                raise _locked(in_the_way(), patience)
            time.sleep(patience.pause)


def _upgrade(connection: Connection, patience: Patience, scripts: Path) -> None:
    connection.execute(text(f"set lock_timeout = '{patience.lock}s'"))
    connection.commit()
    settings = config(scripts)
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
    connection.execute(Q["prepare_weeks"])
    connection.commit()


def _wait_for_turn(connection: Connection, patience: Patience, say: Say) -> None:
    deadline = time.monotonic() + patience.turn
    told = False
    while not connection.execute(Q["take_turn"]).scalar():
        others = connection.execute(Q["who_has_the_turn"]).mappings().all()
        connection.commit()
        if time.monotonic() > deadline:
            raise LockedError(f"another migration did not end: {_described(others)}", hint="wait for it, or end it")
        if not told:
            say(f"another migration runs, waiting for it: {_described(others)}")
            told = True
        time.sleep(min(1.0, patience.pause))
    connection.commit()


def _refuse_newer(connection: Connection, scripts: Path) -> None:
    known, has = newest(scripts), current(connection)
    connection.commit()
    if has is not None and has > known:
        raise NewerSchemaError(f"the database has schema {has}; this version knows those up to {known}")


@contextmanager
def _watching(db: Database, connection: Connection, say: Say) -> Iterator[Callable[[], Sessions]]:
    """Look on another connection who is in the way: a statement that waits cannot ask. Yields who was seen last."""
    pid = connection.execute(text("select pg_backend_pid()")).scalar()
    connection.commit()
    over = threading.Event()
    seen: list[Sessions] = [[]]

    def watch() -> None:
        while not over.wait(0.3):
            try:
                with db.begin() as tx:
                    now = tx.execute(Q["who_blocks"], {"pid": pid}).mappings().all()
            except DBAPIError:
                continue  # the database is away: the migration itself will tell
            if now and {one["pid"] for one in now} != {one["pid"] for one in seen[0]}:
                say(f"waiting for {_described(now)}")
            seen[0] = now or seen[0]

    thread = threading.Thread(target=watch, name="migration watcher", daemon=True)
    thread.start()
    try:
        yield lambda: seen[0]
    finally:
        over.set()
        thread.join()


def _locked(others: Sessions, patience: Patience) -> LockedError:
    pids = " or ".join(f"select pg_terminate_backend({one['pid']})" for one in others)
    return LockedError(
        f"the schema could not be changed: for {patience.locks:.0f} s others held what it needs."
        f" In the way: {_described(others)}",
        hint="let it end" + (f", or end it with `{pids}`" if pids else "") + ", then run `python -m app migrate` again;"
        " what was applied stays, nothing is half done",
    )


def _described(sessions: Sessions) -> str:
    return "; ".join(map(_one, sessions)) or "somebody who is gone"


def _one(session: RowMapping) -> str:
    who = session["application_name"] or session["backend_type"]
    where = f" at {session['client_addr']}" if session["client_addr"] else ""
    since = f" in a transaction for {session['open_for']}" if session["open_for"] else ""
    query = redact(" ".join((session["query"] or "").split()))[:_LONGEST_QUERY]
    return f"pid {session['pid']} ({who}, {session['usename']}{where}, {session['state']}{since}): {query}"
