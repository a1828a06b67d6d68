"""Items of a job on a terminal."""

import httpx

from app.commands.terminal import tell
from app.watch import JobEnd, checked

_SHOWN = 5


def show_items(api: httpx.Client, end: JobEnd, outcome: str, title: str, most: int = _SHOWN) -> None:
    """The first items of an outcome, and where the others are; nothing where there is none."""
    path = f"{end.link}/items?outcome={outcome}"
    count = end.outcomes[outcome]
    shown = checked(api.get(f"{path}&limit={most}"))["items"] if count else []
    for item in shown:
        where = f"line {item['line']}: " if item["line"] else ""
        tell(f"  {where}{item['item'] or '(empty)'}: {item['reason']}")
    if count > most:
        tell(f"  all {count:,} {title}: {api.base_url.join(path)}")
