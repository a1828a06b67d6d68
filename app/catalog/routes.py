"""/api/channels: what is known."""

from operator import attrgetter
from typing import Literal
from uuid import UUID

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from app.catalog import answers
from app.catalog.ids import NotAChannelIdError, channel_id_of, channel_key
from app.catalog.model import ListFilter
from app.catalog.service import Catalog
from app.paging import ForeignCursorError, Page, offset_of, paged
from app.problems import Text
from app.shown import fields_of

_TAG = Tag(name="channels", description="The catalogue")


class ChannelsQuery(Page):
    """Which channels."""

    page: int | None = Field(None, ge=1, description="for the first ten thousand rows; `after` has no end")
    per_page: int | None = Field(None, ge=1, le=1_000, description="another name for `limit`")
    metadata_fetched: bool | None = None
    availability: Literal["unknown", "available", "not_found"] | None = None
    language: Text | None = Field(None, max_length=20)
    country: Text | None = Field(None, max_length=2)


class ChannelPath(BaseModel):
    """Which channel."""

    channel_id: str


def make_blueprint(catalog: Catalog) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("channels", __name__, url_prefix="/api/channels", abp_tags=[_TAG])

    @room.get("", responses=answers.LISTED)
    def listed(query: ChannelsQuery) -> Response:
        """Channels in a stable order."""
        limit = query.per_page or query.limit
        wanted = ListFilter(query.metadata_fetched, query.availability, query.language, query.country)
        offset = None if query.page is None else offset_of(query.page, limit)
        found = catalog.listed(wanted, after=_key(query.after), offset=offset, limit=limit + 1)
        end = None if found.end is None else channel_id_of(found.end)
        return paged("channels", found.rows, limit, shown=fields_of, cursor=attrgetter("channel_id"), end=end)

    @room.get("/<channel_id>", responses=answers.READ)
    def read(path: ChannelPath) -> Response:
        """One channel, and what its counts were."""
        channel = catalog.read(path.channel_id)
        history = [fields_of(snapshot) for snapshot in catalog.snapshots(path.channel_id)]
        return jsonify({**fields_of(channel), "snapshots": history})

    return room


def _key(after: str | None) -> UUID | None:
    try:
        return channel_key(after) if after else None
    except NotAChannelIdError:
        raise ForeignCursorError from None
