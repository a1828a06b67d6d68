"""`refresh`: ask again for what is known, the most urgent first."""

from collections.abc import Callable
from typing import Any, get_args

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_end
from app.commands.terminal import as_json_option, ask_and_watch
from app.refresh.model import What


@click.command("refresh")
@click.argument("what", type=click.Choice(get_args(What)), default="channels")
@click.option("--max-age-hours", type=float, help="what is older is asked for, however seldom it changes")
@click.option("--total-limit", type=int, help="items at most, the most urgent first")
@click.option("--batch-size", type=int, help="items in one batch")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def refresh(client: Callable[[], httpx.Client], /, *, dry_run: bool, as_json: bool, **asked: Any) -> int:
    """Ask again for the channels, videos or statistics of videos that are due, the most urgent first."""
    with client() as api:
        if dry_run:
            return foretell(api, "/api/batch-refresh", asked, as_json=as_json)
        end = ask_and_watch(api, "/api/batch-refresh", asked, f"refreshing {asked['what']}")
        got = end.outcomes
        came = (
            f"{got['fetched']:,} have changed, {got['unchanged']:,} have not, {got['not_found']:,} not found, "
            f"{got['skipped']:,} skipped, {got['failed']:,} failed"
        )
        return show_end(api, end, f"{end.total:,} were due: {came}", as_json=as_json)
