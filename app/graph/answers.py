"""What the operations on the graph answer."""

from typing import Literal

from app.answers import Answer, answers, file_of, like, page_of
from app.catalog.ids import NotAChannelIdError
from app.catalog.service import UnknownChannelError
from app.graph.model import Discovery, Edge, Link, Measured, Node, Paths, Subgraph, TooManyExportsError
from app.paging import ForeignCursorError


@like(Discovery)
class ShownDiscovery(Answer):
    """One channel names another by one method."""


@like(Edge, without={"source", "discovered"})
class ShownEdge(Answer):
    """What one method says of two channels."""

    direction: Literal["out", "in"]


@like(Node)
class GraphChannel(Answer):
    """A channel, as the graph shows it."""


class ShownNeighbour(GraphChannel):
    """A channel beside another, and what speaks for it."""

    confidence: float
    """Of the pair."""
    edges: list[ShownEdge]
    """In both directions."""


class NeighbourCounts(Answer):
    """How many channels it names, and how many name it."""

    named: int
    named_by: int
    sources: int | None
    """How many name it as discovery has counted them; null when it was not found by discovery."""


class Neighbours(GraphChannel):
    """A channel and those beside it, the surest first."""

    counts: NeighbourCounts
    complete: bool
    """False: it has more edges than are looked at."""
    neighbours: list[ShownNeighbour]


@like(Measured, without={"node"})
class MeasuredChannel(GraphChannel):
    """A channel of a part of the graph, and its place there."""


@like(Link, without={"source_title", "target_title"})
class ShownLink(Answer):
    """All that one channel says of another, by whichever method."""


class Community(Answer):
    """Channels that belong together."""

    community: int
    channels: int
    central: list[str]


@like(Subgraph)
class PartOfGraph(Answer):
    """A part of the graph with its communities."""

    channels: list[MeasuredChannel]
    """The highest pagerank first."""
    links: list[ShownLink]
    communities: list[Community]


class Step(GraphChannel):
    """A channel on a path; the first one has no edges."""

    confidence: float | None = None
    edges: list[ShownEdge] | None = None


class ShownPath(Answer):
    """A way from one channel to another."""

    confidence: float
    channels: list[Step]


@like(Paths)
class FoundPaths(Answer):
    """The shortest paths between two channels, the surest first."""

    paths: list[ShownPath]


_FILE = file_of(
    "the file", "application/gexf+xml", "application/graphml+xml", "text/csv", headers=("Content-Disposition", "X-Cut")
)
_CHANNEL = (NotAChannelIdError, UnknownChannelError)

DISCOVERIES = answers(page_of("discoveries", ShownDiscovery), NotAChannelIdError, ForeignCursorError)
NEIGHBOURS = answers(Neighbours, *_CHANNEL)
SUBGRAPH = answers(PartOfGraph, *_CHANNEL)
PATHS = answers(FoundPaths, *_CHANNEL)
EXPORT = answers({200: _FILE}, *_CHANNEL, TooManyExportsError)
