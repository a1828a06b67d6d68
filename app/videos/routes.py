"""/api/videos and /api/channels/{channel_id}/videos: what is known of videos."""

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from app.paging import ForeignCursorError, Page, paged
from app.problems import Instant, Text
from app.shown import fields_of
from app.videos import answers
from app.videos.ids import NotAVideoIdError, video_id_of, video_key
from app.videos.model import Video, VideoFilter
from app.videos.service import Videos

_TAG = Tag(name="videos", description="What is known of videos")


class VideosQuery(Page):
    """Which videos."""

    channel_id: Text | None = Field(None, max_length=100)
    kind: Literal["video", "short", "live", "upcoming"] | None = None
    language: Text | None = Field(None, max_length=20, description="`en` finds `en-GB` too")
    availability: Literal["available", "not_found"] | None = None
    published_after: Instant | None = Field(None, description="at this time or later")
    published_before: Instant | None = Field(None, description="before this time")


class VideoPath(BaseModel):
    """Which video."""

    video_id: str


class OfChannelPath(BaseModel):
    """Whose videos."""

    channel_id: str


def make_blueprint(videos: Videos, channel_key: Callable[[str], UUID]) -> APIBlueprint:
    """The routes of this room; `channel_key` knows what a channel id is, and raises BadInputError for what is none."""
    room = APIBlueprint("videos", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.get("/videos", responses=answers.LISTED)
    def listed(query: VideosQuery) -> Response:
        """Videos in a stable order."""
        wanted = query.model_dump(exclude={"limit", "after", "channel_id"})
        channel = channel_key(query.channel_id) if query.channel_id else None
        found = videos.listed(VideoFilter(channel, **wanted), after=_key(query.after), limit=query.limit + 1)
        end = None if found.end is None else video_id_of(found.end)
        return paged("videos", found.rows, query.limit, shown=_shown, cursor=attrgetter("video_id"), end=end)

    @room.get("/videos/<video_id>", responses=answers.READ)
    def read(path: VideoPath) -> Response:
        """One video with its latest counts."""
        return jsonify(_shown(videos.read(path.video_id)))

    @room.get("/videos/<video_id>/snapshots", responses=answers.SNAPSHOTS)
    def snapshots(path: VideoPath, query: Page) -> Response:
        """What the counts of a video were, newest first."""
        videos.read(path.video_id)
        found = videos.snapshots(path.video_id, before=_instant(query.after), limit=query.limit + 1)
        return paged("snapshots", found, query.limit, shown=fields_of, cursor=lambda row: row.observed_at.isoformat())

    @room.get("/channels/<channel_id>/videos", responses=answers.OF_CHANNEL)
    def of_channel(path: OfChannelPath, query: Page) -> Response:
        """The videos of a channel, newest first."""
        after = _place(query.after) if query.after else None
        found = videos.newest(channel_key(path.channel_id), after=after, limit=query.limit + 1)
        return paged("videos", found, query.limit, shown=_shown, cursor=_place_of)

    return room


def _shown(video: Video) -> dict[str, Any]:
    """Lengths are numbers of seconds."""
    shown = fields_of(video)
    duration = shown.pop("duration")
    return {**shown, "duration_seconds": None if duration is None else duration.total_seconds()}


def _key(after: str | None) -> int | None:
    try:
        return video_key(after) if after else None
    except NotAVideoIdError:
        raise ForeignCursorError from None


def _instant(after: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(after) if after else None
    except ValueError:
        raise ForeignCursorError from None
    if found is not None and found.tzinfo is None:
        raise ForeignCursorError
    return found


def _place_of(video: Video) -> str:
    return f"{video.published_at.isoformat() if video.published_at else ''}/{video.video_id}"


def _place(after: str) -> tuple[datetime | None, int]:
    published_at, _, video_id = after.partition("/")
    return _instant(published_at), _key(video_id) or 0
