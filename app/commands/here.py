"""What commands do with the database themselves, without the API.

SQLAlchemy, Alembic and the whole wiring are behind this: it is imported by the commands that need it, when they run,
so that all others begin in a third of the time.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app import migrations, migrator
from app.access.model import Entry, Scope
from app.access.routes import token_json
from app.config import SettingsError, load_settings
from app.db import Database, is_outage
from app.effective import Effective, effective
from app.errors import TributaryError
from app.exports.analysts import Analysts
from app.exports.dictionary import page
from app.system import rotation
from app.system.doctor import examine
from app.system.finding import Finding
from app.system.invariants import Checked, check, names
from app.system.rotation import Rotated
from app.system.service import System
from app.wiring import Wiring


class DatabaseAwayError(TributaryError):
    """PostgreSQL is away, starts, or refuses connections."""

    hint = "start PostgreSQL, or mend DATABASE_URL"


class DatabaseTooOldError(TributaryError):
    """PostgreSQL lacks what is needed."""

    hint = "upgrade PostgreSQL, or name another server in DATABASE_URL"


_OLDEST = 15


def is_alive(role: str) -> bool:
    """Whether a worker of this machine, or beat, was heard lately. Raises DatabaseAwayError."""
    with _answering():
        return System(_wiring()).is_alive(role, socket.gethostname())


def is_dead(role: str, pid: int, seconds: float) -> bool:
    """Whether the worker with this process id, or beat, was not heard for so long. Raises DatabaseAwayError."""
    with _answering():
        silence = System(_wiring()).silence(role, socket.gethostname(), pid)
    return silence is None or silence > seconds


def database_version() -> str:
    """What PostgreSQL calls itself. Raises DatabaseAwayError, and DatabaseTooOldError before 15."""
    with _answering(), _wiring().db.begin() as tx:
        version = tx.dialect.server_version_info or (0,)
    if int(version[0]) < _OLDEST:
        raise DatabaseTooOldError(
            f"this is PostgreSQL {version[0]}, and {_OLDEST} is the oldest that has what it takes"
        )
    return "PostgreSQL " + ".".join(map(str, version))


def migrate(say: Callable[[str], None]) -> tuple[str | None, str | None]:
    """Bring the database to the schema of this version; what it was, and what it is. `say` hears for whom it waits.

    Raises DatabaseAwayError, LockedError, NewerSchemaError.
    """
    db = Database(load_settings().database_url.get_secret_value(), pooled=False)
    with _answering():
        before = _schema_of(db)
        migrator.migrate(db, say=say)
        return before, _schema_of(db)


def _schema_of(db: Database) -> str | None:
    with db.begin() as tx:
        return migrations.current(tx)


def rotate(seen: Callable[[str, int], None]) -> list[Rotated]:
    """Encrypt everything anew under the SECRET_KEY of now; `seen` hears of progress. Raises DatabaseAwayError."""
    settings = load_settings()
    with _answering():
        return list(rotation.rotate(Wiring(settings, pooled=False).db, settings, seen))


def settings() -> tuple[list[Effective], SettingsError | None]:
    """Every setting with the value that holds, and what is wrong with them."""
    return effective()


def examined() -> Iterator[Finding]:
    """What the doctor finds, one thing after the other. Raises nothing."""
    return examine()


def invariants() -> int:
    """How many there are."""
    return len(names())


def checked() -> Iterator[Checked]:
    """Each invariant of the database, as it was found. Raises DatabaseAwayError."""
    with _answering():
        yield from check(_wiring().db)


def schema() -> str:
    """The whole schema, as init.sql has it."""
    return migrations.as_sql()


def dictionary() -> str:
    """The data dictionary, as docs/data-dictionary.md has it. Raises DatabaseAwayError."""
    with _answering():
        return page(_wiring().exports.dictionary())


def create_analyst(name: str) -> tuple[str, str]:
    """Make a role that reads the views for analysts; its password, and the address with it."""
    wiring = _wiring()
    with _answering():
        password = Analysts(wiring.db).create(name)
    url = make_url(wiring.settings.database_url.get_secret_value())
    mine = url.set(drivername="postgresql", username=name, password=password, query={})
    return password, mine.render_as_string(hide_password=False)


def drop_analyst(name: str) -> None:
    """Drop such a role."""
    with _answering():
        Analysts(_wiring().db).drop(name)


def create_token(name: str, scope: str, expires_days: int | None) -> str:
    """Make a token; its text, which is nowhere else."""
    wiring = _wiring()
    with _answering():
        _, text = wiring.tokens.create(name, Scope(scope), expires_days)
        wiring.audit.write(Entry("command line", "tokens create", target=name))
    return text


def list_tokens() -> list[dict[str, Any]]:
    """The tokens as the API shows them."""
    with _answering():
        found = _wiring().tokens.listed()
    told: list[dict[str, Any]] = json.loads(json.dumps([token_json(token) for token in found], default=str))
    return told


def revoke_token(name: str) -> None:
    """Let a token count no longer."""
    wiring = _wiring()
    with _answering():
        wiring.tokens.revoke(name)
        wiring.audit.write(Entry("command line", "tokens revoke", target=name))


def _wiring() -> Wiring:
    return Wiring(load_settings(), pooled=False)


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if missing := migrations.lacks(error):
            raise migrations.SchemaError(
                f"the database has not the schema that this version needs: {missing}"
            ) from error
        if not is_outage(error):
            raise
        raise DatabaseAwayError("the database does not answer") from error
