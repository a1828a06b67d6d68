"""`import`: take channel ids in, from a file of the import folder or from one of this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import httpx

from app.commands.items import show_items
from app.commands.terminal import ERR, exit_code, tell
from app.watch import checked, watch


@click.command("import")
@click.argument("file")
@click.option("--batch-size", type=int, help="rows that are committed at a time")
@click.pass_obj
def import_file(client: Callable[[], httpx.Client], file: str, batch_size: int | None) -> int:
    """Take in the channel ids of FILE: in the import folder, or else of this machine, from where it is uploaded."""
    size = {} if batch_size is None else {"batch_size": batch_size}
    with client() as api:
        end = watch(api, _ask(api, file, size)["links"]["self"], f"importing {file}", ERR)
        got = end.outcomes
        tell(
            f"{end.total:,} rows: {got['fetched']:,} new channels, {got['unchanged']:,} known already, "
            f"{got['failed']:,} rejected"
        )
        show_items(api, end, "failed", "rejected", most=12)
    return exit_code(end)


def _ask(api: httpx.Client, file: str, size: dict[str, int]) -> dict[str, Any]:
    answer = api.post("/api/migrate", json={"source_path": file, **size})
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY and Path(file).is_file() and _is_not_there(answer):
        with Path(file).open("rb") as content:
            # However long it takes: each piece goes when the one before has arrived.
            answer = api.post("/api/uploads", params={"name": Path(file).name, **size}, content=content, timeout=None)
    return checked(answer)


def _is_not_there(answer: httpx.Response) -> bool:
    return any(wrong["field"] == "source_path" for wrong in answer.json().get("errors", []))
