"""`import`: take channel ids in, from a file of the import folder or of this machine, or from a table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
import httpx

from app.commands.items import show_items
from app.commands.names import resolve_names
from app.commands.terminal import ERR, as_json_option, end_as_json, exit_code, tell
from app.watch import JobEnd, checked, watch
from app.words import count

_SCHEMES = {"mysql": "mysql", "mariadb": "mysql", "postgresql": "postgresql", "postgres": "postgresql"}
_SQLITE = (".sqlite", ".sqlite3", ".db")


@click.command("import")
@click.argument("file")
@click.option("--table", help="the table or view; the only one with ids if left out")
@click.option("--key", help="the column to read a view in the order of")
@click.option("--id-column", help="the column with the ids; found if left out")
@click.option("--title-column", help="the column with the titles; found if left out")
@click.option("--ask-password", is_flag=True, help="ask for the password of the database")
@click.option("--batch-size", type=int, help="rows that are committed at a time")
@click.option("--resolve", is_flag=True, help="then find the channels of handles, user names and links, for units")
@as_json_option
@click.pass_obj
def import_file(
    client: Callable[[], httpx.Client], /, *, file: str, ask_password: bool, resolve: bool, as_json: bool, **asked: Any
) -> int:
    """Take in the channel ids of FILE: one of the import folder, or else of this machine, which is uploaded.

    Or of a database: mysql://user@host:port/name, postgresql://user@host/name, or an SQLite file of the import folder.
    """
    wanted = {name: value for name, value in asked.items() if value is not None}
    path = _with_password(file) if ask_password else file
    with client() as api:
        end = watch(api, _ask(api, path, wanted)["links"]["self"], f"importing {_shown(file)}", ERR)
        waits = end.outcomes["skipped"] and checked(api.get(end.link))["why"]
        if as_json and not (waits and resolve):
            return end_as_json(api, end)
        if not as_json:
            _show(api, end)
        if waits and resolve:
            return resolve_names(api, end.link, {}, as_json=as_json)
        if waits:
            tell(waits)
    return exit_code(end)


def _show(api: httpx.Client, end: JobEnd) -> None:
    got = end.outcomes
    tell(
        f"{count(end.total, 'row')}: {count(got['fetched'], 'new channel')}, {got['unchanged']:,} known already, "
        f"{got['failed']:,} rejected"
    )
    show_items(api, end, "failed", "rejected", most=12)


def _ask(api: httpx.Client, file: str, wanted: dict[str, Any]) -> dict[str, Any]:
    kind = _database_of(file)
    if kind is not None:
        wanted = {"source_type": kind, **wanted}
    answer = api.post("/api/migrate", json={"source_path": file, **wanted})
    if kind is None and answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and Path(file).is_file():
        return checked(_uploaded(api, Path(file), wanted) if _is_not_there(answer) else answer)
    return checked(answer)


def _uploaded(api: httpx.Client, file: Path, wanted: dict[str, Any]) -> httpx.Response:
    with file.open("rb") as content:
        # However long it takes: each piece goes when the one before has arrived.
        return api.post("/api/uploads", params={"name": file.name, **wanted}, content=content, timeout=None)


def _is_not_there(answer: httpx.Response) -> bool:
    return any(wrong["field"] == "source_path" for wrong in answer.json().get("errors", []))


def _database_of(file: str) -> str | None:
    scheme = file.partition("://")[0].partition("+")[0].lower()
    return _SCHEMES.get(scheme) or ("sqlite" if file.lower().endswith(_SQLITE) else None)


def _with_password(url: str) -> str:
    """The address with a password that stands in no list of processes and in no history of a shell."""
    parts = urlsplit(url)
    password = quote(click.prompt("password", hide_input=True, err=True), safe="")
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}:{password}@{where}").geturl()


def _shown(file: str) -> str:
    """What is imported, without user and password."""
    parts = urlsplit(file)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.scheme in _SCHEMES else file
