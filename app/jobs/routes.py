"""/api/jobs: what was asked for, how far it is, and why it is not further."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel

from app.errors import BadInputError
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Status, legal_moves
from app.paging import Page, paged

_TAG = Tag(name="jobs", description="Long work, by batches")
_POLL_SECONDS = "2"


class JobPath(BaseModel):
    """Which job."""

    job_id: UUID


class JobsQuery(Page):
    """Which jobs."""

    status: Status | None = None


class ItemsQuery(Page):
    """Which items."""

    outcome: Literal["unchanged", "not_found", "skipped", "failed"] | None = None


def job_json(job: Job, live: dict[str, Any] | None = None) -> dict[str, Any]:
    """A job as the API shows it: counters, rate, what it waits for, and what can be done with it."""
    shown = asdict(job)
    for name in ("cursor", "all_cut"):
        shown.pop(name)
    if live and str(live.get("updated_at", "")) > job.updated_at.isoformat():
        shown |= {name: live[name] for name in ("processed_items", "total_items", "units_used") if name in live}
    done, total = shown["processed_items"], max(shown["total_items"], job.expected_items or 0)
    rate = _rate(job, done)
    return {
        **shown,
        "job_id": str(job.id),
        "outcomes": job.outcomes,
        "expected_items": total,
        "progress_percentage": _percentage(job, done, total),
        "items_per_second": rate and round(rate, 1),
        "eta_seconds": round((total - done) / rate) if rate and job.status is Status.RUNNING else None,
        "moves": legal_moves(job.status),
        "links": _links(job),
    }


def accepted(job: Job) -> Response:
    """202, with the address to watch the job at."""
    answer = jsonify({**job_json(job), "message": f"{job.job_type} job is {job.status}"})
    answer.status_code = 202
    answer.headers["Location"] = url_for("jobs.read", job_id=job.id)
    answer.headers["Retry-After"] = _POLL_SECONDS
    return answer


def asked_by() -> dict[str, str | None]:
    """What every request for a job carries beside its body."""
    return {"idempotency_key": request.headers.get("Idempotency-Key"), "requested_by": "api"}


def make_blueprint(jobs: Jobs) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("jobs", __name__, url_prefix="/api/jobs", abp_tags=[_TAG])

    @room.get("")
    def listed(query: JobsQuery) -> Response:
        """Jobs, newest first."""
        found = jobs.listed(status=query.status, before=_cursor(query.after), limit=query.limit)
        cursor = f"{found[-1].created_at.isoformat()}_{found[-1].id}" if len(found) == query.limit else None
        return paged("jobs", [job_json(job) for job in found], cursor)

    @room.get("/<job_id>")
    def read(path: JobPath) -> Response:
        """One job, with its live counters."""
        job = jobs.read(path.job_id)
        answer = jsonify(job_json(job, jobs.live(job.id)))
        if job.status not in ENDED:
            answer.headers["Retry-After"] = _POLL_SECONDS
        return answer

    @room.get("/<job_id>/events")
    def events(path: JobPath) -> Response:
        """Every move of a job: when, from where, to where, who and why."""
        return jsonify({"events": [asdict(event) for event in jobs.events(path.job_id)]})

    @room.get("/<job_id>/items")
    def items(path: JobPath, query: ItemsQuery) -> Response:
        """The items that were not simply fetched, each with its outcome, reason and line."""
        after = _number(query.after)
        found = jobs.items(path.job_id, outcome=query.outcome, after=after, limit=query.limit)
        cursor = str(found[-1][0]) if len(found) == query.limit else None
        return paged("items", [asdict(remark) for _, remark in found], cursor)

    @room.post("/<job_id>/pause")
    def pause(path: JobPath) -> Response:
        """Let a job rest: its running batches hand back what they have not begun."""
        return accepted(jobs.stop(path.job_id, "pause"))

    @room.post("/<job_id>/cancel")
    def cancel(path: JobPath) -> Response:
        """End a job where it is; what it has written stays."""
        return accepted(jobs.stop(path.job_id, "cancel"))

    @room.post("/<job_id>/resume")
    def resume(path: JobPath) -> Response:
        """Let a paused job go on."""
        return accepted(jobs.resume(path.job_id))

    return room


def _rate(job: Job, done: int) -> float | None:
    if job.started_at is None or done == 0:
        return None
    seconds = ((job.completed_at or datetime.now(UTC)) - job.started_at).total_seconds()
    return done / seconds if seconds > 0 else None


def _percentage(job: Job, done: int, total: int) -> float:
    if job.status is Status.COMPLETED:
        return 100.0
    return round(100 * done / total, 1) if total else 0.0


def _links(job: Job) -> dict[str, str]:
    here = url_for("jobs.read", job_id=job.id)
    moves = {name: f"{here}/{name}" for name in legal_moves(job.status) if name in {"pause", "resume", "cancel"}}
    return {"self": here, "events": f"{here}/events", "items": f"{here}/items", **moves}


def _cursor(after: str | None) -> tuple[datetime, UUID] | None:
    if after is None:
        return None
    moment, _, job_id = after.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(job_id)
    except ValueError:
        raise _not_ours("after") from None


def _number(after: str | None) -> int:
    try:
        return int(after or 0)
    except ValueError:
        raise _not_ours("after") from None


def _not_ours(field: str) -> BadInputError:
    return BadInputError("this is not a cursor of this list", field=field, hint="take the `next` of the page before")
