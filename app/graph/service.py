"""The graph of related channels, as people read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of
from app.catalog.service import UnknownChannelError
from app.clock import Clock
from app.db import Database
from app.errors import BadInputError
from app.graph import store
from app.graph.model import (
    Discovery,
    DiscoveryFilter,
    Link,
    Near,
    Neighbourhood,
    Node,
    Paths,
    Selection,
    Subgraph,
    combined,
)
from app.graph.pairs import neighbours_of, paths_of
from app.graph.search import Expand, Found, Step, grow, shortest
from app.stretch import Stretch

MOST_NEAR = 500
"""As many edges of a channel are looked at, each way, for its neighbours: the surest."""
MOST_EDGES = 50_000
"""As many edges are looked at in a search for paths."""
MOST_LINKS = 20_000
"""As many links has a subgraph whose communities are asked for."""
MOST_AROUND = 50_000
"""As many channels has an export of what is around one, unless told."""
_MOST_PATHS = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part of the graph, to be read once and in this order."""

    nodes: Iterable[Node]
    links: Iterable[Link]
    is_cut: bool
    """There are more channels."""


class Graph:
    """Discoveries, neighbours, paths, subgraphs and exports."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def discoveries(self, wanted: DiscoveryFilter, *, after: int | None, limit: int) -> Stretch[Discovery, int]:
        """Who named whom by which method, in the order in which it was first found.

        Of the next stretch where only looking tells which are wanted.
        """
        with self._db.begin() as tx:
            if wanted.is_searched:
                return store.search_discoveries(tx, wanted, after=after, limit=limit)
            return Stretch(store.list_discoveries(tx, wanted, after=after, limit=limit))

    def neighbours(
        self, key: UUID, *, outward: bool, inward: bool, method: str | None, min_confidence: float, limit: int
    ) -> Neighbourhood:
        """The channels beside one, the surest first. Raises UnknownChannelError.

        `min_confidence` is that of the pair. Of a hub not all edges are looked at: then the surest of those are shown,
        and what is said of each is complete all the same.
        """
        now = self._clock.now()
        with store.walking(self._db) as tx:
            near = store.edges_near(tx, key, outward=outward, inward=inward, most=MOST_NEAR)
            shown = [edge for edge in near if edge.is_shown and (method is None or edge.method == method)]
            surest = _surest(shown, min_confidence, now)[:limit]
            nodes = dict(_known(tx, key, *surest))
            edges = store.edges_of_pairs(tx, [(key, far) for far in surest], method)
            return Neighbourhood(
                nodes.pop(key),
                neighbours_of(key, nodes, edges, now),
                named=len({edge.far for edge in shown if edge.is_outward}),
                named_by=len({edge.far for edge in shown if not edge.is_outward}),
                sources=store.count_sources(tx, key),
                complete=max(sum(edge.is_outward is way for edge in near) for way in (True, False)) < MOST_NEAR,
            )

    def paths(self, start: UUID, goal: UUID, *, directed: bool, max_depth: int, limit: int) -> Paths:
        """The shortest paths between two channels, the surest first. Raises UnknownChannelError.

        `directed`: only from who names to who is named.
        """
        if start == goal:
            raise BadInputError("both are the same channel", field="to", hint="name two channels")
        with store.walking(self._db) as tx:
            _known(tx, start, goal)
            found = shortest(
                start,
                goal,
                _expand(tx, Selection(), outward=True, inward=not directed),
                _expand(tx, Selection(), outward=not directed, inward=True),
                max_depth=max_depth,
                most_edges=MOST_EDGES,
                most_paths=_MOST_PATHS,
            )
            nodes = store.read_nodes(tx, list({key for path in found.paths for key in path}))
            pairs = {pair for path in found.paths for pair in pairwise(path)}
            edges = store.edges_of_pairs(tx, sorted(pairs), None)
        paths = paths_of(found.paths, nodes, edges, self._clock.now(), directed=directed)
        return Paths(paths[:limit], _why(found, max_depth), found.edges)

    def subgraph(self, wanted: Selection) -> Subgraph:
        """A part of the graph with communities and centrality. Raises UnknownChannelError."""
        from app.graph.measures import measured  # noqa: PLC0415 - networkx takes 0.2 s, of every process

        with self._chosen(wanted) as (tx, is_cut):
            nodes = list(store.chosen_nodes(tx))
            links = list(islice(store.chosen_links(tx, wanted, self._clock.now()), MOST_LINKS + 1))
        cuts = []
        if is_cut:
            cuts.append(f"there are more channels than these {len(nodes):,}: raise max_nodes, or filter")
        if len(links) > MOST_LINKS:
            cuts.append(f"there are more links than these {MOST_LINKS:,}: lower max_nodes, or raise min_confidence")
        channels, modularity = measured(nodes, links[:MOST_LINKS])
        return Subgraph(channels, links[:MOST_LINKS], modularity, "; ".join(cuts) or None)

    @contextmanager
    def exporting(self, wanted: Selection) -> Iterator[Chosen]:
        """A part of the graph as it comes from the database, however large.

        The transaction lasts as long as the reader takes, and is ended when a reader rests for a minute. Raises
        UnknownChannelError.
        """
        with self._chosen(wanted) as (tx, is_cut):
            yield Chosen(store.chosen_nodes(tx), store.chosen_links(tx, wanted, self._clock.now()), is_cut)

    @contextmanager
    def _chosen(self, wanted: Selection) -> Iterator[tuple[Connection, bool]]:
        keys, is_cut = self._around(wanted.around, wanted) if wanted.around else (None, False)
        with store.choosing(self._db) as tx:
            if keys is None:
                is_cut = store.choose_by_filter(tx, wanted)
            else:
                store.choose_these(tx, keys)
            yield tx, is_cut

    def _around(self, key: UUID, wanted: Selection) -> tuple[list[UUID], bool]:
        most = wanted.max_nodes or MOST_AROUND
        with store.walking(self._db) as tx:
            _known(tx, key)
            near = _expand(tx, wanted, outward=True, inward=True)
            return grow(key, near, depth=wanted.depth, most_nodes=most, most_edges=20 * most)


def _known(tx: Connection, *keys: UUID) -> Mapping[UUID, Node]:
    nodes = store.read_nodes(tx, keys)
    for key in keys:
        if key not in nodes:
            raise UnknownChannelError(f"the channel {channel_id_of(key)} is not in the catalogue")
    return nodes


def _surest(near: Sequence[Near], min_confidence: float, now: datetime) -> list[UUID]:
    pairs: dict[UUID, list[Near]] = {}
    for edge in near:
        pairs.setdefault(edge.far, []).append(edge)
    sure = {far: combined(((e.method, e.confidence, e.last_seen) for e in edges), now) for far, edges in pairs.items()}
    return sorted((far for far in sure if sure[far] >= min_confidence), key=lambda far: (-sure[far], far))


def _expand(tx: Connection, wanted: Selection, *, outward: bool, inward: bool) -> Expand:
    def expand(keys: Sequence[UUID], most: int) -> Step:
        return store.expand(tx, keys, wanted, outward=outward, inward=inward, most=most)

    return expand


def _why(found: Found, max_depth: int) -> str | None:
    if found.is_cut:
        told = f"the search ended after {found.edges:,} edges, or passed a channel with more than {store.FAN:,}"
        return f"{told}: there may be {'other paths, even shorter ones' if found.paths else 'a path all the same'}"
    if found.paths:
        return None
    return "no path leads there" if found.is_exhausted else f"no path of at most {max_depth} steps leads there"
