"""/api/discoveries, /api/channels/{channel_id}/neighbours, /api/graph: who is related to whom, and how sure it is."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.catalog.ids import channel_key
from app.errors import BadInputError
from app.graph import answers
from app.graph.exports import FORMATS, document
from app.graph.model import (
    DiscoveryFilter,
    Edge,
    Link,
    Measured,
    Neighbour,
    Path,
    Selection,
    Subgraph,
    TooManyExportsError,
)
from app.graph.service import Graph
from app.paging import ForeignCursorError, Page, paged
from app.problems import Instant, Text
from app.shown import fields_of

_TAG = Tag(name="graph", description="Related channels")
_PLACES = 4
_MOST_ID = 2**63
_LONGEST_ID = 20
_LEAST = 1e-30
MOST_EXPORTED = 100_000_000
"""Channels of an export at most, when `max_nodes` is said; what is computed from it fits into the integers of SQL."""
MOST_EXPORTS = 2
"""In one process of the API: each holds one of its threads and a connection."""
_PATIENCE = 60.0
_SOCKETS = ("gunicorn.socket", "werkzeug.socket")


# PostgreSQL's `real` knows nothing smaller, and refuses it; no edge is that unsure without being 0.
Confidence = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda asked: asked if asked > _LEAST else 0.0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DiscoveriesQuery(Page):
    """Which discoveries."""

    source: Text | None = Field(None, max_length=100, description="the channel that names the other")
    discovered: Text | None = Field(None, max_length=100, description="the channel that is named")
    method: Text | None = Field(None, max_length=100)
    service: Text | None = Field(None, max_length=100)
    min_confidence: Confidence | None = Field(None, description="of this edge alone")
    since: Instant | None = Field(None, description="last seen at this time or later")


class ChannelPath(BaseModel):
    """Which channel."""

    channel_id: str


class NeighboursQuery(_Strict):
    """Which neighbours."""

    direction: Literal["both", "out", "in"] = Field("both", description="out: those that it names; in: who names it")
    method: Text | None = Field(None, max_length=100)
    min_confidence: float = Field(0, ge=0, le=1, description="of the pair")
    limit: int = Field(100, ge=1, le=500)


class PathsQuery(_Strict):
    """Between which channels."""

    start: Text = Field(alias="from", max_length=100)
    goal: Text = Field(alias="to", max_length=100)
    max_depth: int = Field(4, ge=1, le=8, description="steps at most")
    directed: bool = Field(False, description="only from who names to who is named")
    limit: int = Field(5, ge=1, le=50, description="paths at most")


class SelectionQuery(_Strict):
    """Which part of the graph."""

    around: Text | None = Field(None, max_length=100, description="a channel; the surest edges unless told")
    depth: int | None = Field(None, ge=1, le=4, description="steps from `around`; 1 unless told")
    method: Text | None = Field(None, max_length=100)
    min_confidence: Confidence | None = Field(None, description="of an edge by one method")
    language: Text | None = Field(None, max_length=20)
    country: Text | None = Field(None, max_length=2)

    def selection(self, max_nodes: int | None) -> Selection:
        """The same for the service. Raises BadInputError for a depth around nothing."""
        if self.depth and self.around is None:
            raise BadInputError("a depth is that of the channels around one", field="depth", hint="say around what")
        around = None if self.around is None else channel_key(self.around)
        filters = self.model_dump(include={"method", "min_confidence", "language", "country"})
        return Selection(around, self.depth or 1, **filters, max_nodes=max_nodes)


class GraphQuery(SelectionQuery):
    """Which part of the graph, to be looked at."""

    max_nodes: int = Field(300, ge=1, le=2_000, description="channels at most")


class ExportQuery(SelectionQuery):
    """Which part of the graph, as a file."""

    format: Literal["gexf", "graphml", "csv"]
    max_nodes: int | None = Field(
        None, ge=1, le=MOST_EXPORTED, description="channels at most; all, or 50,000 around one, unless told"
    )


def make_blueprint(graph: Graph, *, patience: float = _PATIENCE) -> APIBlueprint:
    """The routes of this room; `patience`: so many seconds may the reader of an export take nothing."""
    room = APIBlueprint("graph", __name__, url_prefix="/api", abp_tags=[_TAG])
    free = threading.BoundedSemaphore(MOST_EXPORTS)

    @room.get("/discoveries", responses=answers.DISCOVERIES)
    def discoveries(query: DiscoveriesQuery) -> Response:
        """Who named whom by which method, with evidence."""
        filters = query.model_dump(include={"method", "service", "min_confidence", "since"})
        wanted = DiscoveryFilter(_key(query.source), _key(query.discovered), **filters)
        found = graph.discoveries(wanted, after=_number(query.after), limit=query.limit + 1)
        end = None if found.end is None else str(found.end)
        return paged("discoveries", found.rows, query.limit, shown=fields_of, cursor=lambda one: str(one.id), end=end)

    @room.get("/channels/<channel_id>/neighbours", responses=answers.NEIGHBOURS)
    def neighbours(path: ChannelPath, query: NeighboursQuery) -> Response:
        """The channels beside one, the surest first, with what speaks for each."""
        key = channel_key(path.channel_id)
        found = graph.neighbours(
            key,
            outward=query.direction != "in",
            inward=query.direction != "out",
            method=query.method,
            min_confidence=query.min_confidence,
            limit=query.limit,
        )
        counts = {"named": found.named, "named_by": found.named_by, "sources": found.sources}
        shown = [_neighbour_json(one, key) for one in found.neighbours]
        return jsonify({**fields_of(found.node), "counts": counts, "complete": found.complete, "neighbours": shown})

    @room.get("/graph", responses=answers.SUBGRAPH)
    def subgraph(query: GraphQuery) -> Response:
        """A part of the graph with its communities and who is central in it."""
        return jsonify(_subgraph_json(graph.subgraph(query.selection(query.max_nodes))))

    @room.get("/graph/paths", responses=answers.PATHS)
    def paths(query: PathsQuery) -> Response:
        """The shortest paths between two channels, the surest first."""
        start, goal = channel_key(query.start), channel_key(query.goal)
        found = graph.paths(start, goal, directed=query.directed, max_depth=query.max_depth, limit=query.limit)
        shown = [_path_json(path) for path in found.paths]
        return jsonify({"paths": shown, "why": found.why, "edges_examined": found.edges_examined})

    @room.get("/graph/export", responses=answers.EXPORT)
    def export(query: ExportQuery) -> Response:
        """A part of the graph as a file, however large."""
        wanted = query.selection(query.max_nodes)
        if not free.acquire(blocking=False):
            raise TooManyExportsError
        with ExitStack() as held:
            held.callback(free.release)
            chosen = held.enter_context(graph.exporting(wanted))
            kind = FORMATS[query.format]
            kept = held.pop_all()
        for name in _SOCKETS:  # else who rests would hold the thread, and with it an export, for as long as he likes
            if connection := request.environ.get(name):
                connection.settimeout(patience)
        answer = Response(_while_read(kept, document(kind, chosen.nodes, chosen.links)), content_type=kind.content_type)
        answer.call_on_close(kept.close)  # also for a reader who was gone before the first piece
        answer.headers["Content-Disposition"] = f'attachment; filename="graph.{query.format}"'
        answer.headers["X-Cut"] = "there are more channels" if chosen.is_cut else "no"
        return answer

    return room


def _while_read(held: ExitStack, pieces: Iterator[str]) -> Iterator[str]:
    with held:
        yield from pieces


def _key(channel_id: str | None) -> UUID | None:
    return None if channel_id is None else channel_key(channel_id)


def _number(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < _LONGEST_ID and int(after) < _MOST_ID):
        raise ForeignCursorError
    return int(after)


def _neighbour_json(one: Neighbour, beside: UUID) -> dict[str, Any]:
    edges = [_edge_json(edge, is_outward=edge.source == beside) for edge in one.edges]
    return {**fields_of(one.node), "confidence": round(one.confidence, _PLACES), "edges": edges}


def _edge_json(edge: Edge, *, is_outward: bool) -> dict[str, Any]:
    told = fields_of(edge)
    del told["source"], told["discovered"]
    return {"direction": "out" if is_outward else "in", **told}


def _path_json(path: Path) -> dict[str, Any]:
    beside = [channel_key(path.start.channel_id), *(channel_key(step.node.channel_id) for step in path.steps)]
    steps = [_neighbour_json(step, key) for step, key in zip(path.steps, beside, strict=False)]
    return {"confidence": round(path.confidence, _PLACES), "channels": [fields_of(path.start), *steps]}


def _subgraph_json(found: Subgraph) -> dict[str, Any]:
    members: dict[int, list[Measured]] = {}
    for one in found.channels:
        members.setdefault(one.community, []).append(one)
    return {
        "channels": [_measured_json(one) for one in found.channels],
        "links": [_link_json(link) for link in found.links],
        "communities": [
            {"community": n, "channels": len(members[n]), "central": [one.node.channel_id for one in members[n][:3]]}
            for n in sorted(members)
        ],
        "modularity": round(found.modularity, _PLACES),
        "cut": found.cut,
    }


def _measured_json(one: Measured) -> dict[str, Any]:
    told = fields_of(one)
    node = told.pop("node")
    return {**fields_of(node), **told}


def _link_json(link: Link) -> dict[str, Any]:
    told = fields_of(link)
    del told["source_title"], told["target_title"]
    return {**told, "confidence": round(link.confidence, _PLACES)}
