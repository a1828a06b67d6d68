"""A forecast on a terminal."""

from typing import Any

from app.commands.terminal import say

_SHOWN = 3


def show_forecast(told: dict[str, Any]) -> None:
    """Calls, units, what is left out, the days and the end, each on its line."""
    about = "" if told["accuracy"] == "exact" else f"{told['accuracy']} "
    say("items", f"{about}{told['items']:,} in {told['calls']:,} calls")
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
        say("day", f"{one['day']}: {one['units']:,} units")
    if (told["days"] or 0) > _SHOWN:
        say("day", f"... {told['days']:,} days in all")
    limit = f", limited by {told['limited_by']}" if told["limited_by"] else ""
    say("end", f"{told['finish_at']}{limit}" if told["finish_at"] else f"none: {told['why']}")
    say("assumed", told["assumption"])


def _bounds(least: int | None, most: int | None, foreseen: int) -> str:
    """Between what the calls are, where that says more than what was foreseen."""
    said = []
    if least not in {None, foreseen}:
        said.append(f"{least:,} calls at least")
    if most not in {None, foreseen}:
        said.append(f"{most:,} at most" if said else f"{most:,} calls at most")
    return ", ".join(said)
