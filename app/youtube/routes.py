"""/api/batch-metadata, /api/resolve and /api/test-youtube: what makes calls."""

from dataclasses import asdict
from typing import Annotated, Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from app.jobs.routes import MaxUnits, accepted, asked_by
from app.problems import Body, Instant, Text
from app.youtube import answers
from app.youtube.resolving.resolver import Resolver
from app.youtube.service import VideosWanted, YouTube

_TAG = Tag(name="youtube", description="What makes calls to YouTube, and spends quota")


class BatchMetadata(Body):
    """Which channels, and in what portions."""

    batch_size: int | None = Field(None, ge=1, le=10_000, description="channels in one batch; rounded up to fifties")
    total_limit: int | None = Field(None, ge=1, le=1_000_000_000, description="channels at most")
    max_units: MaxUnits = None


class AskForMetadata(BatchMetadata):
    """The same, or only what it would take. A schedule has no use for that, so it takes the other one."""

    dry_run: bool = Field(False, description="only tell what it would take")


class BatchVideos(Body):
    """Of which channels, how many videos of each, and in what portions."""

    batch_size: int | None = Field(None, ge=1, le=10_000, description="channels in one batch")
    total_limit: int | None = Field(None, ge=1, le=1_000_000_000, description="channels at most")
    videos_per_channel: Annotated[int, Field(ge=1)] | Literal["all"] | None = Field(
        None, description="the newest so many, or `all`"
    )
    published_after: Instant | None = Field(None, strict=False, description="videos that are not older")
    language: Text | None = Field(None, max_length=20, description="of the channel")
    country: Text | None = Field(None, max_length=2, description="of the channel")
    min_subscribers: int | None = Field(None, ge=0, le=1_000_000_000_000)
    max_units: MaxUnits = None


class AskForVideos(BatchVideos):
    """The same, or only what it would take."""

    dry_run: bool = Field(False, description="only tell what it would take")


class Resolve(Body):
    """What people typed or pasted."""

    texts: list[str] = Field(min_length=1, max_length=1_000, description="channel ids, links, handles, names")
    fresh: bool = Field(False, description="ask again for what is known")
    dry_run: bool = Field(False, description="only tell what it would cost")


def make_blueprint(youtube: YouTube, resolver: Resolver) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("youtube", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.post("/batch-metadata", responses=answers.ASKED)
    def batch_metadata(body: AskForMetadata) -> Response:
        """Fetch the metadata of channels that have none yet: one unit for fifty channels."""
        if body.dry_run:
            return jsonify({"dry_run": True, "forecast": youtube.forecast_metadata(body.total_limit, body.max_units)})
        return accepted(youtube.ask_for_metadata(body.batch_size, body.total_limit, body.max_units, **asked_by()))

    @room.post("/batch-videos", responses=answers.ASKED)
    def batch_videos(body: AskForVideos) -> Response:
        """Fetch the newest videos of channels that have metadata: a unit for each list, and one for fifty videos."""
        if body.dry_run:
            wanted = VideosWanted(**body.model_dump(exclude={"dry_run", "max_units"}))
            return jsonify({"dry_run": True, "forecast": youtube.forecast_videos(wanted, body.max_units)})
        return accepted(youtube.ask_for_videos(**{**body.model_dump(exclude={"dry_run"}), **asked_by()}))

    @room.post("/resolve", responses=answers.RESOLVED)
    def resolve(body: Resolve) -> Response:
        """Find the channels that links, handles and names mean: one result for each text, in their order."""
        return jsonify(asdict(resolver.resolve(body.texts, fresh=body.fresh, dry_run=body.dry_run)))

    @room.post("/test-youtube", responses=answers.TRIED)
    def test_youtube() -> Response:
        """Make one call with the key that would be used next. It costs one unit."""
        trial = youtube.test()
        return jsonify(
            {"status": "ok" if trial.found else "reached, but the test channel was not found", **asdict(trial)}
        )

    return room
