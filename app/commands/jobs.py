"""`jobs ...`: look at jobs, and pause, resume, cancel or retry one of them or many."""

from collections.abc import Callable
from typing import Any

import click
import httpx

from app.commands.forecast import foretell
from app.commands.items import show_items
from app.commands.names import resolve_names_of
from app.commands.terminal import ERR, FAILED, as_json_option, end_as_json, exit_code, say, tell, tell_json
from app.jobs.states import Status
from app.watch import checked, watch
from app.words import count

_Client = Callable[[], httpx.Client]
_MOVES = {
    "pause": "Let a job rest, or --all that match.",
    "resume": "Let a paused job go on, or --all that match.",
    "cancel": "End a job where it is, or --all that match; what was written stays.",
    "retry": "Let another job take up what an ended job left, or one for each of --all that match.",
}

_DRY_RUN = {"retry": "only tell how many match, or what the retry of one would take"}
_status = click.option(
    "--status", type=click.Choice([status.value for status in Status]), help="only those in this state"
)
_max_units = click.option("--max-units", type=int, help="its budget: quota units at most")


@click.group("jobs")
def jobs() -> None:
    """Look at jobs, and move them."""


@jobs.command("list")
@_status
@as_json_option
@click.pass_obj
def list_jobs(client: _Client, status: str | None, *, as_json: bool) -> None:
    """The newest jobs."""
    with client() as api:
        found = checked(api.get("/api/jobs", params={"status": status} if status else {}))["jobs"]
    if as_json:
        tell_json(found)
        return
    for job in found:
        done = f"{job['processed_items']:,}/{job['expected_items']:,}"
        tell(f"{job['id']}  {job['job_type']:10} {job['status']:18} {done:>20}  {job['why'] or ''}".rstrip())
    if not found:
        ERR.print("there is no such job" if status else "there are no jobs yet")


@jobs.command("show")
@click.argument("job_id")
@as_json_option
@click.pass_obj
def show_job(client: _Client, job_id: str, *, as_json: bool) -> None:
    """All about one job."""
    with client() as api:
        job = checked(api.get(_link(job_id)))
    if as_json:
        tell_json(job)
        return
    say("job", f"{job['id']}, {job['job_type']}, asked for by {job['requested_by'] or 'nobody'} at {job['created_at']}")
    say("state", job["status"] + (f": {job['error_message'] or job['why']}" if job["why"] else ""))
    say("items", f"{job['processed_items']:,} of {job['expected_items']:,}: {_outcomes(job['outcomes'])}")
    say("units", f"{job['units_used']:,}" + (f" of {job['max_units']:,}" if job["max_units"] else ""))
    if eta := job["eta"]:
        say("end", f"{eta['finish_at'] or 'not known'}; {eta['waits_for']}")
    for name in ("retry_of", "retried_by"):
        if job[name]:
            say(name.replace("_", " "), job[name])
    say("can", ", ".join(job["moves"]) or "do nothing more")


@jobs.command("watch")
@click.argument("job_id")
@as_json_option
@click.pass_obj
def watch_job(client: _Client, job_id: str, *, as_json: bool) -> int:
    """Follow a job to its end; the exit code tells how it ended."""
    with client() as api:
        end = watch(api, _link(job_id), "job", ERR)
        if as_json:
            return end_as_json(api, end)
    tell(f"{end.status}: {_outcomes(end.outcomes)}")
    return exit_code(end)


@jobs.command("errors")
@click.argument("job_id")
@as_json_option
@click.pass_obj
def show_errors(client: _Client, job_id: str, *, as_json: bool) -> None:
    """Why items of a job were not fetched: by reason, with samples and the next step."""
    with client() as api:
        told = checked(api.get(f"{_link(job_id)}/errors"))
    if as_json:
        tell_json(told)
        return
    for group in told["errors"]:
        tell(f"{group['count']:,} {group['outcome'].replace('_', ' ')}: {group['reason']}")
        tell(f"  such as {', '.join(sample['item'] or '(empty)' for sample in group['samples'])}")
        tell(f"  {group['next_step']}")
    ERR.print(f"{told['examined']:,} of {count(told['total'], 'item')}; {told['how']}", soft_wrap=True)


def _moving(name: str, told: str) -> click.Command:
    @click.command(name, help=told)
    @click.argument("job_id", required=False)
    @click.option("--all", "every", is_flag=True, help="all jobs that match, instead of one")
    @_status
    @click.option("--job-type", help="only those of this type")
    @click.option("--requested-by", help="only those that this one asked for")
    @click.option("--created-before", metavar="TIME", help="only older ones: 2026-11-20T12:00:00Z")
    @click.option("--dry-run", is_flag=True, help=_DRY_RUN.get(name, "only tell how many match"))
    @as_json_option
    @click.pass_obj
    def move(
        client: _Client,
        /,
        *,
        job_id: str | None,
        every: bool,
        dry_run: bool,
        as_json: bool,
        max_units: int | None = None,
        **which: str | None,
    ) -> int:
        wanted = {field: value for field, value in which.items() if value is not None}
        if every == (job_id is not None) or (not every and (wanted or (dry_run and name != "retry"))):
            raise click.UsageError("name one job, or --all with what they have in common")
        if every and max_units is not None:
            raise click.UsageError("--max-units is the budget of one job: name it")
        with client() as api:
            if job_id is None:
                many = {"move": name, "filter": wanted, "dry_run": dry_run}
                return _move_many(api, many, as_json=as_json)
            body = {} if max_units is None else {"max_units": max_units}
            if dry_run:
                return foretell(api, f"{_link(job_id)}/retry", body, as_json=as_json)
            return _move_one(api, f"{_link(job_id)}/{name}", body, as_json=as_json)

    return _max_units(move) if name in {"resume", "retry"} else move


for _name, _told in _MOVES.items():
    jobs.add_command(_moving(_name, _told))
jobs.add_command(resolve_names_of)


def _move_one(api: httpx.Client, link: str, body: dict[str, Any], *, as_json: bool) -> int:
    job = checked(api.post(link, json=body or None))
    if as_json:
        tell_json(job)
    else:
        tell(f"{job['id']}  {job['message']}")
    return 0


def _move_many(api: httpx.Client, body: dict[str, Any], *, as_json: bool) -> int:
    told = checked(api.post("/api/jobs/moves", json=body))
    if body["dry_run"]:
        tell_json(told) if as_json else tell(_matching(told["matched"]))
        return 0
    end = watch(api, told["links"]["self"], f"{body['move']} of jobs", ERR)
    if as_json:
        tell_json(checked(api.get(end.link)))
    else:
        tell(f"{end.outcomes['fetched']:,} of {count(end.total, 'job')}: {body['move']}")
        for outcome in ("skipped", "failed"):
            show_items(api, end, outcome, outcome)
    return exit_code(end) or (0 if end.outcomes["fetched"] == end.total else FAILED)


def _matching(jobs: int) -> str:
    return f"{count(jobs, 'job')} {'matches' if jobs == 1 else 'match'}"


def _outcomes(counted: dict[str, int]) -> str:
    told = [f"{count:,} {name.replace('_', ' ')}" for name, count in counted.items() if count]
    return ", ".join(told) or "no items"


def _link(job_id: str) -> str:
    return f"/api/jobs/{job_id}"
