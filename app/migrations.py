"""Bring a database to the schema that this version of the code needs."""

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_SCRIPTS = Path(__file__).parent.parent / "sql" / "migrations"
_COMING_WEEKS = "select prepare_snapshot_weeks(now())"
_HEADER = """\
-- The whole schema, for `psql --file init.sql` on an empty database. Made from sql/migrations by
-- `python -m app init-sql`; do not edit. `python -m app migrate` does the same, and upgrades what is there.
"""
# Two processes that start at once must not both migrate.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('tributary migrations'))")


def migrate(tx: Connection) -> None:
    """Apply what is missing, inside the caller's transaction: all of it or nothing."""
    tx.execute(_ONE_AT_A_TIME)
    tx.execute(text("set local lock_timeout = '30s'"))
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, "head")
    tx.execute(text(_COMING_WEEKS))


def newest() -> str:
    """The revision that this code needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(tx: Connection) -> str | None:
    """The revision that this database has; None before the first migration."""
    if tx.execute(text("select to_regclass('alembic_version')")).scalar() is None:
        return None
    return tx.execute(text("select version_num from alembic_version")).scalar()


def as_sql() -> str:
    """All migrations as one SQL script: what init.sql is made of."""
    script = io.StringIO()
    config = _config(output=script)
    command.upgrade(config, "head", sql=True)
    return f"{_HEADER}\n{script.getvalue().strip()}\n\n{_COMING_WEEKS};\n"


def _config(output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output, stdout=io.StringIO()) if output else Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(_SCRIPTS))
    return config
