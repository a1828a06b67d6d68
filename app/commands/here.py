"""What commands do with the database themselves, without the API.

SQLAlchemy, Alembic and the whole wiring are behind this: it is imported by the commands that need it, when they run,
so that all others begin in a third of the time.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from app import migrations
from app.config import load_settings
from app.db import Database, is_outage
from app.errors import TributaryError
from app.system.service import System
from app.wiring import Wiring


class DatabaseAwayError(TributaryError):
    """PostgreSQL is away, starts, or refuses connections."""

    hint = "start PostgreSQL, or mend DATABASE_URL"


def is_alive(role: str) -> bool:
    """Whether a worker of this machine, or beat, was heard lately. Raises DatabaseAwayError."""
    with _answering():
        return System(Wiring(load_settings(), pooled=False)).is_alive(role, socket.gethostname())


def migrate() -> tuple[str | None, str | None]:
    """Bring the database to the schema of this version; what it was, and what it is. Raises DatabaseAwayError."""
    db = Database(load_settings().database_url.get_secret_value(), pooled=False)
    with _answering(), db.begin() as tx:
        before = migrations.current(tx)
        migrations.migrate(tx)
        return before, migrations.current(tx)


def schema() -> str:
    """The whole schema, as init.sql has it."""
    return migrations.as_sql()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not is_outage(error):
            raise
        raise DatabaseAwayError("the database does not answer") from error
