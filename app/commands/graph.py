"""`graph ...`: who is related to whom."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import httpx

from app.commands.terminal import ERR, FAILED, as_json_option, tell, tell_json
from app.errors import TributaryError
from app.watch import checked
from app.words import count

_Client = Callable[[], httpx.Client]
_AGAIN = "ask for it again, or for less: --max-nodes, --min-confidence, --around; the log of the API says why it broke"
_ELSEWHERE = "name a FILE in a folder that exists, has room, and lets you write"
_FORMATS = ("gexf", "graphml", "csv")
_PATIENCE = httpx.Timeout(30, read=300)


def _selection(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--max-nodes", type=int, help="channels at most"),
        click.option("--country", help="of the channels"),
        click.option("--language", help="of the channels"),
        click.option("--min-confidence", type=float, help="of an edge by one method"),
        click.option("--method", help="only edges by this method"),
        click.option("--depth", type=int, help="steps from --around; 1 unless told"),
        click.option("--around", help="a channel id; the surest edges unless told"),
    ):
        command = option(command)
    return command


@click.group("graph")
def graph() -> None:
    """Related channels: neighbours, paths, communities, exports."""


@graph.command("neighbours")
@click.argument("channel_id")
@click.option("--direction", type=click.Choice(["both", "out", "in"]), help="those that it names, or who names it")
@click.option("--method", help="only edges by this method")
@click.option("--min-confidence", type=float, help="of the pair")
@click.option("--limit", type=int, help="channels at most")
@as_json_option
@click.pass_obj
def neighbours(client: _Client, /, channel_id: str, *, as_json: bool, **asked: object) -> None:
    """The channels beside CHANNEL_ID, the surest first."""
    with client() as api:
        told = checked(api.get(f"/api/channels/{quote(channel_id, safe='')}/neighbours", params=_given(asked)))
    if as_json:
        tell_json(told)
        return
    for one in told["neighbours"]:
        tell(_line(one))
    if not told["neighbours"]:
        ERR.print("no channel in the catalogue is beside it")
    if not told["complete"]:
        ERR.print("it has more edges than were looked at")


@graph.command("path")
@click.argument("start")
@click.argument("goal")
@click.option("--max-depth", type=int, help="steps at most")
@click.option("--directed", is_flag=True, help="only from who names to who is named")
@as_json_option
@click.pass_obj
def path(client: _Client, /, start: str, goal: str, *, as_json: bool, **asked: object) -> int:
    """The shortest paths from the channel START to GOAL; exit code 1 when there is none."""
    with client() as api:
        told = checked(api.get("/api/graph/paths", params={"from": start, "to": goal, **_given(asked)}))
    if as_json:
        tell_json(told)
    else:
        for one in told["paths"]:
            names = (channel["title"] or channel["channel_id"] for channel in one["channels"])
            tell(f"{one['confidence']:.2f}  {' - '.join(names)}")
        if told["why"]:
            ERR.print(told["why"], markup=False)
    return 0 if told["paths"] else FAILED


@graph.command("communities")
@_selection
@as_json_option
@click.pass_obj
def communities(client: _Client, /, *, as_json: bool, **asked: object) -> None:
    """The communities of a part of the graph, the largest first, with their most central channels."""
    with client() as api:
        told = checked(api.get("/api/graph", params=_given(asked), timeout=_PATIENCE))
    if as_json:
        tell_json(told)
        return
    names = {one["channel_id"]: one["title"] or one["channel_id"] for one in told["channels"]}
    for one in told["communities"]:
        central = ", ".join(names[channel] for channel in one["central"])
        tell(f"{count(one['channels'], 'channel'):>15}  {central}")
    if told["cut"]:
        ERR.print(told["cut"], markup=False)


@graph.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="what the name of FILE says unless told")
@_selection
@as_json_option
@click.pass_obj
def export(client: _Client, /, file: Path, kind: str | None, *, as_json: bool, **asked: object) -> None:
    """Write a part of the graph, or all of it, into FILE: .gexf, .graphml or .csv."""
    kind = kind or file.suffix.removeprefix(".").lower()
    if kind not in _FORMATS:
        raise click.UsageError("name the FILE .gexf, .graphml or .csv, or say --format")
    with client() as api:
        cut = _written(api, {"format": kind, **_given(asked)}, file)
    size = file.stat().st_size
    tell_json({"file": str(file), "bytes": size, "cut": cut}) if as_json else tell(f"{file}: {count(size, 'byte')}")
    if cut != "no":
        ERR.print(f"{cut}: raise --max-nodes, or filter")


def _written(api: httpx.Client, params: dict[str, Any], file: Path) -> str:
    """Write an export beside FILE, and put it there when it is whole; what the API says of its end."""
    part = file.with_name(f"{file.name}.part")
    with ExitStack() as kept, api.stream("GET", "/api/graph/export", params=params, timeout=_PATIENCE) as answer:
        if answer.is_error:
            answer.read()
            checked(answer)
        try:
            out = kept.enter_context(part.open("wb"))
            kept.callback(part.unlink, missing_ok=True)
            for piece in answer.iter_bytes():
                out.write(piece)
            out.close()
            part.replace(file)
        except httpx.TransportError as error:
            raise TributaryError(f"the export broke off in the middle; {file} is as it was", hint=_AGAIN) from error
        except OSError as error:
            raise TributaryError(f"{file} cannot be written: {error.strerror}", hint=_ELSEWHERE) from error
    return answer.headers["X-Cut"]


def _given(asked: dict[str, object]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _line(one: dict[str, Any]) -> str:
    ways = {"out": "names", "in": "named by"}
    said = dict.fromkeys(f"{ways[edge['direction']]} ({edge['method']})" for edge in one["edges"])
    return f"{one['confidence']:.2f}  {one['channel_id']}  {one['title'] or ''}  {', '.join(said)}"
