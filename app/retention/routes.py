"""/api/retention and /api/forget: what is kept for how long, and what is deleted."""

from typing import Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from app.jobs.routes import accepted, asked_by
from app.problems import Body, Text
from app.retention import answers
from app.retention.service import Retention
from app.shown import fields_of

_TAG = Tag(name="retention", description="What is kept for how long, and what is deleted")


class RetentionJob(Body):
    """Nothing to choose: the mode is a setting."""


class ForgetAll(Body):
    """Everything that YouTube told."""

    confirm: Literal["forget everything"] = Field(description="these words, so that it is no slip")


class Forget(Body):
    """Which channels."""

    channel_ids: list[Text] = Field(min_length=1, max_length=100)


def make_blueprint(retention: Retention) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("retention", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.get("/retention", responses=answers.TOLD)
    def told() -> Response:
        """The mode, and what the newest jobs deleted."""
        reports = [fields_of(report) for report in retention.reports()]
        return jsonify({"mode": retention.mode, "reports": reports})

    @room.post("/retention", responses=answers.SWEPT)
    def sweep(body: RetentionJob) -> Response:  # noqa: ARG001 - checked to be empty
        """Delete now what may not be kept for another day. A schedule does it every night."""
        return accepted(retention.ask(**asked_by()))

    @room.post("/forget-all", responses=answers.ALL_FORGOTTEN)
    def forget_all(body: ForgetAll) -> Response:  # noqa: ARG001 - its words are checked
        """Delete all that YouTube told. The channel ids that people gave stay."""
        return accepted(retention.ask_to_forget_all(**asked_by()))

    @room.post("/forget", responses=answers.FORGOTTEN)
    def forget(body: Forget) -> Response:
        """Delete channels with their videos and their history: all of them, or none when one is not known."""
        return jsonify({"forgotten": fields_of(retention.forget(body.channel_ids))})

    return room
