"""`videos`: fetch the newest videos of what is in the catalogue."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_end
from app.commands.terminal import as_json_option, ask_and_watch
from app.words import count


@click.command("videos")
@click.option("--videos-per-channel", help="the newest so many, or `all`")
@click.option("--published-after", help="videos that are not older, as 2026-01-31T00:00:00Z")
@click.option("--language", help="of the channel")
@click.option("--country", help="of the channel")
@click.option("--min-subscribers", type=int, help="of the channel")
@click.option("--total-limit", type=int, help="channels at most")
@click.option("--batch-size", type=int, help="channels in one batch")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def videos(
    client: Callable[[], httpx.Client], /, videos_per_channel: str | None, *, dry_run: bool, as_json: bool, **asked: Any
) -> int:
    """Fetch the newest videos of all channels that have metadata and no videos yet."""
    if videos_per_channel is not None:
        asked["videos_per_channel"] = int(videos_per_channel) if videos_per_channel.isdigit() else videos_per_channel
    with client() as api:
        if dry_run:
            return foretell(api, "/api/batch-videos", asked, as_json=as_json)
        end = ask_and_watch(api, "/api/batch-videos", asked, "fetching videos")
        got = end.outcomes
        came = (
            f"{got['fetched']:,} with videos, {got['unchanged']:,} without, {got['not_found']:,} without a list, "
            f"{got['failed']:,} failed"
        )
        return show_end(api, end, f"{count(end.total, 'channel')}: {came}", as_json=as_json)
