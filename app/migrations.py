"""The schema: what this version of the code needs, what a database has, and how one revision is carried out.

`app/migrator.py` brings a database from one to the other.
"""

import io
import re
from functools import cache
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from app.db import Queries
from app.errors import TributaryError

Q = Queries("migrations")
SCRIPTS = Path(__file__).parent.parent / "sql" / "migrations"
"""Alembic's folder: env.py, and the revisions."""
# An index that is built concurrently waits for transactions that others have open, and nobody waits for it.
_PATIENT_SECONDS = 1_800
_INDEX = re.compile(r"(create|drop) index concurrently (?:if (?:not )?exists )(\w+)")
_MISSING = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.UndefinedObject,
    errors.InvalidSchemaName,
)
_HEADER = """\
-- The whole schema, for `psql --file init.sql` on an empty database. Made from sql/migrations by
-- `python -m app init-sql`; do not edit. `python -m app migrate` does the same, and upgrades what is there.
"""


class SchemaError(TributaryError):
    """The database has not the schema that this version needs."""

    status = 503
    hint = "run `python -m app migrate`; `/readyz` tells which schema it has, and which one is needed"


@cache
def newest(scripts: Path = SCRIPTS) -> str:
    """The revision that this code needs; remembered, because Alembic reads all of them to find it."""
    return str(ScriptDirectory.from_config(config(scripts)).get_current_head())


def current(tx: Connection) -> str | None:
    """The revision that this database has; None before the first migration."""
    if tx.execute(text("select to_regclass('alembic_version')")).scalar() is None:
        return None
    return tx.execute(text("select version_num from alembic_version")).scalar()


def standing(tx: Connection) -> tuple[bool, str]:
    """Whether this version can work with the database as it is, and how it is: `ok`, or in words.

    With a newer schema it can: a migration leaves alone what the version before it uses, so that both may run at once.
    """
    has, needs = current(tx), newest()
    if has == needs:
        return True, "ok"
    if has is not None and has > needs:
        return (
            True,
            f"has schema {has}, this version is of {needs}: start the newer version, this one goes on until then",
        )
    if has is None:
        return False, "has no tables: run `python -m app migrate`"
    return False, f"has schema {has}, this version needs {needs}: run `python -m app migrate`"


def lacks(error: DBAPIError) -> str | None:
    """What a statement did not find in the database: a table, a column, a function; None when it failed otherwise."""
    return str(error.orig).splitlines()[0] if isinstance(error.orig, _MISSING) else None


def as_sql(revisions: str = "head", *, live: bool = False) -> str:
    """Migrations as one SQL script: what init.sql is made of.

    `live` shows concurrent indexes as such; on an empty database they are built like all others.
    """
    script = io.StringIO()
    settings = config(SCRIPTS, output=script)
    settings.attributes["live"] = live
    command.upgrade(settings, revisions, sql=True)
    return f"{_HEADER}\n{script.getvalue().strip()}\n\n{Q['prepare_weeks']};\n"


def run(folder: Path) -> None:
    """Carry out a revision: every .sql file of its folder, in the order of their names.

    - `*.concurrently.sql`: creates or drops one index, outside of a transaction. A half-built one is built anew.
    - `*.pieces.sql`: a statement that changes some rows, again and again until it changes none, each time committed.
    - any other: in one transaction with the rest of the revision, which must therefore be quick.

    A revision that has files of the first two kinds has no other, because it is begun again after an interruption.
    """
    for part in sorted(folder.glob("*.sql")):
        statement = part.read_text(encoding="utf-8").strip().removesuffix(";")
        if part.name.endswith(".concurrently.sql"):
            _concurrently(statement)
        elif part.name.endswith(".pieces.sql"):
            _in_pieces(statement)
        else:
            op.execute(_plain(statement))


def config(scripts: Path, output: io.StringIO | None = None) -> Config:
    """How Alembic finds the revisions; with `output` it writes SQL there instead of carrying it out."""
    config = Config(output_buffer=output, stdout=io.StringIO()) if output else Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(scripts))
    return config


def _concurrently(statement: str) -> None:
    context = op.get_context()
    if context.as_sql:
        live = context.config is not None and context.config.attributes["live"]
        op.execute(_plain(statement if live else statement.replace(" concurrently", "")))
        return
    named = _INDEX.search(statement)
    if named is None:
        raise SchemaError("a concurrent step reads: create|drop index concurrently if [not] exists NAME ...")
    with context.autocommit_block():
        connection = op.get_bind()
        seconds = connection.execute(text("show lock_timeout")).scalar()
        connection.execute(text(f"set lock_timeout = '{_PATIENT_SECONDS}s'"))
        if named[1] == "create" and connection.execute(Q["is_half_built"], {"name": named[2]}).scalar():
            connection.execute(text(f"drop index concurrently {named[2]}"))
        connection.execute(_plain(statement))
        connection.execute(text(f"set lock_timeout = '{seconds}'"))


def _in_pieces(statement: str) -> None:
    context = op.get_context()
    if context.as_sql:
        op.execute(_plain(statement))
        return
    with context.autocommit_block():
        while op.get_bind().execute(_plain(statement)).rowcount > 0:
            pass


def _plain(statement: str) -> TextClause:
    """As it is: a colon would begin a parameter."""
    return text(statement.replace(":", r"\:"))
