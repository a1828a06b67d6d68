"""`retention` and `forget`: what is kept, and what is deleted."""

from collections.abc import Callable

import click
import httpx

from app.commands.terminal import ERR, as_json_option, end_as_json, exit_code, say, tell, tell_json
from app.watch import checked, watch
from app.words import count

_Client = Callable[[], httpx.Client]


@click.command("retention")
@click.option("--run", "run_now", is_flag=True, help="delete now what may not be kept for another day")
@as_json_option
@click.pass_obj
def retention(client: _Client, *, run_now: bool, as_json: bool) -> int:
    """Tell what may be kept for how long, and what was deleted lately."""
    with client() as api:
        end = watch(api, checked(api.post("/api/retention"))["links"]["self"], "sweeping", ERR) if run_now else None
        told = checked(api.get("/api/retention"))
    if as_json:
        tell_json(told)
        return exit_code(end) if end else 0
    say("mode", told["mode"])
    for report in told["reports"]:
        swept = [_in_words(subject, **rows) for subject, rows in report["swept"].items() if any(rows.values())]
        tell(f"{report['created_at']}  {report['status']:10} {', '.join(swept) or 'nothing was too old'}")
    if not told["reports"]:
        ERR.print("it has not run yet: a schedule runs it every night, `retention --run` now")
    return exit_code(end) if end else 0


@click.command("forget")
@click.argument("channel_id", required=False)
@click.option("--all", "everything", is_flag=True, help="everything that YouTube told, of all channels")
@click.option("--yes", is_flag=True, help="do not ask")
@as_json_option
@click.pass_obj
def forget(client: _Client, channel_id: str | None, *, everything: bool, yes: bool, as_json: bool) -> int:
    """Delete a channel with its videos and their history, or --all that YouTube told."""
    if everything == bool(channel_id):
        raise click.UsageError("name one channel, or say --all")
    with client() as api:
        if channel_id:
            forgotten = checked(api.post("/api/forget", json={"channel_ids": [channel_id]}))["forgotten"]
            said = f"{channel_id}: forgotten, with {count(forgotten['videos'], 'video')}"
            tell_json(forgotten) if as_json else tell(said)
            return 0
        if not yes:
            click.confirm("Delete everything that YouTube told? Channel ids that you gave stay.", abort=True, err=True)
        job = checked(api.post("/api/forget-all", json={"confirm": "forget everything"}))
        end = watch(api, job["links"]["self"], "forgetting", ERR)
        if as_json:
            return end_as_json(api, end)
        tell("everything that YouTube told is deleted" if end.status == "completed" else "not all is deleted yet")
    return exit_code(end)


def _in_words(subject: str, deleted: int, erased: int) -> str:
    rows = [f"{count:,} {what}" for count, what in ((deleted, "deleted"), (erased, "emptied")) if count]
    return f"{subject.replace('_', ' ')}: {' and '.join(rows)}"
