"""/api/schedules: what is asked for again and again."""

from typing import Annotated, Any, Self

from flask import Response, jsonify, url_for
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.jobs.routes import accepted, asked_by, check_may_ask
from app.paging import Page, paged
from app.problems import Body, Text
from app.schedules import answers
from app.schedules.model import Plan, Schedule
from app.schedules.rhythm import LOOKBACK
from app.schedules.service import Schedules, upcoming
from app.shown import fields_of

_TAG = Tag(name="schedules", description="Jobs that are asked for again and again")
_FIRES = 20
_Name = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,62}$", description="lower case letters, digits, - and _")]
_Cron = Annotated[Text, Field(max_length=200, description="five fields; or else `every_seconds`")]
_Seconds = Annotated[int, Field(ge=60, le=366 * 86_400, description="seconds between two times, counted from 1970")]
_Zone = Annotated[Text, Field(max_length=64, description="of the cron expression, as Europe/Berlin")]
_Grace = Annotated[
    int, Field(ge=60, le=int(LOOKBACK.total_seconds()), description="a time found later than this is missed")
]


class SchedulePath(BaseModel):
    """Which schedule."""

    name: _Name


class NewSchedule(Body):
    """What to ask for, and when."""

    name: _Name
    job_type: Text = Field(max_length=50, description="metadata")
    params: dict[str, Any] = Field({}, description="the body of the POST that asks for such a job")
    cron: _Cron | None = None
    every_seconds: _Seconds | None = None
    time_zone: _Zone = "UTC"
    enabled: bool = True
    grace_seconds: _Grace = 3_600
    dry_run: bool = Field(False, description="only check it and tell the next five times")


class ChangedSchedule(Body):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    params: dict[str, Any] | None = Field(None, description="all of them: they replace those before")
    cron: _Cron | None = None
    every_seconds: _Seconds | None = None
    time_zone: _Zone | None = None
    enabled: bool | None = Field(None, description="false: pause it, true: go on")
    grace_seconds: _Grace | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("give at least one field, as JSON with Content-Type: application/json")
        return self


class SchedulesQuery(Page):
    """Which schedules; `after` is a name."""

    after: Text | None = Field(None, description="the `next` of the page before")


def make_blueprint(schedules: Schedules) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("schedules", __name__, url_prefix="/api/schedules", abp_tags=[_TAG])

    def theirs(path: SchedulePath) -> str:
        check_may_ask(schedules.read(path.name).plan.job_type)
        return path.name

    @room.get("", responses=answers.LISTED)
    def listed(query: SchedulesQuery) -> Response:
        """Schedules by name."""
        found = schedules.listed(after=query.after, limit=query.limit + 1)
        return paged("schedules", found, query.limit, shown=_json, cursor=lambda schedule: schedule.name)

    @room.post("", responses=answers.ADDED)
    def add(body: NewSchedule) -> Response:
        """Make a schedule; with `dry_run` only check it."""
        check_may_ask(body.job_type)
        asked = body.model_dump(exclude={"name", "dry_run"})
        if body.dry_run:
            return jsonify({"next_fires": schedules.preview(Plan(**asked))})
        answer = _whole(schedules.add(body.name, Plan(**asked)))
        answer.status_code = 201
        answer.headers["Location"] = url_for("schedules.read", name=body.name)
        return answer

    @room.get("/<name>", responses=answers.READ)
    def read(path: SchedulePath) -> Response:
        """One schedule, its next five times, and what became of its last twenty."""
        schedule = schedules.read(path.name)
        return _whole(schedule, fires=[fields_of(fire) for fire in schedules.fires(schedule, _FIRES)])

    @room.patch("/<name>", responses=answers.CHANGED)
    def change(path: SchedulePath, body: ChangedSchedule) -> Response:
        """Change a schedule, pause it, or let it go on."""
        return _whole(schedules.change(theirs(path), **body.model_dump(exclude_none=True)))

    @room.delete("/<name>", responses=answers.DELETED)
    def delete(path: SchedulePath) -> Response:
        """Remove a schedule; the answer is what it was. Its jobs stay."""
        return jsonify(_json(schedules.delete(theirs(path))))

    @room.post("/<name>/run", responses=answers.RUN)
    def run(path: SchedulePath) -> Response:
        """Ask for its job now."""
        return accepted(schedules.run(theirs(path), asked_by()["idempotency_key"]))

    return room


def _json(schedule: Schedule) -> dict[str, Any]:
    shown = fields_of(schedule)
    shown.pop("id")
    here = url_for("schedules.read", name=schedule.name)
    links = {"self": here, "run": f"{here}/run"}
    if schedule.last_job_id is not None:
        links["last_job"] = url_for("jobs.read", job_id=schedule.last_job_id)
    return {"name": shown.pop("name"), **fields_of(shown.pop("plan")), **shown, "links": links}


def _whole(schedule: Schedule, **more: Any) -> Response:
    return jsonify({**_json(schedule), "next_fires": upcoming(schedule), **more})
