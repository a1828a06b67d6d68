"""PostgreSQL: connections, transactions, and the SQL that stands in sql/queries/.

SQL is written in named files, one per room, so that what locks, moves, spends or aggregates can be read, explained and
reviewed as SQL.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, TextClause, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from app.logs import logger
from app.silence import CONNECT_SECONDS, Silence

T = TypeVar("T")
_QUERIES = Path(__file__).parent.parent / "sql" / "queries"
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_log = logger(__name__)

# A worker that was paused inside a transaction must lose its locks before its lease ends: the keeper leaves locked
# batches alone. And a waiter gives up before its own lease does.
_LIMITS = {
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "15s",
    "lock_timeout": "10s",
    "statement_timeout": "120s",
    # The driver prepares what comes again and again, and the server may then make one plan for all values. That one
    # looks for a cursor's place from the beginning of the list, and through a whole table for the rows of one channel.
    "plan_cache_mode": "force_custom_plan",
}
_SESSION = {
    "application_name": "tributary",
    "connect_timeout": 5,
    # A server that is gone without a word (a cut cable, a paused machine) is noticed in about half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_POOL_SECONDS = 10
# Where people wait, nobody waits longer than four seconds for a lock or for a connection.
_IMPATIENT_LIMITS = {"lock_timeout": "4s"}
_IMPATIENT_POOL_SECONDS, _HASTY_SECONDS = 4, 1.5


class Database:
    """A pool of connections; `begin()` is the only way to one, so that every statement has a transaction.

    `impatient` is for those whom people wait for: a server that hangs is an error after three seconds, then at once.
    `shared` when a pooler stands between us and PostgreSQL, and each transaction may be on another of its sessions:
    then nothing is set or prepared but for the transaction.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, pooled: bool = True, impatient: bool = False, shared: bool = False
    ) -> None:
        address = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", url)
        wait = _IMPATIENT_POOL_SECONDS if impatient else _POOL_SECONDS
        options: dict[str, Any] = (
            {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": wait, "pool_pre_ping": True}
            if pooled
            else {"poolclass": NullPool}
        )
        limits = _LIMITS | _IMPATIENT_LIMITS if impatient else _LIMITS
        session = _session(limits, shared=shared) | ({"connect_timeout": CONNECT_SECONDS} if impatient else {})
        self._engine = create_engine(address, connect_args=session, **options)
        if shared:
            event.listen(self._engine, "begin", partial(_limit_transaction, limits))
        self._silence = Silence() if impatient else None
        if self._silence:
            silence = self._silence
            event.listen(self._engine, "do_connect", lambda _, __, args, named: silence.connect(*args, **named))

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, rolled back by any exception."""
        if self._silence and self._silence.holds:
            raise OperationalError("begin", None, psycopg.OperationalError("the server kept silent a moment ago"))
        with self._engine.begin() as tx:
            yield tx

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection for changes of the schema, of whatever length: it commits by itself, several times."""
        with self._engine.connect() as connection:
            connection.execute(text("set statement_timeout = 0"))
            connection.commit()
            try:
                yield connection
            finally:
                connection.invalidate()  # with its settings and locks; another one must not get it

    def patiently(self, work: Callable[[Connection], T], *, seconds: float, awaited: bool = True) -> T:
        """Run `work` in a transaction, again after a lost connection, until `seconds` are over.

        An impatient database goes on that long only where nobody awaits the answer: its begin was sent, say.

        A lost connection leaves open whether the commit took place: `work` must notice what it has already done.
        """
        deadline = time.monotonic() + (min(seconds, _HASTY_SECONDS) if self._silence and awaited else seconds)
        pause = 0.1
        while True:
            try:
                with self.begin() as tx:
                    return work(tx)
            except DBAPIError as error:
                if not is_outage(error) or time.monotonic() + pause > deadline:
                    raise
                _log.warning("database_away", error=type(error.orig).__name__, retry_in=pause)
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    def close(self) -> None:
        """Give the connections back to the server."""
        self._engine.dispose()


def _session(limits: Mapping[str, str], *, shared: bool) -> dict[str, Any]:
    """How each connection begins."""
    if shared:
        return {**_SESSION, "prepare_threshold": None}
    return {**_SESSION, "options": " ".join(f"-c {name}={value}" for name, value in limits.items())}


def _limit_transaction(limits: Mapping[str, str], connection: Connection) -> None:
    local = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in limits.items())
    connection.exec_driver_sql(f"select {local}")


def is_outage(error: DBAPIError) -> bool:
    """Tell a server that is away (or starts, refuses connections, only reads) from a statement that is wrong."""
    # After a switch of servers, the address may lead to one that takes no writes for a while.
    only_reads = isinstance(error.orig, psycopg.errors.ReadOnlySqlTransaction)
    return error.connection_invalidated or only_reads or isinstance(error, OperationalError)


class Queries:
    """The named statements of one file; a statement that does not exist is an error when the module is imported."""

    def __init__(self, room: str) -> None:
        self._statements = _load(room)

    def __getitem__(self, name: str) -> TextClause:
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)


@cache
def _load(room: str) -> Mapping[str, TextClause]:
    parts = _NAME.split((_QUERIES / f"{room}.sql").read_text(encoding="utf-8"))
    return {name: text(body.strip().removesuffix(";")) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def copy_rows(tx: Connection, table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """COPY rows into a table; the fastest way in. `table` and `columns` are ours, never a user's."""
    cursor = tx.connection.cursor()
    with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def copy_out(tx: Connection, statement: TextClause, values: Mapping[str, Any]) -> list[bytes]:
    """The lines of a COPY ... TO STDOUT, which takes no parameters: psycopg writes the values into it, quoted."""
    cursor = tx.connection.cursor()
    with cursor.copy(str(statement.compile(dialect=tx.dialect)), values) as copy:
        return [bytes(line) for line in copy]


def copy_lines(tx: Connection, table: str, columns: Sequence[str], blocks: Iterable[bytes]) -> None:
    """COPY lines that are in COPY's text format already, where nothing between two tabs is NULL."""
    cursor = tx.connection.cursor()
    with cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin with (null '')") as copy:
        for block in blocks:
            copy.write(block)
