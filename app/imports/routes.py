"""/api/migrate and /api/bulk-add-channels: the ways in."""

from typing import Annotated

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, Field

from app.imports.service import Imports
from app.jobs.routes import accepted, asked_by
from app.problems import RESPONSES, Body, Text, storable

_TAG = Tag(name="imports", description="The ways in for channel ids")
# As in a file: one odd character must not cost the other rows of a request.
_Cell = Annotated[str, AfterValidator(storable)]


class Migrate(Body):
    """A file of the import folder."""

    source_type: Text = Field("csv", description="csv")
    source_path: str = Field(min_length=1, max_length=1_000, description="relative to the import folder")
    batch_size: int | None = Field(None, ge=1, le=500_000, description="rows that are committed at a time")


class NewChannel(Body):
    """One channel. What is not an id is rejected when the job runs, and listed with its reason."""

    channel_id: _Cell = Field(max_length=500)
    title: _Cell | None = Field(None, max_length=1_000)


class BulkAdd(Body):
    """Channels in the request itself."""

    channels: list[NewChannel] = Field(min_length=1, max_length=50_000)
    source: Text = Field("bulk_add", max_length=100, description="where they come from, kept with each channel")


def make_blueprint(imports: Imports) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("imports", __name__, url_prefix="/api", abp_tags=[_TAG], abp_responses=RESPONSES)

    @room.post("/migrate")
    def migrate(body: Migrate) -> Response:
        """Import a file of the import folder."""
        job = imports.ask_for_file(body.source_type, body.source_path, body.batch_size, **asked_by())
        return accepted(job)

    @room.post("/bulk-add-channels")
    def bulk_add(body: BulkAdd) -> Response:
        """Import the channels of the request."""
        rows = [(channel.channel_id, channel.title) for channel in body.channels]
        return accepted(imports.ask_for_rows(rows, body.source, **asked_by()))

    return room
