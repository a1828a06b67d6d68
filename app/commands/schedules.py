"""`schedules ...`: jobs that are asked for again and again."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import click
import httpx

from app.commands.terminal import ERR, as_json_option, end_as_json, exit_code, say, tell, tell_json
from app.watch import checked, watch

_Client = Callable[[], httpx.Client]
_ROOM = "/api/schedules"
_SECOND = len("2026-11-21T09:00:00")


def _params(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"it is not JSON: {error}") from None


@click.group("schedules")
def schedules() -> None:
    """Jobs that are asked for again and again."""


@schedules.command("list")
@as_json_option
@click.pass_obj
def list_schedules(client: _Client, *, as_json: bool) -> None:
    """All schedules, by name."""
    with client() as api:
        found = checked(api.get(_ROOM, params={"limit": 1_000}))["schedules"]
    if as_json:
        tell_json(found)
        return
    for one in found:
        tell(f"{one['name']:20} {one['job_type']:10} {_rhythm(one):30} {_next(one)}")
    if not found:
        ERR.print("there are no schedules yet")


@schedules.command("show")
@click.argument("name")
@as_json_option
@click.pass_obj
def show(client: _Client, name: str, *, as_json: bool) -> None:
    """One schedule, its next times, and what became of the last ones."""
    with client() as api:
        told = checked(api.get(_link(name)))
    if as_json:
        tell_json(told)
        return
    say("schedule", f"{told['name']}: {told['job_type']} {json.dumps(told['params'])}, {_rhythm(told)}")
    say("next", _next(told))
    _tell_times(told["next_fires"][1:])
    for fire in told["fires"]:
        missed = f", {fire['missed']:,} missed" if fire["missed"] else ""
        say("was", f"{_time(fire['fire_at'])}  {fire['outcome']}{missed}: {fire['why'] or fire['job_id']}")


@schedules.command("add")
@click.argument("name")
@click.argument("job_type")
@click.option("--cron", help="minute, hour, day of the month, month, day of the week: '30 2 * * *'")
@click.option("--every", "every_seconds", type=int, metavar="SECONDS", help="instead of --cron")
@click.option("--time-zone", help="that --cron is meant in, as Europe/Berlin  [default: UTC]")
@click.option("--grace", "grace_seconds", type=int, metavar="SECONDS", help="how late it may run  [default: 3600]")
@click.option("--params", type=_params, metavar="JSON", help='of the job, as {"total_limit": 1000}')
@click.option("--dry-run", is_flag=True, help="only check it and tell the next times")
@as_json_option
@click.pass_obj
def add(client: _Client, /, *, as_json: bool, **asked: Any) -> None:
    """Ask for a job of JOB_TYPE (metadata) again and again, under NAME."""
    body = {field: value for field, value in asked.items() if value is not None}
    with client() as api:
        told = checked(api.post(_ROOM, json=body))
    if as_json:
        tell_json(told)
        return
    if not asked["dry_run"]:
        tell(f"{told['name']}  {_next(told)}")
    _tell_times(told["next_fires"][not asked["dry_run"] :])


@schedules.command("pause")
@click.argument("name")
@as_json_option
@click.pass_obj
def pause(client: _Client, name: str, *, as_json: bool) -> None:
    """Let a schedule rest; its jobs go on."""
    _change(client, name, as_json=as_json, enabled=False)


@schedules.command("resume")
@click.argument("name")
@as_json_option
@click.pass_obj
def resume(client: _Client, name: str, *, as_json: bool) -> None:
    """Let a paused schedule go on with its next time; those that have passed are not made up for."""
    _change(client, name, as_json=as_json, enabled=True)


@schedules.command("run")
@click.argument("name")
@as_json_option
@click.pass_obj
def run(client: _Client, name: str, *, as_json: bool) -> int:
    """Ask for its job now, and wait for the end; the exit code tells how it ended."""
    with client() as api:
        job = checked(api.post(f"{_link(name)}/run"))
        end = watch(api, job["links"]["self"], name, ERR)
        if as_json:
            return end_as_json(api, end)
    tell(f"{job['id']}  {end.status}")
    return exit_code(end)


@schedules.command("delete")
@click.argument("name")
@as_json_option
@click.pass_obj
def delete(client: _Client, name: str, *, as_json: bool) -> None:
    """Remove a schedule; its jobs stay."""
    with client() as api:
        told = checked(api.delete(_link(name)))
    said = f"{told['name']}  deleted; it was {told['job_type']} {json.dumps(told['params'])}, {_rhythm(told)}"
    tell_json(told) if as_json else tell(said)


def _change(client: _Client, name: str, *, as_json: bool, **changes: object) -> None:
    with client() as api:
        told = checked(api.patch(_link(name), json=changes))
    tell_json(told) if as_json else tell(f"{told['name']}  {_next(told)}")


def _link(name: str) -> str:
    """Where a schedule is; a slash in the name must not lead elsewhere."""
    return f"{_ROOM}/{quote(name, safe='')}"


def _tell_times(times: list[str]) -> None:
    for time in times:
        say("", _time(time))


def _rhythm(told: dict[str, Any]) -> str:
    return f"{told['cron']} {told['time_zone']}" if told["cron"] else f"every {told['every_seconds']} s"


def _next(told: dict[str, Any]) -> str:
    return _time(told["next_fire_at"]) if told["enabled"] else "paused"


def _time(time: str) -> str:
    return f"{time[:_SECOND]}Z"
