"""`playlists`: read the playlists of channels, some by id or link, or those of what is in the catalogue."""

from collections.abc import Callable, Sequence
from typing import Any

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_end
from app.commands.terminal import as_json_option, ask_and_watch

_PATH = "/api/batch-playlists"


@click.command("playlists")
@click.argument("playlist", nargs=-1)
@click.option("--channel", multiple=True, help="all playlists of this channel; may be repeated")
@click.option("--total-limit", type=int, help="channels at most, of all that were not looked at yet")
@click.option("--batch-size", type=int, help="channels, or playlists, in one batch")
@click.option("--fresh", is_flag=True, help="read entries again where their number has not changed, too")
@click.option("--max-units", type=int, help="quota units at most; then the job pauses")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def playlists(
    client: Callable[[], httpx.Client],
    /,
    playlist: Sequence[str],
    channel: Sequence[str],
    *,
    dry_run: bool,
    as_json: bool,
    **asked: Any,
) -> int:
    """Read each PLAYLIST (an id or a link), or those of all channels that were not looked at yet."""
    asked |= {"playlists": playlist, "channel_ids": channel}
    with client() as api:
        if dry_run:
            return foretell(api, _PATH, asked, as_json=as_json)
        end = ask_and_watch(api, _PATH, asked, "reading playlists")
        got = end.outcomes
        came = (
            f"{got['fetched']:,} fetched, {got['unchanged']:,} unchanged, {got['not_found']:,} not found, "
            f"{got['failed']:,} failed"
        )
        return show_end(api, end, f"{end.total:,} channels, playlists and videos: {came}", as_json=as_json)
