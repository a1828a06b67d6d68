"""What is said of pairs of channels, put together from the edges between them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import prod
from uuid import UUID

from app.graph.model import Edge, Neighbour, Node, Path, combined


def neighbours_of(key: UUID, nodes: Mapping[UUID, Node], edges: Iterable[Edge], now: datetime) -> list[Neighbour]:
    """The channels of `nodes` as neighbours of one, the surest first; `edges` are those between it and them."""
    between: dict[UUID, list[Edge]] = {}
    for edge in edges:
        between.setdefault(edge.discovered if edge.source == key else edge.source, []).append(edge)
    found = [_neighbour(node, between.get(far, []), now) for far, node in nodes.items()]
    return sorted(found, key=lambda one: (-one.confidence, one.node.channel_id))


def paths_of(
    ways: Iterable[Sequence[UUID]], nodes: Mapping[UUID, Node], edges: Iterable[Edge], now: datetime, *, directed: bool
) -> list[Path]:
    """The paths with all that speaks for each step, the surest first; `directed`: only what points forwards."""
    between: dict[tuple[UUID, UUID], list[Edge]] = {}
    for edge in edges:
        between.setdefault((edge.source, edge.discovered), []).append(edge)
        if not directed:
            between.setdefault((edge.discovered, edge.source), []).append(edge)
    found = []
    for way in ways:
        steps = [_neighbour(nodes[far], between[near, far], now) for near, far in pairwise(way)]
        found.append(Path(nodes[way[0]], steps, prod(step.confidence for step in steps)))
    return sorted(found, key=lambda path: (-path.confidence, [step.node.channel_id for step in path.steps]))


def _neighbour(node: Node, edges: Sequence[Edge], now: datetime) -> Neighbour:
    return Neighbour(node, combined(((e.method, e.confidence, e.last_seen) for e in edges), now), edges)
