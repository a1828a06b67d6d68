"""`python -m app`: what a person does by hand. A thin client of the API, but for the commands about the database."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click
import httpx

from app.commands.alive import alive
from app.commands.analysts import analysts
from app.commands.completion import completion
from app.commands.discover import discover
from app.commands.exports import dictionary, export
from app.commands.graph import graph
from app.commands.imports import import_file
from app.commands.jobs import jobs
from app.commands.keys import keys
from app.commands.metadata import metadata
from app.commands.playlists import playlists
from app.commands.preflight import preflight
from app.commands.refresh import refresh
from app.commands.resolve import resolve
from app.commands.retention import forget, retention
from app.commands.schedules import schedules
from app.commands.schema import init_sql, migrate
from app.commands.status import status
from app.commands.terminal import ERR, complain
from app.commands.tokens import audit, tokens
from app.commands.upkeep import check, config, doctor
from app.commands.videos import videos
from app.errors import TributaryError
from app.version import VERSION

_DEFAULT_URL = "http://127.0.0.1:5000"


def main() -> NoReturn:
    """Run a command; an error that we foresaw is one paragraph, not a traceback."""
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        ERR.print("stopped; a job that was asked for goes on: follow it with `jobs watch`, end it with its cancel link")
        code = 130
    except TributaryError as error:
        code = complain(str(error), error.hint)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        code = complain(_in_words(error), "start the API, or say where it is: --url, or TRIBUTARY_URL")
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="tributary")
@click.option("--url", envvar="TRIBUTARY_URL", default=_DEFAULT_URL, show_default=True, help="where the API is")
@click.option(
    "--token-file", type=click.Path(dir_okay=False, path_type=Path), help="holds the token; or TRIBUTARY_TOKEN"
)
@click.option("-q", "--quiet", is_flag=True, help="no progress and no remarks, only results and errors")
@click.pass_context
def commands(context: click.Context, url: str, token_file: Path | None, *, quiet: bool) -> None:
    """Collect public YouTube data inside the API quota."""
    ERR.quiet = quiet
    # Not an option of its own: a command line can be read by all users of a machine.
    token = _read(token_file) if token_file else os.environ.get("TRIBUTARY_TOKEN", "").strip()
    headers = {"Authorization": f"Bearer {_sendable(token)}"} if token else {}
    context.obj = lambda: httpx.Client(base_url=url, timeout=30, headers=headers)


commands.add_command(import_file)
commands.add_command(metadata)
commands.add_command(videos)
commands.add_command(playlists)
commands.add_command(refresh)
commands.add_command(discover)
commands.add_command(resolve)
commands.add_command(jobs)
commands.add_command(schedules)
commands.add_command(keys)
commands.add_command(config)
commands.add_command(doctor)
commands.add_command(check)
commands.add_command(completion)
commands.add_command(status)
commands.add_command(alive)
commands.add_command(migrate)
commands.add_command(init_sql)
commands.add_command(retention)
commands.add_command(forget)
commands.add_command(graph)
commands.add_command(export)
commands.add_command(dictionary)
commands.add_command(analysts)
commands.add_command(tokens)
commands.add_command(audit)
commands.add_command(preflight)


def _read(token_file: Path) -> str:
    try:
        return token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TributaryError(f"the token of {token_file} cannot be read: {type(error).__name__}") from None


def _sendable(token: str) -> str:
    """Said here, because what a library says of a header that cannot be sent shows it."""
    if not (token.isascii() and token.isprintable()):
        raise TributaryError("what TRIBUTARY_TOKEN or --token-file holds is no token", hint="it is one line: trb_...")
    return token


def _in_words(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    where = f" at {error.request.url}" if isinstance(error, httpx.RequestError) else ""
    return f"the API{where} does not answer: {error or type(error).__name__}"
