"""/api/batch-discovery: finding channels from those that are known."""

from typing import Annotated

from flask import Response, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from app.discoveries import answers
from app.discoveries.model import Wanted
from app.discoveries.service import Discoveries
from app.jobs.routes import MaxUnits, accepted, asked_by
from app.problems import Body, Text

_TAG = Tag(name="discovery", description="From channels that are known to others")
_Method = Annotated[Text, Field(max_length=100)]
_Depth = Annotated[str, Field(pattern=r"^[0-9]{1,2}$")]
_List = Annotated[Text, Field(pattern=r"^\w[\w .:/-]{0,59}$")]
_File = Annotated[Text, Field(min_length=1, max_length=1_000)]


class BatchDiscovery(Body):
    """By which methods, from which channels, and how far."""

    batch_size: int | None = Field(None, ge=1, le=1_000, description="expansions in one batch")
    total_limit: int | None = Field(
        None, ge=1, le=1_000_000_000, description="expansions at most: one is a channel by one method"
    )
    methods: list[_Method] = Field(default=[], max_length=100, description="without any: all there are")
    max_units: MaxUnits = None
    min_confidence: float = Field(0.0, ge=0, le=1, description="of what is confirmed and added")
    min_yield: float | None = Field(None, ge=0, description="new channels per unit below which it stops")
    depth: int = Field(1, ge=1, le=100, description="expand what is fewer steps from the channels that you brought")
    method_units: dict[_Method, Annotated[int, Field(ge=0, le=2**31 - 1)]] = Field(
        default={}, max_length=100, description="units that one method may spend at most"
    )
    depth_units: dict[_Depth, Annotated[int, Field(ge=0, le=2**31 - 1)]] = Field(
        default={}, description="units that expanding channels so many steps from those you brought may take at most"
    )
    lists: dict[_List, _File] = Field(
        default={},
        max_length=100,
        description="files with channel ids, relative to the import folder, by what their lists are called",
    )


class AskForDiscovery(BatchDiscovery):
    """The same, or only what it would take. A schedule has no use for that, so it takes the other one."""

    dry_run: bool = Field(False, description="only tell what it would take")


def make_blueprint(discoveries: Discoveries) -> APIBlueprint:
    """The routes of this room."""
    room = APIBlueprint("discoveries", __name__, url_prefix="/api", abp_tags=[_TAG])

    @room.post("/batch-discovery", responses=answers.ASKED)
    def batch_discovery(body: AskForDiscovery) -> Response:
        """Expand channels by methods, confirm what they name, and add it with its metadata."""
        wanted = Wanted(**body.model_dump(exclude={"dry_run"}))
        if body.dry_run:
            return jsonify({"dry_run": True, "forecast": discoveries.forecast(wanted)})
        return accepted(discoveries.ask(wanted, **asked_by()))

    return room
