"""`status`: how the system is."""

from collections.abc import Callable

import click
import httpx

from app.commands.terminal import FAILED, as_json_option, say, tell_json
from app.watch import checked
from app.words import count


@click.command("status")
@as_json_option
@click.pass_obj
def status(client: Callable[[], httpx.Client], *, as_json: bool) -> int:
    """Everything at a glance."""
    with client() as api:
        seen = checked(api.get("/api/system-status"))
    channels = seen["channels"]
    alive = [worker["worker"] for worker in seen["workers"] if worker["alive"] and worker["role"] == "worker"]
    if as_json:
        tell_json(seen)
        return 0 if seen["ready"] and alive else FAILED
    jobs = [f"{many:,} {name.replace('_', ' ')}" for name, many in seen["jobs"].items() if many]
    say("system", f"{seen['status']}: database {seen['database']}, redis {seen['redis']}")
    say("workers", ", ".join(alive) or "none is alive")
    say("channels", f"{channels['channels']:,}, {channels['with_metadata']:,} with metadata")
    say("jobs", ", ".join(jobs) or "none yet")
    say("keys", f"{seen['active_api_keys']:,} in use" if seen["active_api_keys"] else "none: set YOUTUBE_API_KEY_1")
    for bucket, units in seen["units_today"].items():
        say("quota", f"{bucket}: {count(units['used'], 'unit')} used today, {units['left']:,} left")
    return 0 if seen["ready"] and alive else FAILED
