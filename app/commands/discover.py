"""`discover`: from what is in the catalogue to other channels."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_items
from app.commands.terminal import as_json_option, ask_and_watch, end_as_json, exit_code, say, tell
from app.watch import checked
from app.words import count

_PATH = "/api/batch-discovery"


def _named(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str] | None:
    """Files by the names of their lists."""
    parts = [one.partition("=") for one in given]
    if wrong := [name for name, _, file in parts if not (name and file)]:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=FILE")
    return {name: file for name, _, file in parts} or None


@click.command("discover")
@click.option("--method", "methods", multiple=True, help="by which; again for more; without any: all")
@click.option(
    "--list", "lists", multiple=True, callback=_named, metavar="NAME=FILE",
    help="a file of the import folder with channel ids, and what it is called; again for more",
)  # fmt: skip
@click.option("--max-units", type=int, help="quota units at most")
@click.option("--total-limit", type=int, help="expansions at most: one is a channel by one method")
@click.option("--depth", type=int, help="expand what is fewer steps from the channels that you brought; 1 if left out")
@click.option("--min-confidence", type=float, help="of what is confirmed and added, 0 to 1")
@click.option("--min-yield", type=float, help="new channels per unit below which it stops")
@click.option("--batch-size", type=int, help="expansions in one batch")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def discover(
    client: Callable[[], httpx.Client], /, methods: tuple[str, ...], *, dry_run: bool, as_json: bool, **asked: Any
) -> int:
    """Find channels by what those that are known lead to, and add them with their metadata."""
    asked["methods"] = list(methods) or None
    with client() as api:
        if dry_run:
            return foretell(api, _PATH, asked, as_json=as_json)
        end = ask_and_watch(api, _PATH, asked, "discovering")
        if as_json:
            return end_as_json(api, end)
        got = end.outcomes
        tell(
            f"{end.total:,} expansions and confirmations: {got['fetched']:,} brought something, "
            f"{got['unchanged']:,} nothing, {got['not_found']:,} not found, {got['failed']:,} failed; "
            f"{count(end.units, 'quota unit')} spent"
        )
        if why := checked(api.get(end.link))["why"]:
            say("ended", why)
        show_items(api, end, "failed", "failed")
    return exit_code(end)
