"""`config`, `doctor` and `check`: what is set, what is wrong, and whether everything holds that must."""

from collections.abc import Callable
from dataclasses import asdict
from itertools import chain
from typing import Any

import click
import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands.terminal import ERR, FAILED, as_json_option, complain, tell, tell_json
from app.errors import TributaryError
from app.watch import checked
from app.words import count

_START_THE_API = "start it (./start_local.sh, ./start_production.sh), or say where it is: --url, or TRIBUTARY_URL"


@click.command("config")
@as_json_option
def config(*, as_json: bool) -> int:
    """Every setting with the value that holds, and where it comes from; of secrets a fingerprint."""
    from app.commands import here  # noqa: PLC0415 - see there

    told, error = here.settings()
    if as_json:
        tell_json([asdict(one) for one in told])
    else:
        width = max(len(one.setting) for one in told)
        for one in told:
            tell(f"{one.setting:{width}}  {one.source:12}  {one.value}")
    return complain(str(error), error.hint) if error else 0


@click.command("doctor")
@as_json_option
@click.pass_obj
def doctor(client: Callable[[], httpx.Client], *, as_json: bool) -> int:
    """What is wrong, and how to mend it: settings, servers, workers, keys, jobs. To be run where Tributary runs."""
    from app.commands import here  # noqa: PLC0415 - see there

    found = []
    for one in chain(map(asdict, here.examined()), (look(client) for look in [_api])):
        found.append(one)
        if not as_json:
            _show_finding(one)
    wrong = sum(one["state"] == "wrong" for one in found)
    if as_json:
        tell_json({"healthy": not wrong, "findings": found})
    else:
        tell(f"{count(wrong, 'thing')} must be mended" if wrong else "nothing must be mended")
    return FAILED if wrong else 0


def _show_finding(one: dict[str, Any]) -> None:
    tell(f"{one['state']:8} {one['area']:9} {one['told']}")
    if one["next_step"]:
        tell(f"{'':18} {one['next_step']}")


def _api(client: Callable[[], httpx.Client]) -> dict[str, Any]:
    """Whether the API answers, as the doctor would say it."""
    try:
        with client() as api:
            ready = api.get("/readyz")
            told = ready.json() if ready.status_code == httpx.codes.SERVICE_UNAVAILABLE else checked(ready)
            where = f"at {api.base_url}".rstrip("/")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _finding("wrong", f"it does not answer: {error or type(error).__name__}", _START_THE_API)
    except (TributaryError, ValueError) as error:
        return _finding("wrong", f"something else answers there: {error}", _START_THE_API)
    if told.get("ready"):
        return _finding("ok", f"it answers {where}, {told['status']}", "")
    return _finding("wrong", f"it answers {where}: not ready", "see postgres and schema above")


def _finding(state: str, told: str, next_step: str) -> dict[str, Any]:
    return {"area": "api", "state": state, "told": told, "next_step": next_step}


@click.command("check")
@as_json_option
def check(*, as_json: bool) -> int:
    """Look for rows that break what must always hold, in the database of DATABASE_URL; it changes nothing."""
    from app.commands import here  # noqa: PLC0415 - see there

    found = []
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERR, disable=not ERR.is_terminal, transient=True) as bar:
        task = bar.add_task("checking", total=here.invariants())
        for looked_at in here.checked():
            found.append(asdict(looked_at))
            bar.advance(task)
    broken = [one for one in found if one["rows"] != 0]
    if as_json:
        tell_json({"holds": not broken, "checks": found})
    else:
        for one in found:
            _show_check(one)
        tell(f"{count(len(found), 'check')}: {f'{len(broken):,} broken' if broken else 'all hold'}")
    return FAILED if broken else 0


def _show_check(one: dict[str, Any]) -> None:
    rows = "it could not be looked at" if one["rows"] is None else count(one["rows"], "row")
    tell(f"{'ok' if one['rows'] == 0 else 'broken':7} {one['name']}: {rows}")
    if one["rows"] != 0:
        for told in (one["meaning"], one["error"], *(f"such as {row}" for row in one["first"])):
            tell(f"        {told}") if told else None
