"""Imports of tables: what a request names, what a job keeps of it, and the rows that it means.

A password is kept with the job, sealed by the vault that keeps API keys; nothing else of it is ever written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from app.errors import BadInputError
from app.imports.contract import Page, SourceAwayError, TableSource, UnusableSourceError
from app.imports.folder import ImportFolder
from app.imports.tables import reading
from app.imports.tables.hosts import AllowedHosts
from app.imports.tables.place import Place, Server, Wanted
from app.jobs.model import SEALED
from app.keys.vault import Vault

_SCHEMES = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "postgres": "postgresql"}


class Tables:
    """Tables of files and of allowed servers."""

    def __init__(self, folder: ImportFolder, hosts: AllowedHosts, vault: Vault) -> None:
        self._folder = folder
        self._hosts = hosts
        self._vault = vault

    def params(self, source: TableSource, path: str | None, server: Server | None, wanted: Wanted) -> dict[str, Any]:
        """What the job keeps that a repeated request would say again: no password. Raises BadInputError."""
        told = {"source_type": source.name, "source_path": path, **asdict(wanted)}
        if server is None:
            where = str(path)
        else:
            where = f"{server.host}:{server.port or source.port}/{server.database}"
            told = {**told, "source_path": None, "server": {**server.shown(), "port": server.port or source.port}}
        return {**told, "source": ":".join(filter(None, (source.name, where, wanted.table)))}

    def see(self, source: TableSource, params: Mapping[str, Any], password: str) -> dict[str, Any]:
        """What was found there, and the sealed password. Raises BadInputError naming the field that is wrong."""
        field = "source" if params.get("server") else "source_path"
        try:
            place = self._place(source, params, None, password)
            seen = reading.look(source, place, _wanted(params))
        except (UnusableSourceError, SourceAwayError) as error:
            raise BadInputError(str(error), field=field, hint=error.hint) from None
        sealed = {SEALED: self._vault.seal(password).decode()} if password else {}
        return {"seen": {**seen, "address": place.address}, **sealed}

    def pages(
        self, source: TableSource, params: Mapping[str, Any], position: Mapping[str, Any], rows: int
    ) -> Iterator[Page]:
        """The rows of a table that a job imports. Raises UnusableSourceError, SourceAwayError."""
        seen = params["seen"]
        password = self._vault.open(params[SEALED].encode()) if params.get(SEALED) else ""
        try:
            place = self._place(source, params, seen["address"], password)
        except BadInputError as error:
            raise UnusableSourceError(str(error), hint=error.hint) from None
        yield from reading.pages(source, place, seen, position, rows)

    def _place(self, source: TableSource, params: Mapping[str, Any], address: str | None, password: str) -> Place:
        """The way there, if it is allowed (still)."""
        if not (server := params.get("server")):
            return Place(path=self._folder.find(params["source_path"]))
        self._hosts.must_allow(server["host"], server["port"], source.port)
        address = address or self._hosts.resolve(server["host"], server["port"])
        return Place(**server, address=address, password=password)


def server_of_url(source_type: str, url: str) -> Server:
    """The server that an address names, as mysql://user:password@host:3306/database. Raises BadInputError.

    The message never repeats the address: it holds a password.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise _no_address(source_type) from None
    database = unquote(parts.path.removeprefix("/"))
    if _SCHEMES.get(parts.scheme.partition("+")[0]) != source_type or not host or not database:
        raise _no_address(source_type)
    # What else an address may say (files with keys, other hosts, options) is not for whoever may ask for an import.
    user, password = unquote(parts.username or ""), SecretStr(unquote(parts.password or ""))
    return Server(host=host, port=port, user=user, password=password, database=database)


def _no_address(source_type: str) -> BadInputError:
    return BadInputError(
        f"this is no address of a {source_type} database",
        field="source_path",
        hint=f"{source_type}://user:password@host:port/database, what is odd in it percent-encoded; or use `source`",
    )


def _wanted(params: Mapping[str, Any]) -> Wanted:
    return Wanted(*(params[name] for name in Wanted.__slots__))
