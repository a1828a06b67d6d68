"""Items of a job on a terminal."""

import httpx

from app.commands.terminal import end_as_json, exit_code, tell
from app.watch import JobEnd, checked
from app.words import count

_SHOWN = 5


def show_items(api: httpx.Client, end: JobEnd, outcome: str, title: str, most: int = _SHOWN) -> None:
    """The first items of an outcome, and where the others are; nothing where there is none."""
    path = f"{end.link}/items?outcome={outcome}"
    number = end.outcomes[outcome]
    shown = checked(api.get(f"{path}&limit={most}"))["items"] if number else []
    for item in shown:
        where = f"line {item['line']}: " if item["line"] else ""
        tell(f"  {where}{item['item'] or '(empty)'}: {item['reason']}")
    if number > most:
        tell(f"  all {number:,} {title}: {api.base_url.join(path)}")


def show_end(api: httpx.Client, end: JobEnd, what_came: str, *, as_json: bool) -> int:
    """Tell what came of the items of a job, its cost, and the first of those that did not come; the exit code."""
    if as_json:
        return end_as_json(api, end)
    tell(f"{what_came}; {count(end.units, 'quota unit')} spent")
    for outcome in ("not_found", "skipped", "failed"):
        show_items(api, end, outcome, outcome.replace("_", " "))
    return exit_code(end)
