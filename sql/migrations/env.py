"""How Alembic reaches the database; `python -m app migrate` is the door for people."""

from alembic import context
from sqlalchemy import Connection


def _run(connection: Connection | None) -> None:
    options = {"connection": connection} if connection else {"dialect_name": "postgresql"}
    context.configure(**options, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes.get("connection"))
