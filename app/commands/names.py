"""`jobs resolve-names`: find the channels of what an import has found without an id."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.forecast import show_forecast
from app.commands.items import show_items
from app.commands.terminal import ask, ask_and_watch, exit_code, tell


@click.command("resolve-names")
@click.argument("job_id")
@click.option("--max-units", type=int, help="its budget: quota units at most")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@click.pass_obj
def resolve_names_of(client: Callable[[], httpx.Client], job_id: str, max_units: int | None, *, dry_run: bool) -> int:
    """Find the channels of the handles, user names and links that the import JOB_ID has found, and add them."""
    with client() as api:
        link = f"/api/jobs/{job_id}"
        if not dry_run:
            return resolve_names(api, link, {"max_units": max_units})
        show_forecast(ask(api, f"{link}/resolve-names", {"max_units": max_units, "dry_run": True})["forecast"])
        return 0


def resolve_names(api: httpx.Client, link: str, asked: dict[str, Any]) -> int:
    """Ask for the job that resolves the names of an import, and follow it to its end; the exit code."""
    end = ask_and_watch(api, f"{link}/resolve-names", asked, "resolving names")
    got = end.outcomes
    tell(
        f"{end.total:,} names: {got['fetched']:,} new channels, {got['unchanged']:,} known already, "
        f"{got['not_found']:,} not found, {got['failed']:,} failed; {end.units:,} quota units spent"
    )
    for outcome in ("not_found", "failed"):
        show_items(api, end, outcome, outcome.replace("_", " "))
    return exit_code(end)
