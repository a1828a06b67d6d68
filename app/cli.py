"""`python -m app`: what a person does by hand. A thin client of the API, but for the commands about the database."""

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click
import httpx
from rich.console import Console

from app import migrations
from app.config import load_settings
from app.db import Database
from app.errors import TributaryError
from app.watch import JobEnd, watch

_OUT = Console(highlight=False)
_ERR = Console(stderr=True, highlight=False)
_FAILED = 1


def main() -> NoReturn:
    """Run a command; an error that we foresaw is one paragraph, not a traceback."""
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    except TributaryError as error:
        code = _complain(str(error), error.hint)
    except httpx.HTTPError as error:
        url = os.environ.get("TRIBUTARY_URL", _DEFAULT_URL)
        code = _complain(f"the API at {url} does not answer ({type(error).__name__})", "start it, or set TRIBUTARY_URL")
    sys.exit(code)


_DEFAULT_URL = "http://127.0.0.1:5000"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="TRIBUTARY_URL", default=_DEFAULT_URL, show_default=True, help="where the API is")
@click.pass_context
def commands(context: click.Context, url: str) -> None:
    """Collect public YouTube data inside the API quota."""
    context.obj = lambda: httpx.Client(base_url=url, timeout=30)


@commands.command("import")
@click.argument("file")
@click.option("--batch-size", type=int, help="rows in one batch")
@click.pass_obj
def import_file(client: Callable[[], httpx.Client], file: str, batch_size: int | None) -> int:
    """Take in the channel ids of FILE, a CSV in the import folder."""
    asked = {"source_type": "csv", "source_path": file, "batch_size": batch_size}
    with client() as api:
        end = _ask_and_watch(api, "/api/migrate", asked, f"importing {file}")
        got = end.outcomes
        _OUT.print(
            f"imported [bold]{got['fetched']:,}[/] channels, {got['unchanged']:,} were known already, "
            f"rejected {got['failed']:,} of {end.total:,} rows"
        )
        if got["failed"]:
            _show_items(api, end, "failed", "rejected")
    return _exit_code(end)


@commands.command("metadata")
@click.option("--total-limit", type=int, help="channels at most")
@click.option("--batch-size", type=int, help="channels in one batch")
@click.pass_obj
def metadata(client: Callable[[], httpx.Client], total_limit: int | None, batch_size: int | None) -> int:
    """Fetch the metadata of all channels that have none yet."""
    asked = {"total_limit": total_limit, "batch_size": batch_size}
    with client() as api:
        end = _ask_and_watch(api, "/api/batch-metadata", asked, "fetching metadata")
        got = end.outcomes
        _OUT.print(
            f"fetched [bold]{got['fetched']:,}[/], not found {got['not_found']:,}, failed {got['failed']:,} "
            f"of {end.total:,} channels; {end.units:,} quota units spent"
        )
        if got["not_found"]:
            _show_items(api, end, "not_found", "not found")
        if got["failed"]:
            _show_items(api, end, "failed", "failed")
    return _exit_code(end)


@commands.group("jobs")
def jobs() -> None:
    """Look at jobs."""


@jobs.command("watch")
@click.argument("job_id")
@click.pass_obj
def watch_job(client: Callable[[], httpx.Client], job_id: str) -> int:
    """Follow a job to its end; the exit code tells how it ended."""
    with client() as api:
        end = watch(api, f"/api/jobs/{job_id}", "job", _ERR)
    _OUT.print(f"{end.status}: {', '.join(f'{name} {count:,}' for name, count in end.outcomes.items())}")
    return _exit_code(end)


@jobs.command("list")
@click.option("--status")
@click.pass_obj
def list_jobs(client: Callable[[], httpx.Client], status: str | None) -> None:
    """The newest jobs."""
    with client() as api:
        found = _checked(api.get("/api/jobs", params={"status": status} if status else {}))["jobs"]
    for job in found:
        done = f"{job['processed_items']:,}/{job['expected_items']:,}"
        _OUT.print(f"{job['id']}  {job['job_type']:10} {job['status']:18} {done:>20}  {job['why'] or ''}")


@commands.command("status")
@click.pass_obj
def status(client: Callable[[], httpx.Client]) -> int:
    """Everything at a glance."""
    with client() as api:
        seen = _checked(api.get("/api/system-status"))
    channels = seen["channels"]
    _OUT.print(f"system    {seen['status']}: database {seen['database']}, redis {seen['redis']}")
    alive = [worker["worker"] for worker in seen["workers"] if worker["alive"] and worker["role"] == "worker"]
    _OUT.print(f"workers   {', '.join(alive) or 'none is alive'}")
    _OUT.print(f"channels  {channels['channels']:,}, {channels['with_metadata']:,} with metadata")
    _OUT.print(f"jobs      {', '.join(f'{count} {name}' for name, count in seen['jobs'].items() if count) or 'none'}")
    for bucket, units in seen["units_today"].items():
        _OUT.print(f"quota     {bucket}: {units['used']:,} units used today, {units['left']:,} left")
    return 0 if seen["ready"] and alive else _FAILED


@commands.command("migrate")
def migrate() -> None:
    """Bring the database of DATABASE_URL to the schema of this version."""
    db = Database(load_settings().database_url.get_secret_value(), pooled=False)
    with db.begin() as tx:
        before = migrations.current(tx)
        migrations.migrate(tx)
        after = migrations.current(tx)
    _OUT.print(f"the schema is {after}" + ("" if before == after else f", before it was {before or 'empty'}"))


@commands.command("init-sql")
def init_sql() -> None:
    """Print the whole schema, as init.sql has it."""
    click.echo(migrations.as_sql(), nl=False)


def _ask_and_watch(api: httpx.Client, path: str, asked: dict[str, Any], title: str) -> JobEnd:
    body = {name: value for name, value in asked.items() if value is not None}
    job = _checked(api.post(path, json=body))
    return watch(api, job["links"]["self"], title, _ERR)


def _show_items(api: httpx.Client, end: JobEnd, outcome: str, title: str, most: int = 12) -> None:
    """The first items of an outcome, and where the others are."""
    path = f"{end.link}/items?outcome={outcome}"
    for item in _checked(api.get(path, params={"limit": most}))["items"]:
        where = f"line {item['line']}: " if item["line"] else ""
        _OUT.print(f"  {where}{item['item'] or '(empty)'}: {item['reason']}", markup=False, soft_wrap=True)
    if end.outcomes[outcome] > most:
        _OUT.print(f"  ... all {end.outcomes[outcome]:,} {title}: {api.base_url.join(path)}", soft_wrap=True)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON; a problem becomes an error with the API's own words."""
    told: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if answer.is_error:
        raise TributaryError(told.get("detail", f"HTTP {answer.status_code}"), hint=told.get("hint", ""))
    return told


def _exit_code(end: JobEnd) -> int:
    if end.status == "completed":
        return 0
    return _complain(f"the job is {end.status}: {end.why}", f"look at it: {end.link}")


def _complain(what: str, hint: str) -> int:
    _ERR.print(f"[red]error:[/] {what}" + (f"\n  {hint}" if hint else ""), soft_wrap=True)
    return _FAILED
