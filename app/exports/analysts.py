"""Roles that may read the views of the schema `analyst`, and nothing else."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import Connection as Raw
from psycopg import errors, sql
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.errors import BadInputError, ConflictError, NotFoundError
from app.exports.statements import Q

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class NoSuchAnalystError(NotFoundError):
    """There is no such analyst."""

    hint = "`analysts create NAME` makes one; roles that were made elsewhere are left alone"


class RoleRefusedError(ConflictError):
    """PostgreSQL refuses this."""


class Analysts:
    """Makes and drops roles of the database server."""

    def __init__(self, db: Database, make_password: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> None:
        self._db = db
        self._make_password = make_password

    def create(self, name: str) -> str:
        """Make a role; its password, which is nowhere else. Raises BadInputError, RoleRefusedError."""
        _check(name)
        password = self._make_password()
        with self._refusals(name), self._db.begin() as tx:
            raw = _raw(tx)
            # Only its digest travels: no log of the server has the password.
            digest = raw.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
            _run(raw, "make_analyst", name=sql.Identifier(name), password=sql.Literal(digest))
        return password

    def drop(self, name: str) -> None:
        """Drop a role that was made here. Raises NoSuchAnalystError, RoleRefusedError."""
        _check(name)
        with self._refusals(name), self._db.begin() as tx:
            if not tx.execute(Q["is_analyst"], {"name": name}).scalar_one():
                raise NoSuchAnalystError(f"there is no analyst {name!r}")
            _run(_raw(tx), "drop_analyst", name=sql.Identifier(name))

    @contextmanager
    def _refusals(self, name: str) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, errors.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, errors.DuplicateObject):
                raise RoleRefusedError(f"there is a role {name!r} already", hint="choose another name") from None
            if isinstance(cause, errors.InsufficientPrivilege):
                raise RoleRefusedError(
                    "the role of DATABASE_URL may not make roles",
                    hint="alter role ... createrole; or let an administrator do what docs/exports.md says",
                ) from None
            raise


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or name.startswith("pg_"):
        raise BadInputError(
            f"{name[:40]!r} cannot be the name of an analyst", field="name", hint="lower case letters, digits and _"
        )


def _raw(tx: Connection) -> "Raw[object]":
    raw = tx.connection.driver_connection
    assert isinstance(raw, Raw)  # noqa: S101 - the only driver
    return raw


def _run(raw: "Raw[object]", statement: str, /, **parts: sql.Composable) -> None:
    raw.execute(sql.SQL(Q[statement].text).format(**parts))
