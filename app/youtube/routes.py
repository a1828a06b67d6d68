"""/api/batch-metadata, /api/resolve and /api/test-youtube: what makes calls."""

from typing import Annotated, Literal, Self

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field, SecretStr, model_validator

from app.jobs.routes import MaxUnits, accepted, asked_by
from app.problems import Body, Instant, Text
from app.shown import fields_of
from app.words import count
from app.youtube import answers
from app.youtube.resolving.resolver import Resolver
from app.youtube.service import VideosWanted, YouTube
from app.youtube.trials import KeyTrial, Trials

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


class WhichKeys(Body):
    """Which keys are tested: one that is stored, one that is not, or all; without any, the one that is used next."""

    key_id: int | None = Field(None, ge=1, le=2**63 - 1, description="of a stored key, switched on or not")
    api_key: SecretStr | None = Field(None, max_length=200, description="a key that is only tested, and not stored")
    every: bool = Field(False, alias="all", description="every stored key, a unit for each")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.key_id is not None) + (self.api_key is not None) + self.every > 1:
            raise ValueError("give one of key_id, api_key and all")
        return self


def make_blueprint(youtube: YouTube, resolver: Resolver, trials: Trials) -> APIBlueprint:
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
        return jsonify(fields_of(resolver.resolve(body.texts, fresh=body.fresh, dry_run=body.dry_run)))

    @room.post("/test-youtube", responses=answers.TRIED)
    def test_youtube(body: WhichKeys) -> Response:
        """Make one call with a key, with each, or with the key that would be used next. Each call costs one unit."""
        if body.key_id is not None:
            return _diagnosed([trials.of_key(body.key_id)])
        if body.api_key is not None:
            return _diagnosed([trials.of_secret(body.api_key)])
        if body.every:
            return _diagnosed(trials.of_all())
        trial = youtube.test()
        return jsonify(
            {"status": "ok" if trial.found else "reached, but the test channel was not found", **fields_of(trial)}
        )

    return room


def _diagnosed(found: list[KeyTrial]) -> Response:
    working = sum(trial.works for trial in found)
    status = "ok" if found and working == len(found) else f"{working} of {count(len(found), 'key')} can be used"
    units = sum(trial.units for trial in found)
    return jsonify(
        {"status": status, "working": working, "units": units, "keys": [fields_of(trial) for trial in found]}
    )
