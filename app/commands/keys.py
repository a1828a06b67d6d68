"""`keys ...`: who pays, what is left, which key works; and the encryption of keys under another SECRET_KEY."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click
import httpx

from app.commands.terminal import ERR, FAILED, as_json_option, complain, say, tell, tell_json
from app.watch import checked
from app.words import count

_Client = Callable[[], httpx.Client]
_KINDS = {
    "api_keys": ("API key", ""),
    "push_secrets": ("push secret", ""),
    "import_passwords": ("password of an import", "passwords of imports"),
}


@click.group("keys")
def keys() -> None:
    """API keys: who pays, what is left, and which of them work."""


@keys.command("list")
@as_json_option
@click.pass_obj
def list_keys(client: _Client, *, as_json: bool) -> None:
    """All keys, what their projects have left today, and what will be left at the reset."""
    with client() as api:
        found = checked(api.get("/api/api-keys"))["api_keys"]
        quota = checked(api.get("/api/quota"))
    if as_json:
        tell_json({"api_keys": found, "quota": quota})
        return
    for key in found:
        tell(f"{key['id']:3}  {key['fingerprint']}  {key['key_name']:16} {key['project']:16} {_state(key)}".rstrip())
    if not found:
        ERR.print("there are no keys yet: add one with `keys add`, or set YOUTUBE_API_KEY_1", markup=False)
    for bucket, told in quota["buckets"].items():
        say("quota", f"{bucket}: {told['left']:,} of {count(told['daily_limit'], 'unit')} left today")
        if told["used"] + told["reserved"] or told["forecast"]["waiting_jobs"]:
            say("", told["forecast"]["in_words"])


@keys.command("add")
@click.argument("name")
@click.option("--project", help="the Google project; keys of one project share its quota")
@as_json_option
@click.pass_obj
def add_key(client: _Client, name: str, project: str | None, *, as_json: bool) -> None:
    """Store a key, encrypted, under a NAME. It is asked for, or read from standard input: never an argument."""
    secret = _asked_key()
    with client() as api:
        key = checked(api.post("/api/api-keys", json={"key_name": name, "api_key": secret, "project": project or ""}))
    if as_json:
        tell_json(key)
        return
    tell(f"key {key['id']} is stored: {key['key_name']}, fingerprint {key['fingerprint']}, project {key['project']}")
    tell(f"whether it works: keys test {key['id']}")


@keys.command("test")
@click.argument("key_id", required=False, type=int)
@click.option("--given", is_flag=True, help="a key that is asked for, or read from standard input, and not stored")
@as_json_option
@click.pass_obj
def test_keys(client: _Client, key_id: int | None, *, given: bool, as_json: bool) -> int:
    """Test one key, or all: what is wrong with each, and what to click. One unit for each."""
    if given and key_id is not None:
        raise click.UsageError("name a stored key, or say --given")
    body = {"api_key": _asked_key()} if given else {"all": True} if key_id is None else {"key_id": key_id}
    with client() as api:
        told = checked(api.post("/api/test-youtube", json=body, timeout=120))
    if as_json:
        tell_json(told)
    else:
        for one in told["keys"]:
            _show_trial(one)
        tell(f"{told['working']:,} of {count(len(told['keys']), 'key')} can be used; {_units(told['units'])} spent")
    return 0 if told["keys"] and told["working"] == len(told["keys"]) else FAILED


@keys.command("enable")
@click.argument("key_id", type=int)
@click.option("--lift-suspension", is_flag=True, help="Google's suspension of its project is settled")
@as_json_option
@click.pass_obj
def enable(client: _Client, key_id: int, *, lift_suspension: bool, as_json: bool) -> None:
    """Use a key again; jobs that wait for quota go on."""
    _change(client, key_id, {"is_active": True, "lift_suspension": lift_suspension}, as_json=as_json)


@keys.command("disable")
@click.argument("key_id", type=int)
@as_json_option
@click.pass_obj
def disable(client: _Client, key_id: int, *, as_json: bool) -> None:
    """Use a key no more, until it is enabled."""
    _change(client, key_id, {"is_active": False}, as_json=as_json)


@keys.command("remove")
@click.argument("key_id", type=int)
@click.option("--yes", is_flag=True, help="do not ask")
@as_json_option
@click.pass_obj
def remove(client: _Client, key_id: int, *, yes: bool, as_json: bool) -> None:
    """Forget a key for good. What was spent with it stays in the ledger."""
    with client() as api:
        key = checked(api.get(_link(key_id)))
        if not yes:
            click.confirm(f"Forget the key {key['key_name']} ({key['fingerprint']})?", abort=True, err=True)
        gone = checked(api.delete(_link(key_id)))
    tell_json(gone) if as_json else tell(f"key {key_id} is forgotten: {gone['key_name']}, {gone['fingerprint']}")


@keys.command("rotate")
@as_json_option
def rotate(*, as_json: bool) -> int:
    """Encrypt everything anew under SECRET_KEY, after it was changed; asks DATABASE_URL.

    What was under the one before is read with SECRET_KEY_PREVIOUS. Broken off, it goes on where it was.
    """
    from app.commands import here  # noqa: PLC0415 - see there

    told = here.rotate(lambda what, rows: ERR.print(f"{what.replace('_', ' ')}: {rows:,} so far", markup=False))
    if as_json:
        tell_json([asdict(one) for one in told])
    for one in () if as_json else told:
        kind = count(one.anew, *_KINDS[one.what])
        tell(f"{kind} encrypted anew, {one.already:,} under this SECRET_KEY already, {one.unreadable:,} unreadable")
    lost = [name for one in told for name in one.unreadable_such_as]
    if lost:
        hint = "set SECRET_KEY_PREVIOUS to the SECRET_KEY that they are under, and run it again; see docs/quota.md"
        return complain(f"not all could be read with these keys: {', '.join(lost)}", hint)
    ERR.print("SECRET_KEY_PREVIOUS is needed no more, once every process has the new SECRET_KEY", markup=False)
    return 0


def _change(client: _Client, key_id: int, body: dict[str, Any], *, as_json: bool) -> None:
    with client() as api:
        key = checked(api.patch(_link(key_id), json=body))
    tell_json(key) if as_json else tell(f"key {key_id}, {key['key_name']}, is {_state(key)}")


def _asked_key() -> str:
    """From whoever sits there, unseen; or from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(click.prompt("API key", hide_input=True, err=True)).strip()


def _state(key: dict[str, Any]) -> str:
    if key["suspended_why"]:
        return f"suspended by Google: {key['suspended_why']}"
    return "in use" if key["is_active"] else f"off: {key['disabled_reason']}"


def _show_trial(one: dict[str, Any]) -> None:
    name = f"{one['key_id']} {one['key_name']}" if one["key_id"] else "the key"
    tell(f"{name} ({one['fingerprint']}): {one['diagnosis']}: {one['in_words']}")
    for told in (one["google_says"], _next_step(one), one["link"]):
        if told:
            tell(f"  {told}")
    if one["until"]:
        tell(f"  until {one['until']}")


def _next_step(one: dict[str, Any]) -> str:
    return "" if one["next_step"] == "nothing" else str(one["next_step"])


def _units(units: int) -> str:
    return count(units, "unit")


def _link(key_id: int) -> str:
    return f"/api/api-keys/{key_id}"
