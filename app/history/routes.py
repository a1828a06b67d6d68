"""/api/.../growth and /api/.../changes: how channels and videos grew, and what changed in them."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.errors import BadInputError
from app.history import answers
from app.history.model import Growth, Observation, Reading, meant
from app.history.service import History, Past
from app.history.subjects import SUBJECTS, After, Change, Kind
from app.paging import ForeignCursorError, Page, paged
from app.problems import written_out
from app.shown import fields_of

_TAG = Tag(name="history", description="How counts grew, and what changed")
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_FIELDS = ("title", "description", "thumbnail_url", "handle", "availability")
_ChangedField = Literal["title", "description", "thumbnail_url", "handle", "availability"]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such time in UTC") from None


_Moment = Annotated[datetime, BeforeValidator(written_out), AfterValidator(_in_utc)]


class ChannelPath(BaseModel):
    """Which channel."""

    channel_id: str


class VideoPath(BaseModel):
    """Which video."""

    video_id: str


class Span(BaseModel):
    """Which time. Without a time zone it is UTC; a date is its midnight."""

    model_config = ConfigDict(extra="forbid")

    since: _Moment | None = Field(None, alias="from", description="from this instant on; all that is kept unless told")
    until: _Moment | None = Field(None, alias="to", description="before this instant; now unless told")


class ChangesQuery(Page):
    """Which changes."""

    field: _ChangedField | None = None


class AllChangesQuery(ChangesQuery):
    """Which changes, and of what."""

    kind: Kind | None = Field(None, description="channel or video; both unless told")


def make_blueprint(history: History) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("history", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.get("/channels/<channel_id>/growth", responses=answers.CHANNEL_GROWTH)
    def channel_growth(path: ChannelPath, query: Span) -> Response:
        """How a channel grew: subscribers as an interval, views, videos; and what to know before believing it."""
        return _growth(history, "channel", path.channel_id, query)

    @room.get("/videos/<video_id>/growth", responses=answers.VIDEO_GROWTH)
    def video_growth(path: VideoPath, query: Span) -> Response:
        """How a video grew: views, likes, comments; and what to know before believing it."""
        return _growth(history, "video", path.video_id, query)

    @room.get("/channels/<channel_id>/changes", responses=answers.CHANNEL_CHANGES)
    def channel_changes(path: ChannelPath, query: ChangesQuery) -> Response:
        """What changed in a channel, newest first."""
        return _changes(history, "channel", path.channel_id, query)

    @room.get("/videos/<video_id>/changes", responses=answers.VIDEO_CHANGES)
    def video_changes(path: VideoPath, query: ChangesQuery) -> Response:
        """What changed in a video, newest first."""
        return _changes(history, "video", path.video_id, query)

    @room.get("/changes", responses=answers.ALL_CHANGES)
    def all_changes(query: AllChangesQuery) -> Response:
        """What changed in all channels and videos, newest first."""
        found = history.changes(kind=query.kind, field=query.field, after=_after(query.after), limit=query.limit + 1)
        return paged("changes", found, query.limit, shown=_change_json, cursor=_cursor)

    return room


def _growth(history: History, kind: Kind, wanted: str, span: Span) -> Response:
    if span.since and span.until and span.since >= span.until:
        raise BadInputError("`from` must be before `to`", field="from", hint="`to` is the end and not included")
    past = history.growth(kind, wanted, since=span.since, until=span.until)
    return jsonify({f"{kind}_id": wanted, "from": span.since, "to": span.until, **_past_json(past)})


def _changes(history: History, kind: Kind, wanted: str, query: ChangesQuery) -> Response:
    after = _after(query.after)
    if after and SUBJECTS[after.kind].id_of(after.key) != wanted:
        raise ForeignCursorError
    found = history.changes_of(kind, wanted, field=query.field, after=after, limit=query.limit + 1)
    return paged("changes", found, query.limit, shown=_change_json, cursor=_cursor)


def _past_json(past: Past) -> dict[str, Any]:
    return {
        "growth": {name: _growth_json(growth) for name, growth in past.growth.items()},
        "marks": [fields_of(mark) for mark in past.marks],
        "observations": [_observation_json(seen) for seen in past.observations],
        "complete": past.complete,
    }


def _growth_json(growth: Growth) -> dict[str, Any]:
    return {
        "first": growth.first and _reading_json(growth.first),
        "last": growth.last and _reading_json(growth.last),
        "growth": growth.growth and fields_of(growth.growth),
        "per_day": growth.per_day and fields_of(growth.per_day),
    }


def _reading_json(reading: Reading) -> dict[str, Any]:
    return {"observed_at": reading.observed_at, "count": reading.count, **fields_of(reading.means)}


def _observation_json(seen: Observation) -> dict[str, Any]:
    at_most = {}
    if "subscriber_count" in seen.counts:
        count = seen.counts["subscriber_count"]
        at_most = {"subscribers_at_most": None if count is None else meant("subscriber_count", count).high}
    return {"observed_at": seen.observed_at, **seen.counts, **at_most}


def _change_json(change: Change) -> dict[str, Any]:
    told = fields_of(change)
    return {"kind": told.pop("kind"), f"{change.kind}_id": SUBJECTS[change.kind].id_of(told.pop("key")), **told}


def _cursor(change: Change) -> str:
    moment = change.changed_at.astimezone(UTC).strftime(_MOMENT)
    return f"{moment}~{SUBJECTS[change.kind].id_of(change.key)}~{change.field}"


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    try:
        moment, wanted, field = cursor.split("~")
        kind: Kind = "channel" if len(wanted) == len("UC_x5XG1OV2P6uZZ5FSM9Ttw") else "video"
        changed_at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
        key = SUBJECTS[kind].key_of(wanted)
    except (ValueError, BadInputError):
        raise ForeignCursorError from None
    if field not in _FIELDS:
        raise ForeignCursorError
    return After(kind, key, changed_at, field)
