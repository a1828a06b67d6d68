"""PostgreSQL: a table or view of another server."""

import os
import ssl
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Engine

from app.imports.tables.opening import ANSWER_SECONDS, CONNECT_SECONDS, make_engine
from app.imports.tables.place import Place


class Postgresql:
    """A table or view of a PostgreSQL database."""

    name = "postgresql"
    title = "PostgreSQL database"
    port = 5432

    def engine(self, place: Place) -> Engine:
        """An engine that reads this database, and asks the server to refuse whatever writes."""
        return make_engine("postgresql+psycopg", partial(_connect, place))


def _connect(place: Place) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=place.host,  # the certificate is for this name; the connection goes to the address that it once had
        hostaddr=place.address,
        port=place.port,
        dbname=place.database,
        user=place.user,
        password=place.password,
        passfile=os.devnull,  # whoever runs the workers must not lend their own passwords
        connect_timeout=CONNECT_SECONDS,
        sslmode="verify-full" if place.verify_tls else "prefer",
        sslrootcert=_trusted() if place.verify_tls else "",
        gssencmode="disable",
        client_encoding="utf8",
        application_name="tributary import",
        options=f"-c default_transaction_read_only=on -c statement_timeout={ANSWER_SECONDS}s -c lock_timeout=5s",
    )


def _trusted() -> str:
    """The file that says whom this machine trusts: SSL_CERT_FILE, or the one of the system.

    `system` would be the folder that psycopg's wheel was built with, which no machine has.
    """
    return ssl.get_default_verify_paths().cafile or "system"
