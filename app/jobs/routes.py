"""/api/jobs: what was asked for, how far it is, and why it is not further."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, g, jsonify, request, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from app.errors import BadInputError
from app.jobs import answers
from app.jobs.model import SEALED, Job, JobFilter
from app.jobs.reasons import MOST_REMARKS, Group, next_step
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Status
from app.jobs.stream import Eta, Streams, caught_up
from app.jobs.types import ADMINS_ALONE, MIGRATE
from app.paging import ForeignCursorError, Page, number_of, paged
from app.problems import Body, Instant, Text, storable
from app.shown import fields_of

_TAG = Tag(name="jobs", description="Long work, by batches")
_POLL_SECONDS = "2"
MaxUnits = Annotated[
    int | None, Field(None, ge=1, le=2**31 - 1, description="quota units that the job may spend at most")
]
Foresee = Callable[[Job, int | None], dict[str, Any] | None]
_LONGEST_KEY = 255


class JobPath(BaseModel):
    """Which job."""

    job_id: UUID


class WhichJobs(BaseModel):
    """Which jobs; what is left out does not matter."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    job_type: Text | None = None
    requested_by: Text | None = None
    created_before: Instant | None = None


class JobsQuery(WhichJobs, Page):
    """Which jobs."""


class MovesBody(BaseModel):
    """One move for many jobs. The filter must be given: an empty one means all."""

    model_config = ConfigDict(extra="forbid")

    move: Literal["pause", "resume", "cancel", "retry"]
    filter: WhichJobs
    dry_run: bool = False


class GoOn(Body):
    """With which budget."""

    max_units: MaxUnits = None


class Retry(GoOn):
    """With which budget, or only what it would take."""

    dry_run: bool = Field(False, description="only tell what it would take")


class ItemsQuery(Page):
    """Which items."""

    outcome: Literal["fetched", "unchanged", "not_found", "skipped", "failed"] | None = None


def job_json(job: Job, live: dict[str, Any] | None = None) -> dict[str, Any]:
    """A job as the API shows it: counters, rate, what it waits for, and what can be done with it."""
    job = caught_up(job, live)
    shown = fields_of(job)
    for name in ("cursor", "all_cut"):
        shown.pop(name)
    shown["params"] = {name: value for name, value in job.params.items() if name != SEALED}
    done, total = shown["processed_items"], max(shown["total_items"], job.expected_items or 0)
    rate = _rate(job, done)
    return {
        **shown,
        "job_id": str(job.id),
        "outcomes": job.outcomes,
        "expected_items": total,
        "progress": _percentage(job, done, total),
        "progress_percentage": _percentage(job, done, total),
        "items_per_second": rate and round(rate, 1),
        "eta_seconds": round((total - done) / rate) if rate and job.status is Status.RUNNING else None,
        "moves": job.moves,
        "links": _links(job),
    }


def accepted(job: Job) -> Response:
    """202, with the address to watch the job at."""
    size = job.params.get("batch_size")
    told = {
        "message": f"{job.job_type} job is {job.status}"
        + (f", asked to {job.stop_request}" if job.stop_request else ""),
        "estimated_batches": ceil(job.expected_items / size) if job.expected_items is not None and size else None,
    }
    answer = jsonify({**job_json(job), **told})
    answer.status_code = 202
    answer.headers["Location"] = url_for("jobs.read", job_id=job.id)
    answer.headers["Retry-After"] = _POLL_SECONDS
    return answer


def asked_by() -> dict[str, str | None]:
    """What every request for a job carries beside its body."""
    return {"idempotency_key": request.headers.get("Idempotency-Key"), "requested_by": g.get("actor", "api")}


def check_may_ask(job_type: str) -> None:
    """Raise what the gate raises for too little, where a type of jobs is for administrators alone."""
    if job_type in ADMINS_ALONE:
        g.need_admin()


def check_idempotency_key() -> None:
    """Raises BadInputError for a key that is none, also where it would not be used: what asks twice is a program."""
    key = request.headers.get("Idempotency-Key")
    if request.method == "POST" and key is not None and not (0 < len(key) <= _LONGEST_KEY and storable(key) == key):
        raise BadInputError(
            f"an Idempotency-Key has 1 to {_LONGEST_KEY} characters",
            field="Idempotency-Key",
            hint="send a UUID, or leave the header out",
        )


def make_blueprint(
    jobs: Jobs,
    step_of: Callable[[str], str | None],
    eta: Eta,
    foresee: Foresee,
    told: Callable[[Job], str | None],
) -> APIBlueprint:
    """The routes of this room.

    `step_of` knows what to do about reasons that are not ours, `eta` when a job is done, `foresee` what a retry takes,
    `told` what else there is to say of a job.
    """
    room = APIBlueprint("jobs", __name__, url_prefix="/api/jobs", abp_tags=[_TAG])
    streams = Streams(jobs, job_json, eta)

    @room.get("", responses=answers.LISTED)
    def listed(query: JobsQuery) -> Response:
        """Jobs, newest first."""
        found = jobs.listed(**_wanted(query), before=_before(query.after), limit=query.limit + 1)
        return paged("jobs", found, query.limit, shown=job_json, cursor=_cursor)

    @room.get("/<job_id>", responses=answers.READ)
    def read(path: JobPath) -> Response:
        """One job, with its live counters."""
        job = jobs.read(path.job_id)
        live = jobs.live(job.id)
        now = {"why": job.why or jobs.notice(job) or told(job), "eta": eta(caught_up(job, live))}
        answer = jsonify({**job_json(job, live), **now})
        if job.status not in ENDED:
            answer.headers["Retry-After"] = _POLL_SECONDS
        return answer

    @room.get("/<job_id>/stream", responses=answers.STREAMED)
    def stream(path: JobPath) -> Response:
        """One job as server-sent events: its whole state, then every change, until it has ended."""
        return streams.answer(jobs.read(path.job_id))

    _add_account(room, jobs, step_of)
    _add_moves(room, jobs, foresee)
    return room


