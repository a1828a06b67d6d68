"""`python -m app`: what a person does by hand. A thin client of the API, but for the commands about the database."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
import httpx

from app.commands.analysts import analysts
from app.commands.completion import completion
from app.commands.discover import discover
from app.commands.exports import dictionary, export
from app.commands.forecast import show_forecast
from app.commands.graph import graph
from app.commands.imports import import_file
from app.commands.items import show_items
from app.commands.jobs import jobs
from app.commands.keys import keys
from app.commands.playlists import playlists
from app.commands.refresh import refresh
from app.commands.resolve import resolve
from app.commands.retention import forget, retention
from app.commands.schedules import schedules
from app.commands.terminal import ERR, FAILED, ask, ask_and_watch, complain, exit_code, say, tell
from app.commands.tokens import audit, tokens
from app.commands.upkeep import check, config, doctor
from app.commands.videos import videos
from app.errors import TributaryError
from app.version import VERSION
from app.watch import checked

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


@commands.command("metadata")
@click.option("--total-limit", type=int, help="channels at most")
@click.option("--batch-size", type=int, help="channels in one batch")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@click.pass_obj
def metadata(client: Callable[[], httpx.Client], /, *, dry_run: bool, **asked: int | None) -> int:
    """Fetch the metadata of all channels that have none yet."""
    with client() as api:
        if dry_run:
            show_forecast(ask(api, "/api/batch-metadata", {**asked, "dry_run": True})["forecast"])
            return 0
        end = ask_and_watch(api, "/api/batch-metadata", asked, "fetching metadata")
        got = end.outcomes
        tell(
            f"{end.total:,} channels: {got['fetched']:,} fetched, {got['not_found']:,} not found, "
            f"{got['failed']:,} failed; {end.units:,} quota units spent"
        )
        for outcome in ("not_found", "skipped", "failed"):
            show_items(api, end, outcome, outcome.replace("_", " "))
    return exit_code(end)


commands.add_command(import_file)
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
commands.add_command(retention)
commands.add_command(forget)
commands.add_command(graph)
commands.add_command(export)
commands.add_command(dictionary)
commands.add_command(analysts)
commands.add_command(tokens)
commands.add_command(audit)


@commands.command("status")
@click.pass_obj
def status(client: Callable[[], httpx.Client]) -> int:
    """Everything at a glance."""
    with client() as api:
        seen = checked(api.get("/api/system-status"))
    channels = seen["channels"]
    alive = [worker["worker"] for worker in seen["workers"] if worker["alive"] and worker["role"] == "worker"]
    jobs = [f"{count:,} {name.replace('_', ' ')}" for name, count in seen["jobs"].items() if count]
    say("system", f"{seen['status']}: database {seen['database']}, redis {seen['redis']}")
    say("workers", ", ".join(alive) or "none is alive")
    say("channels", f"{channels['channels']:,}, {channels['with_metadata']:,} with metadata")
    say("jobs", ", ".join(jobs) or "none yet")
    say("keys", f"{seen['active_api_keys']:,} in use" if seen["active_api_keys"] else "none: set YOUTUBE_API_KEY_1")
    for bucket, units in seen["units_today"].items():
        say("quota", f"{bucket}: {units['used']:,} units used today, {units['left']:,} left")
    return 0 if seen["ready"] and alive else FAILED


@commands.command("alive")
@click.argument("role", type=click.Choice(["api", "worker", "beat"]))
@click.pass_obj
def alive(client: Callable[[], httpx.Client], role: str) -> int:
    """Tell by the exit code whether the API, a worker of this machine, or beat lives: for health checks of containers.

    For workers and beat it asks the database, because a process that hangs still exists: a worker counts as dead after
    half a minute of silence, beat after three.
    """
    if role == "api":
        with client() as api:
            checked(api.get("/livez"))
        tell("the API is alive")
        return 0
    from app.commands import here  # noqa: PLC0415 - see there

    if here.is_alive(role):
        tell(f"{role} is alive")
        return 0
    where = f"no worker on {socket.gethostname()} was" if role == "worker" else "beat was not"
    return complain(f"{where} heard lately", "its log says why; `status` shows all workers")


@commands.command("migrate")
def migrate() -> None:
    """Bring the database of DATABASE_URL to the schema of this version."""
    from app.commands import here  # noqa: PLC0415 - see there

    before, after = here.migrate()
    tell(f"the schema is {after}" + ("" if before == after else f", before it was {before or 'empty'}"))


@commands.command("init-sql")
def init_sql() -> None:
    """Print the whole schema, as init.sql has it."""
    from app.commands import here  # noqa: PLC0415 - see there

    click.echo(here.schema(), nl=False)


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
