"""`verify_tls`: rows come only from a server whose certificate proves its name, signed by whom this machine trusts."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from app.imports.contract import SourceAwayError
from app.imports.registry import DATABASES
from app.imports.tables import reading
from app.imports.tables.place import Place, Wanted
from devstack.postgres import PostgresServer
from tests.imports.databases import Mariadb, Postgres
from tests.imports.mariadb import mariadbd, temporary_mariadb

NAME, ID = "db.example.org", "UCBJycsmduvYEL83R_U4JriQ"
OURS = trustme.CA()


class _WithTls(socketserver.BaseRequestHandler):
    """Says yes to PostgreSQL's question for TLS, and passes on what comes in it: the server of the tests has none."""

    def handle(self) -> None:
        server: TlsServer = self.server  # type: ignore[assignment]
        self.request.recv(8)
        self.request.sendall(b"S")
        with (
            suppress(OSError),
            server.context.wrap_socket(self.request, server_side=True) as inside,
            socket.create_connection(("127.0.0.1", server.behind)) as outside,
        ):
            back = threading.Thread(target=_pass_on, args=(outside, inside))
            back.start()
            _pass_on(inside, outside)
            back.join()


class TlsServer(socketserver.ThreadingTCPServer):
    """In front of the PostgreSQL on a port, with a certificate for `NAME`."""

    def __init__(self, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), _WithTls)
        self.behind = behind
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        OURS.issue_cert(NAME).configure_cert(self.context)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Iterator[Place]:
    """A database with a channel in a table, behind TLS."""
    postgres.ensure_database("behind_tls")
    database = Postgres(postgres.url("behind_tls"))
    database.run("create table channels (id integer primary key, channel_id text)")
    database.run("insert into channels values (1, %s)", [[ID]])
    with TlsServer(database.place.port) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield replace(database.place, port=proxy.server_address[1])
        proxy.shutdown()


@pytest.fixture(params=["SSL_CERT_FILE", "the file of this machine"])
def trusts(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts who has signed the certificate."""
    OURS.cert_pem.write_to_path(trusted := str(tmp_path / "trusted.pem"))
    if request.param == "SSL_CERT_FILE":
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
    else:
        known = ssl.get_default_verify_paths()._replace(cafile=trusted)
        monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: known)


def look(server: Place, host: str = NAME, *, verified: bool = True) -> str:
    """The table that is found under this name, which was resolved to the address of the server."""
    named = replace(server, host=host, verify_tls=verified)
    return str(reading.look(DATABASES["postgresql"], named, Wanted())["table"])


@pytest.mark.usefixtures("trusts")
def test_who_proves_the_name_is_read(server: Place) -> None:
    assert "channels" in look(server)


@pytest.mark.usefixtures("trusts")
def test_another_name_is_refused(server: Place) -> None:
    with pytest.raises(SourceAwayError, match=r"other\.example\.org"):
        look(server, "other.example.org")


def test_a_signature_of_nobody_we_trust_is_refused(server: Place) -> None:
    with pytest.raises(SourceAwayError, match="certificate verify failed"):
        look(server)
    assert "channels" in look(server, verified=False), "unless nobody asked for a proof"


@pytest.mark.usefixtures("trusts")
def test_who_has_no_certificate_is_refused(postgres: PostgresServer) -> None:
    with pytest.raises(SourceAwayError, match="does not support SSL"):
        look(Postgres(postgres.url("postgres")).place)


@pytest.mark.skipif(mariadbd() is None, reason="no mariadbd on this machine")
def test_a_mysql_without_certificate_is_refused() -> None:
    with temporary_mariadb() as mariadb:
        where = replace(Mariadb(mariadb, "mysql").place, verify_tls=True)
        with pytest.raises(SourceAwayError, match="SSL is required"):
            reading.look(DATABASES["mysql"], where, Wanted())