def _add_account(room: APIBlueprint, jobs: Jobs, step_of: Callable[[str], str | None]) -> None:
    """What happened to a job and its items."""

    @room.get("/<job_id>/events", responses=answers.EVENTS)
    def events(path: JobPath) -> Response:
        """Every move of a job: when, from where, to where, who and why."""
        return jsonify({"events": [fields_of(event) for event in jobs.events(path.job_id)]})

    @room.get("/<job_id>/items", responses=answers.ITEMS)
    def items(path: JobPath, query: ItemsQuery) -> Response:
        """The items that were not simply fetched, each with its outcome, reason and line."""
        after = number_of(query.after)
        found = jobs.items(path.job_id, outcome=query.outcome, after=after, limit=query.limit + 1)
        return paged("items", found, query.limit, shown=lambda row: fields_of(row[1]), cursor=lambda row: str(row[0]))

    @room.get("/<job_id>/errors", responses=answers.ERRORS)
    def errors(path: JobPath) -> Response:
        """Why items were not fetched: by reason, with samples and the next step."""
        job, groups = jobs.read(path.job_id), jobs.errors(path.job_id)
        seen, total = sum(group.count for group in groups), job.not_found + job.skipped + job.failed
        shown = [_group_json(group, step_of(group.example) or next_step(group)) for group in groups]
        return jsonify({"errors": shown, "total": total, "examined": seen, "how": _how(seen, total)})


def _add_moves(room: APIBlueprint, jobs: Jobs, foresee: Foresee) -> None:
    """What people may ask of one job, or of many."""

    def theirs(path: JobPath) -> Job:
        job = jobs.read(path.job_id)
        check_may_ask(job.job_type)
        return job

    @room.post("/<job_id>/pause", responses=answers.STOPPED)
    def pause(path: JobPath) -> Response:
        """Let a job rest: its running batches hand back what they have not begun."""
        return accepted(jobs.stop(theirs(path).id, "pause"))

    @room.post("/<job_id>/cancel", responses=answers.STOPPED)
    def cancel(path: JobPath) -> Response:
        """End a job where it is; what it has written stays."""
        return accepted(jobs.stop(theirs(path).id, "cancel"))

    @room.post("/<job_id>/resume", responses=answers.RESUMED)
    def resume(path: JobPath, body: GoOn) -> Response:
        """Let a paused job go on; `max_units` is its budget from its first unit on, and above what it has taken."""
        return accepted(jobs.resume(theirs(path).id, max_units=body.max_units))

    @room.post("/<job_id>/retry", responses=answers.RETRIED)
    def retry(path: JobPath, body: Retry) -> Response:
        """Take up what an ended job left: another job does, with what is left of its budget or with `max_units`."""
        job = theirs(path)
        forecast = foresee(job, body.max_units)
        if body.dry_run:
            jobs.check_retry(job.id, max_units=body.max_units)
            return jsonify({"dry_run": True, "forecast": forecast})
        return accepted(jobs.retry(job.id, max_units=body.max_units, forecast=forecast, **asked_by()))

    @room.post("/moves", responses=answers.MOVED)
    def move_many(body: MovesBody) -> Response:
        """One move for all jobs that match now. A job makes it: `fetched` counts those moved, `skipped` the others."""
        wanted = JobFilter(**_wanted(body.filter))
        if body.dry_run:
            return jsonify({"move": body.move, "matched": len(jobs.matching(wanted)), "dry_run": True})
        return accepted(jobs.ask_to_move(body.move, wanted, **asked_by()))


def _rate(job: Job, done: int) -> float | None:
    if job.started_at is None or done == 0:
        return None
    seconds = ((job.completed_at or job.updated_at) - job.started_at).total_seconds()
    return done / seconds if seconds > 0 else None


def _percentage(job: Job, done: int, total: int) -> float:
    if job.status is Status.COMPLETED:
        return 100.0
    return round(100 * done / total, 1) if total else 0.0


def _links(job: Job) -> dict[str, str]:
    here = url_for("jobs.read", job_id=job.id)
    account = ("events", "items", "errors", "stream", *(["rejects"] if job.job_type == MIGRATE.name else []))
    more = {name: f"{here}/{name}" for name in (*account, *job.moves)}
    kin = {"retry_of": job.retry_of, "retried_by": job.retried_by}
    others = {name: url_for("jobs.read", job_id=other) for name, other in kin.items() if other}
    return {"self": here, **more, **others}


def _wanted(which: WhichJobs) -> dict[str, Any]:
    return {name: getattr(which, name) for name in WhichJobs.model_fields}


def _how(seen: int, total: int) -> str:
    """What the counts of error groups are of."""
    if seen >= total:
        return "all items are counted"
    return f"only the first and the last {MOST_REMARKS:,} items of each outcome are counted"


def _group_json(group: Group, step: str) -> dict[str, Any]:
    told = fields_of(group) | {"samples": [{"item": item, "line": line} for item, line in group.samples]}
    told.pop("example")
    return {**told, "next_step": step}


def _cursor(job: Job) -> str:
    # Nothing that must be escaped in an address: the `+` of a time zone would arrive as a blank.
    return f"{job.created_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{job.id}"


def _before(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    moment, _, job_id = after.partition("_")
    try:
        return datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC), UUID(job_id)
    except ValueError:
        raise ForeignCursorError from None
