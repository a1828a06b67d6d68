"""/api/batch-refresh: what is known, asked for again."""

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from app.jobs.routes import MaxUnits, accepted, asked_by
from app.problems import Body
from app.refresh import answers
from app.refresh.model import What
from app.refresh.service import Refresh

_TAG = Tag(name="refresh", description="Keeping fresh what is known")


class BatchRefresh(Body):
    """What to ask for again."""

    what: What = Field(
        "channels", description="`channels` or `videos`: all that is known of them; `statistics`: the counts of videos"
    )
    batch_size: int | None = Field(None, ge=1, le=10_000, description="items in one batch; rounded up to fifties")
    total_limit: int | None = Field(None, ge=1, le=1_000_000_000, description="items at most; the most urgent first")
    max_age_hours: float | None = Field(
        None, ge=1, le=720, description="what is older is asked for, however seldom it changes"
    )
    max_units: MaxUnits = None


class AskForRefresh(BatchRefresh):
    """The same, or only what it would take. A schedule has no use for that, so it takes the other one."""

    dry_run: bool = Field(False, description="only tell what it would take")


def make_blueprint(refresh: Refresh) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("refresh", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.post("/batch-refresh", responses=answers.ASKED)
    def batch_refresh(body: AskForRefresh) -> Response:
        """Ask again for what is due, the most urgent first: one unit for fifty channels or videos."""
        if body.dry_run:
            forecast = refresh.forecast(body.what, body.total_limit, body.max_age_hours, body.max_units)
            return jsonify({"dry_run": True, "forecast": forecast})
        job = refresh.ask(
            body.what, body.batch_size, body.total_limit, body.max_age_hours, body.max_units, **asked_by()
        )
        return accepted(job)

    @room.get("/freshness", responses=answers.FRESHNESS)
    def freshness() -> Response:
        """How much is due and not yet asked for again, counted up to ten thousand."""
        return jsonify({"due": refresh.due()})

    return room
