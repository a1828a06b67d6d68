"""`tokens ...` and `audit`: who may use the API, and who did what."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.terminal import ERR, as_json_option, tell, tell_json
from app.watch import checked


@click.group("tokens")
def tokens() -> None:
    """Who may use the API; these commands ask the database of DATABASE_URL themselves."""


@tokens.command("create")
@click.argument("name")
@click.option(
    "--scope", type=click.Choice(["read", "run", "admin"]), required=True, help="each includes those before it"
)
@click.option("--expires-days", type=click.IntRange(1, 3_650), help="days that it counts; without it, until revoked")
@as_json_option
def create(name: str, scope: str, expires_days: int | None, *, as_json: bool) -> None:
    """Make a token that is called NAME; it is shown once."""
    from app.commands import here  # noqa: PLC0415 - see there

    token = here.create_token(name, scope, expires_days)
    tell_json({"name": name, "scope": scope, "token": token}) if as_json else tell(token)
    ERR.print("it is shown this once; the command line takes it from TRIBUTARY_TOKEN or --token-file")


@tokens.command("list")
@click.option("--json", "as_json", is_flag=True, help="all that is known, for programs")
def listed(*, as_json: bool) -> None:
    """The tokens, the newest first; never their secrets."""
    from app.commands import here  # noqa: PLC0415 - see there

    found = here.list_tokens()
    if as_json:
        tell_json(found)
        return
    for token in found:
        tell(f"{token['name']:24} {token['prefix']}  {token['scopes'][-1]:6} {_when(token)}")
    if not found:
        ERR.print("there are no tokens: `tokens create NAME --scope run` makes one")


@tokens.command("revoke")
@click.argument("name")
@as_json_option
def revoke(name: str, *, as_json: bool) -> None:
    """Let the token NAME count no longer."""
    from app.commands import here  # noqa: PLC0415 - see there

    here.revoke_token(name)
    tell_json({"name": name, "revoked": True}) if as_json else tell(f"{name}: revoked")


@click.command("audit")
@click.option("--actor", help="only what this one did")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True, help="lines at most")
@click.option("--json", "as_json", is_flag=True, help="all that is known, for programs")
@click.pass_obj
def audit(client: Callable[[], httpx.Client], actor: str | None, limit: int, *, as_json: bool) -> None:
    """Who changed what, and who was refused, the newest first."""
    with client() as api:
        asked: dict[str, str | int] = {"limit": limit, **({"actor": actor} if actor else {})}
        found = checked(api.get("/api/audit", params=asked))["audit"]
    if as_json:
        tell_json(found)
        return
    for line in found:
        tell(_line(line))


def _line(line: dict[str, Any]) -> str:
    who = line["actor"] + (f" ({line['token']})" if line["token"] else "")
    parts = [
        line["at"][:19],
        who,
        line["address"] or "-",
        str(line["status"] or "-"),
        line["action"],
        line["target"] or "",
    ]
    say_safely = ["".join(letter if letter.isprintable() else "?" for letter in part) for part in parts]
    return "  ".join(say_safely).rstrip()


def _when(token: dict[str, Any]) -> str:
    if token["revoked_at"]:
        return f"revoked {token['revoked_at'][:16]}"
    used = f"last used {token['last_used_at'][:16]}" if token["last_used_at"] else "never used"
    return used + (f", until {token['expires_at'][:16]}" if token["expires_at"] else "")
