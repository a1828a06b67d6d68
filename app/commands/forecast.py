"""A forecast on a terminal."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.commands.terminal import ask, say, tell_json
from app.words import count

_SHOWN = 3


def foretell(api: httpx.Client, path: str, asked: Mapping[str, Any], *, as_json: bool) -> int:
    """Ask what a job would take, and show it; the exit code."""
    told = ask(api, path, {**asked, "dry_run": True})["forecast"]
    if as_json or told is None:
        tell_json(told)
    else:
        show_forecast(told)
    return 0


def show_forecast(told: dict[str, Any]) -> None:
    """Calls, units, what is left out, the days and the end, each on its line."""
    about = "" if told["accuracy"] == "exact" else f"{told['accuracy']} "
    say("items", f"{about}{told['items']:,} in {count(told['calls'], 'call')}")
    if len(told["calls_by_method"]) > 1:
        say("calls", ", ".join(f"{count:,} {method}" for method, count in told["calls_by_method"].items()))
    if bounds := _bounds(told["calls_at_least"], told["calls_at_most"], told["calls"]):
        say("bounds", bounds)
    for bucket, units in told["units"].items():
        quota = told["quota"][bucket]
        left = f"{quota['left_today']:,} of {quota['daily_limit']:,} left today"
        say("units", f"{about}{units:,} of the {bucket!r} quota, which has {left}")
    for one in told["skipped"]:
        say("left out", f"{'' if one['exact'] else 'about '}{one['count']:,}: {one['reason']}")
    for one in told["units_by_day"][:_SHOWN]:
        say("day", f"{one['day']}: {count(one['units'], 'unit')}")
    if (told["days"] or 0) > _SHOWN:
        say("day", f"... {told['days']:,} days in all")
    limit = f", limited by {told['limited_by']}" if told["limited_by"] else ""
    say("end", f"{told['finish_at']}{limit}" if told["finish_at"] else f"none: {told['why']}")
    say("assumed", told["assumption"])


def _bounds(least: int | None, most: int | None, foreseen: int) -> str:
    """Between what the calls are, where that says more than what was foreseen."""
    said = []
    if least not in {None, foreseen}:
        said.append(f"{count(least, 'call')} at least")
    if most not in {None, foreseen}:
        said.append(f"{most:,} at most" if said else f"{count(most, 'call')} at most")
    return ", ".join(said)
