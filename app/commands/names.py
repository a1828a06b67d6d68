"""`jobs resolve-names`: find the channels of what an import has found without an id."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_end
from app.commands.terminal import as_json_option, ask_and_watch
from app.words import count


@click.command("resolve-names")
@click.argument("job_id")
@click.option("--max-units", type=int, help="its budget: quota units at most")
@click.option("--dry-run", is_flag=True, help="only tell what it would take")
@as_json_option
@click.pass_obj
def resolve_names_of(
    client: Callable[[], httpx.Client], job_id: str, max_units: int | None, *, dry_run: bool, as_json: bool
) -> int:
    """Find the channels of the handles, user names and links that the import JOB_ID has found, and add them."""
    with client() as api:
        link, asked = f"/api/jobs/{job_id}", {"max_units": max_units}
        if dry_run:
            return foretell(api, f"{link}/resolve-names", asked, as_json=as_json)
        return resolve_names(api, link, asked, as_json=as_json)


def resolve_names(api: httpx.Client, link: str, asked: dict[str, Any], *, as_json: bool) -> int:
    """Ask for the job that resolves the names of an import, and follow it to its end; the exit code."""
    end = ask_and_watch(api, f"{link}/resolve-names", asked, "resolving names")
    got = end.outcomes
    came = (
        f"{count(got['fetched'], 'new channel')}, {got['unchanged']:,} known already, {got['not_found']:,} not found, "
        f"{got['failed']:,} failed"
    )
    return show_end(api, end, f"{count(end.total, 'name')}: {came}", as_json=as_json)
