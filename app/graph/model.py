"""What the graph of related channels is made of, and how sure it is that two channels belong together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import prod
from typing import NamedTuple
from uuid import UUID

from app.errors import TributaryError

HALF_LIFE = timedelta(days=90)
"""After this time without being seen again, an edge says half as much."""


def combined(edges: Iterable[tuple[str, float, datetime]], now: datetime) -> float:
    """How sure it is, from 0 to 1, that two channels belong together; of each edge: method, confidence, last seen.

    `1 - product over methods of (1 - confidence * 0.5 ** (age / HALF_LIFE))`: the chance that not all methods are
    wrong, if they err independently. Two edges of one method do not: the surer one counts, whichever way it points.
    """
    surest: dict[str, float] = {}
    for method, confidence, last_seen in edges:
        faded = confidence * 0.5 ** (max(now - last_seen, timedelta()) / HALF_LIFE)
        surest[method] = max(surest.get(method, 0.0), faded)
    return 1 - prod(1 - one for one in surest.values())


class TooManyExportsError(TributaryError):
    """This process of the API writes as many exports as it can."""

    status = 503
    hint = "try again when one of them is done"


@dataclass(frozen=True, slots=True)
class Discovery:
    """A row of the discoveries: one channel names another by one method."""

    id: int
    source_channel_id: str | None
    """None for what a chart or a list from outside named."""
    source_title: str | None
    discovered_channel_id: str
    discovered_title: str | None
    method: str
    service: str
    confidence: float
    """Of this edge alone, when it was last seen."""
    evidence_count: int
    """Different pieces of evidence, however often each was seen."""
    evidence: list[str]
    """The first few of them."""
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class DiscoveryFilter:
    """Which discoveries; what is None does not matter."""

    source: UUID | None = None
    discovered: UUID | None = None
    method: str | None = None
    service: str | None = None
    min_confidence: float | None = None
    """Of the edge alone."""
    since: datetime | None = None
    """Last seen then or later."""

    @property
    def is_searched(self) -> bool:
        """Whether only looking tells which are wanted: those of a channel or method have an index."""
        return self != DiscoveryFilter() and {self.source, self.discovered, self.method} == {None}


@dataclass(frozen=True, slots=True)
class Node:
    """A channel, as the graph shows it."""

    channel_id: str
    title: str | None
    handle: str | None
    country: str | None
    language: str | None
    subscriber_count: int | None
    video_count: int | None


class Near(NamedTuple):
    """An edge of one channel, without its evidence; a hub has many of them at once."""

    far: UUID
    is_outward: bool
    method: str
    confidence: float
    last_seen: datetime
    is_shown: bool
    """The other end is in the catalogue, and another channel."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What one method says of two channels."""

    source: UUID
    discovered: UUID
    method: str
    service: str
    confidence: float
    evidence_count: int
    evidence: list[str]
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A channel beside another, and all that speaks for it."""

    node: Node
    confidence: float
    """Of the pair: see `combined`."""
    edges: Sequence[Edge]
    """In both directions."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A channel and those beside it, the surest first."""

    node: Node
    neighbours: Sequence[Neighbour]
    named: int
    """How many channels it names, of the edges that were looked at."""
    named_by: int
    """How many name it, likewise."""
    sources: int | None
    """How many name it as discovery has counted them; None when it was not found by discovery."""
    complete: bool
    """False: it has more edges than are looked at."""


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one channel to another."""

    start: Node
    steps: Sequence[Neighbour]
    """Each with what speaks for it beside the one before."""
    confidence: float
    """The product of its steps'."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest paths between two channels, the surest first; none, and why."""

    paths: Sequence[Path]
    why: str | None
    """Why there is no path, or which might be missing; None when these are the shortest."""
    edges_examined: int


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the graph: what is around a channel, or what the filters let through; None does not matter."""

    around: UUID | None = None
    depth: int = 1
    method: str | None = None
    min_confidence: float | None = None
    """Of one edge alone: those that are less sure are left out."""
    language: str | None = None
    country: str | None = None
    max_nodes: int | None = None
    """None: as many as there are. Only without `around`."""

    def edge_filter(self) -> Mapping[str, object]:
        """What concerns edges, for SQL."""
        return {"method": self.method, "min_confidence": self.min_confidence}

    def node_filter(self) -> Mapping[str, object]:
        """What concerns channels, for SQL."""
        return {"language": self.language, "country": self.country}


@dataclass(frozen=True, slots=True)
class Link:
    """All that one channel says of another, by whichever method."""

    source: str
    target: str
    source_title: str | None
    target_title: str | None
    confidence: float
    """Of this direction: see `combined`."""
    methods: Sequence[str]
    services: Sequence[str]
    evidence_count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Measured:
    """A channel of a subgraph, and its place there."""

    node: Node
    community: int
    """0 is the largest."""
    pagerank: float
    """They add up to 1."""
    in_degree: int
    """How many channels of the subgraph name it."""
    betweenness: float
    """The share of shortest paths that pass through it, estimated from a sample of their starts."""


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A part of the graph with its communities."""

    channels: Sequence[Measured]
    """The highest pagerank first."""
    links: Sequence[Link]
    modularity: float
    """How much denser the communities are inside than by chance: 0 not at all, above 0.3 clearly."""
    cut: str | None
    """What was left out, in words; None when nothing was."""
