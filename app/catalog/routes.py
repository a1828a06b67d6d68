"""/api/channels: what is known."""

from typing import Literal
from uuid import UUID

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from app.catalog import answers
from app.catalog.ids import NotAChannelIdError, channel_key
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
        found = catalog.listed(
            after=_key(query.after),
            metadata_fetched=query.metadata_fetched,
            availability=query.availability,
            language=query.language,
            country=query.country,
            limit=limit + 1,
            offset=offset_of(query.page, limit),
        )
        return paged("channels", found, limit, shown=fields_of, cursor=lambda channel: channel.channel_id)

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
