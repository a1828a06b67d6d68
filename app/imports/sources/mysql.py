"""MySQL and MariaDB: a table or view of a server."""

import socket
import ssl
from functools import partial

import pymysql
from sqlalchemy import Engine

from app.imports.tables.opening import ANSWER_SECONDS, CONNECT_SECONDS, make_engine
from app.imports.tables.place import Place


class Mysql:
    """A table or view of a MySQL or MariaDB database."""

    name = "mysql"
    title = "MySQL or MariaDB database"
    port = 3306

    def engine(self, place: Place) -> Engine:
        """An engine that reads this database, and asks the server to refuse whatever writes."""
        return make_engine("mysql+pymysql", partial(_connect, place))


def _connect(place: Place) -> pymysql.Connection:
    connection = pymysql.connect(
        host=place.host,  # the certificate is for this name; the connection goes to the address that it once had
        port=place.port,
        user=place.user,
        password=place.password.encode(),  # a text would be sent in Latin-1, which servers take for wrong
        database=place.database,
        charset="utf8mb4",
        local_infile=False,  # or a server could ask for any file of ours
        read_timeout=ANSWER_SECONDS,
        write_timeout=ANSWER_SECONDS,
        init_command="set session transaction read only",
        ssl=ssl.create_default_context() if place.verify_tls else None,
        defer_connect=True,
    )
    try:
        connection.connect(socket.create_connection((place.address, place.port), CONNECT_SECONDS))
    except OSError as error:
        raise pymysql.OperationalError(2003, f"cannot connect: {error}") from None
    return connection
