"""How commands speak: results on standard output, progress and errors on standard error, one line each."""

import json
from collections.abc import Mapping
from typing import Any

import click
import httpx
from rich.console import Console
from rich.markup import escape

from app.watch import JobEnd, checked, watch

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)
FAILED = 1
as_json_option = click.option("--json", "as_json", is_flag=True, help="all that is known, as JSON")


def tell(line: str) -> None:
    """One line as it is: never wrapped, and no bracket in a title is taken for markup."""
    OUT.print(line, markup=False, soft_wrap=True)


def say(name: str, what: str) -> None:
    """A line of an overview."""
    tell(f"{name:9} {what}")


def tell_json(told: object) -> None:
    """All that is known, for programs."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def ask_and_watch(api: httpx.Client, path: str, asked: Mapping[str, Any], title: str) -> JobEnd:
    """Ask for a job, and follow it to its end; what is None is left to the API."""
    return watch(api, ask(api, path, asked)["links"]["self"], title, ERR)


def ask(api: httpx.Client, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the API answers; what is None is left to it."""
    return checked(api.post(path, json={name: value for name, value in asked.items() if value is not None}))


def end_as_json(api: httpx.Client, end: JobEnd) -> int:
    """All about a job that was watched to its end; the exit code."""
    tell_json(checked(api.get(end.link)))
    return exit_code(end)


def complain(what: str, hint: str) -> int:
    """An error and what to do next, however quiet it is to be; the exit code that goes with it."""
    ERR.quiet = False
    ERR.print("[red]error:[/] " + escape(what + (f"\n  {hint}" if hint else "")), soft_wrap=True)
    return FAILED


def exit_code(end: JobEnd) -> int:
    """0 when the job was completed; else it is said how it ended."""
    if end.status == "completed":
        return 0
    return complain(f"the job is {end.status}: {end.why}", f"all about it: {end.link}")
