"""`alive`: what health checks ask, and what ends a process that exists but does nothing."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
import httpx

from app.clock import SystemClock
from app.commands.terminal import as_json_option, complain, tell, tell_json
from app.watch import checked

# A worker says something every few seconds, beat every minute.
_DEAD_AFTER = {"worker": 120.0, "beat": 600.0}
# The database may have been away: then the process is heard again in a moment.
_PATIENCE = 12.0


@click.command("alive")
@click.argument("role", type=click.Choice(["api", "worker", "beat"]))
@click.option("--or-end", type=click.Path(path_type=Path), help="file with the id of the process that is meant")
@as_json_option
@click.pass_obj
def alive(client: Callable[[], httpx.Client], role: str, or_end: Path | None, *, as_json: bool) -> int:
    """Tell by the exit code whether the API, a worker of this machine, or beat lives: for health checks of containers.

    For workers and beat it asks the database, because a process that hangs still exists: a worker counts as dead after
    half a minute of silence, beat after three. With --or-end a worker that is silent for two minutes is killed, and
    beat after ten, so that what started it starts it again; nobody is while the database is away.
    """
    if role == "api":
        with client() as api:
            checked(api.get("/livez"))
        return _lives(role, "the API", as_json=as_json)
    from app.commands import here  # noqa: PLC0415 - see there

    if or_end is not None and _end_if_dead(role, or_end, here.is_dead):
        return complain(f"this {role} said nothing for {_DEAD_AFTER[role]:.0f} s and was ended", "its log says why")
    if here.is_alive(role):
        return _lives(role, role, as_json=as_json)
    where = f"no worker on {socket.gethostname()} was" if role == "worker" else "beat was not"
    return complain(f"{where} heard lately", "its log says why; `status` shows all workers")


def _end_if_dead(role: str, pid_file: Path, is_dead: Callable[[str, int, float], bool]) -> bool:
    """Kill the process that the file names, when it had the time to say something and did not."""
    try:
        pid, started = int(pid_file.read_text()), datetime.fromtimestamp(pid_file.stat().st_mtime, UTC)
    except (OSError, ValueError):
        return False  # it starts just now, or has ended: that is seen by whoever started it
    limit = _DEAD_AFTER[role]
    if (SystemClock().now() - started).total_seconds() < limit or not is_dead(role, pid, limit):
        return False
    time.sleep(_PATIENCE)
    if not is_dead(role, pid, limit):
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


def _lives(role: str, who: str, *, as_json: bool) -> int:
    tell_json({"role": role, "alive": True}) if as_json else tell(f"{who} is alive")
    return 0
