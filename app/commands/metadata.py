"""`metadata`: fetch what YouTube tells of channels."""

from collections.abc import Callable

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_end
from app.commands.terminal import as_json_option, ask_and_watch
from app.words import count


@click.command("metadata")
@click.option("--total-limit", type=int, help="channels at most")
@click.option("--batch-size", type=int, help="channels in one batch")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def metadata(client: Callable[[], httpx.Client], /, *, dry_run: bool, as_json: bool, **asked: int | None) -> int:
    """Fetch the metadata of all channels that have none yet."""
    with client() as api:
        if dry_run:
            return foretell(api, "/api/batch-metadata", asked, as_json=as_json)
        end = ask_and_watch(api, "/api/batch-metadata", asked, "fetching metadata")
        got = end.outcomes
        came = f"{got['fetched']:,} fetched, {got['not_found']:,} not found, {got['failed']:,} failed"
        return show_end(api, end, f"{count(end.total, 'channel')}: {came}", as_json=as_json)
