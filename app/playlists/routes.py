"""/api/batch-playlists and /api/playlists: what lists hold, and what has left them."""

from typing import Annotated, Any

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, Field

from app.jobs.routes import MaxUnits, accepted, asked_by
from app.paging import ForeignCursorError, Page, paged
from app.playlists import answers
from app.playlists.model import Membership, Playlist, Wanted
from app.playlists.service import Playlists
from app.problems import Body, Text, storable
from app.shown import fields_of

_TAG = Tag(name="playlists", description="Playlists, and the videos in them")
_Id = Annotated[str, AfterValidator(storable), Field(max_length=2_048)]
_BIGINT = 2**63


class BatchPlaylists(Body):
    """Which playlists. What is not an id is rejected when the job runs, and listed with its reason."""

    channel_ids: list[_Id] = Field(default=[], max_length=50_000, description="all playlists of these channels")
    playlists: list[_Id] = Field(default=[], max_length=50_000, description="playlist ids, or links to playlists")
    batch_size: int | None = Field(None, ge=1, le=1_000, description="channels, or playlists, in one batch")
    total_limit: int | None = Field(
        None, ge=1, le=1_000_000_000, description="channels at most, of all that were not looked at yet"
    )
    fresh: bool = Field(False, description="read entries again where the number of entries has not changed, too")
    max_units: MaxUnits = None


class AskForPlaylists(BatchPlaylists):
    """The same, or only what it would take."""

    dry_run: bool = Field(False, description="only tell what it would take")


class PlaylistsQuery(Page):
    """Which playlists."""

    channel_id: str | None = Field(None, description="those of one channel")


class PlaylistPath(BaseModel):
    """Which playlist."""

    playlist_id: Text


class VideoPath(BaseModel):
    """Which video."""

    video_id: str


class ItemsQuery(Page):
    """Which entries."""

    gone: bool = Field(False, description="with those that have left the list")


def make_blueprint(playlists: Playlists) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("playlists", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.post("/batch-playlists", responses=answers.ASKED)
    def batch_playlists(body: AskForPlaylists) -> Response:
        """Read the playlists of channels, or playlists by id, or those of all channels that were not looked at yet."""
        if body.dry_run:
            wanted = Wanted(**body.model_dump(exclude={"dry_run", "max_units"}))
            return jsonify({"dry_run": True, "forecast": playlists.forecast(wanted, body.max_units)})
        return accepted(playlists.ask(**{**body.model_dump(exclude={"dry_run"}), **asked_by()}))

    @room.get("/playlists", responses=answers.LISTED)
    def listed(query: PlaylistsQuery) -> Response:
        """Playlists in a stable order."""
        [after] = _cursor(query.after, parts=1)
        found = playlists.listed(after=after, channel_id=query.channel_id, limit=query.limit + 1)
        return paged("playlists", found, query.limit, shown=_shown, cursor=lambda row: str(row.id))

    @room.get("/playlists/<playlist_id>", responses=answers.READ)
    def read(path: PlaylistPath) -> Response:
        """One playlist."""
        return jsonify(_shown(playlists.read(path.playlist_id)))

    @room.get("/playlists/<playlist_id>/items", responses=answers.ITEMS)
    def items(path: PlaylistPath, query: ItemsQuery) -> Response:
        """The entries of a playlist by position, the private and deleted ones among them."""
        after = _cursor(query.after)
        found = playlists.items(path.playlist_id, after=after, gone=query.gone, limit=query.limit + 1)
        return paged("items", found, query.limit, shown=_entry, cursor=lambda row: row[0])

    @room.get("/videos/<video_id>/playlists", responses=answers.OF_VIDEO)
    def of_video(path: VideoPath, query: ItemsQuery) -> Response:
        """The places of a video in all playlists that were read."""
        found = playlists.of_video(path.video_id, after=_cursor(query.after), gone=query.gone, limit=query.limit + 1)
        return paged("playlists", found, query.limit, shown=_entry, cursor=lambda row: row[0])

    return room


def _shown(playlist: Playlist) -> dict[str, Any]:
    return {name: value for name, value in fields_of(playlist).items() if name != "id"}


def _entry(row: tuple[str, Membership]) -> dict[str, Any]:
    return fields_of(row[1])


def _cursor(after: str | None, *, parts: int = 2) -> tuple[Any, ...]:
    """The numbers that a cursor is made of; those before every row when there is none."""
    if after is None:
        return (-1, -_BIGINT)[:parts]
    try:
        numbers = tuple(map(int, after.split("_")))
    except ValueError:
        raise ForeignCursorError from None
    if len(numbers) != parts or not all(-_BIGINT <= number < _BIGINT for number in numbers):
        raise ForeignCursorError
    return numbers
