"""`refresh`: ask again for what is known, the most urgent first."""

from collections.abc import Callable
from typing import Any, get_args

import click
import httpx

from app.commands.forecast import show_forecast
from app.commands.items import show_items
from app.commands.terminal import ask, ask_and_watch, exit_code, tell
from app.refresh.model import What


@click.command("refresh")
@click.argument("what", type=click.Choice(get_args(What)), default="channels")
@click.option("--max-age-hours", type=float, help="what is older is asked for, however seldom it changes")
@click.option("--total-limit", type=int, help="items at most, the most urgent first")
@click.option("--batch-size", type=int, help="items in one batch")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@click.pass_obj
def refresh(client: Callable[[], httpx.Client], /, *, dry_run: bool, **asked: Any) -> int:
    """Ask again for the channels, videos or statistics of videos that are due, the most urgent first."""
    with client() as api:
        if dry_run:
            show_forecast(ask(api, "/api/batch-refresh", {**asked, "dry_run": True})["forecast"])
            return 0
        end = ask_and_watch(api, "/api/batch-refresh", asked, f"refreshing {asked['what']}")
        got = end.outcomes
        tell(
            f"{end.total:,} were due: {got['fetched']:,} have changed, {got['unchanged']:,} have not, "
            f"{got['not_found']:,} not found, {got['skipped']:,} skipped, {got['failed']:,} failed; "
            f"{end.units:,} quota units spent"
        )
        for outcome in ("not_found", "failed"):
            show_items(api, end, outcome, outcome.replace("_", " "))
    return exit_code(end)
