"""The SQL of the graph; it reads what discoveries and catalog have written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, TextClause, text

from app.db import Database, Queries
from app.graph.model import Discovery, DiscoveryFilter, Edge, Link, Near, Node, Selection, combined
from app.graph.search import Step
from app.stretch import Stretch, search

Q = Queries("graph")
LISTED, SEARCHED = (
    text(Q["list_discoveries"].text.format(discoveries=rows)) for rows in ("channel_discoveries", Q["stretch"].text)
)
FAN = 1_000
"""As many edges of one channel are looked at, each way, on the way through it: the surest."""
_ROWS_AT_ONCE = 2_000


@contextmanager
def choosing(db: Database) -> Iterator[Connection]:
    """A transaction whose statements see one state of the database."""
    with db.begin() as tx:
        tx.execute(Q["one_state"])
        yield tx


@contextmanager
def walking(db: Database) -> Iterator[Connection]:
    """A transaction that looks from channel to channel, hubs among them."""
    with db.begin() as tx:
        tx.execute(Q["walk"])
        yield tx


def list_discoveries(tx: Connection, wanted: DiscoveryFilter, *, after: int | None, limit: int) -> list[Discovery]:
    """Discoveries in the order in which they were first made; `after` is the keyset cursor."""
    where = {**asdict(wanted), "after": after, "limit": limit}
    return [Discovery(**row) for row in tx.execute(LISTED, where).mappings()]


def search_discoveries(
    tx: Connection, wanted: DiscoveryFilter, *, after: int | None, limit: int
) -> Stretch[Discovery, int]:
    """Likewise, those of a stretch."""
    where = {**asdict(wanted), "after": after, "limit": limit}
    return search(tx, Q, SEARCHED, where, lambda row: Discovery(**row))


def read_nodes(tx: Connection, keys: Sequence[UUID]) -> dict[UUID, Node]:
    """Those of these channels that are in the catalogue."""
    return {row[0]: Node(*row[1:]) for row in tx.execute(Q["read_nodes"], {"keys": list(keys)})}


def count_sources(tx: Connection, key: UUID) -> int | None:
    """How many channels point at this one, as discovery has counted them."""
    found: int | None = tx.execute(Q["count_sources"], {"key": key}).scalar()
    return found


def edges_near(tx: Connection, key: UUID, *, outward: bool, inward: bool, most: int) -> list[Near]:
    """The surest edges of one channel, `most` of them at most each way."""
    where = {"key": key, "outward": outward, "inward": inward, "most": most}
    return [Near._make(row) for row in tx.execute(Q["edges_near"], where)]


def edges_of_pairs(tx: Connection, pairs: Sequence[tuple[UUID, UUID]], method: str | None) -> list[Edge]:
    """All edges between the two channels of each pair, both ways; by all methods, or by one."""
    where = {"near": [near for near, _ in pairs], "far": [far for _, far in pairs], "method": method}
    return [Edge(*row) for row in tx.execute(Q["edges_of_pairs"], where)]


def expand(tx: Connection, keys: Sequence[UUID], wanted: Selection, *, outward: bool, inward: bool, most: int) -> Step:
    """What is a step away from these channels, through `most` edges at most."""
    where = {"keys": list(keys), "outward": outward, "inward": inward, "fan": FAN, "most": most}
    rows = tx.execute(Q["expand"], {**where, **wanted.edge_filter(), **wanted.node_filter()}).all()
    edges = [(near, far, confidence) for near, far, confidence, _ in rows if far is not None and far != near]
    return Step(edges, len(rows) >= most or any(row.is_cut for row in rows))


def choose_these(tx: Connection, keys: Sequence[UUID]) -> None:
    """Choose these channels for this transaction, in this order."""
    _stage(tx)
    tx.execute(Q["choose_these"], {"keys": list(keys)})
    tx.execute(Q["measure_chosen"])


def choose_by_filter(tx: Connection, wanted: Selection) -> bool:
    """Choose the channels at the ends of the surest edges for this transaction; whether there are more of them."""
    _stage(tx)
    most = wanted.max_nodes
    where = {**wanted.edge_filter(), **wanted.node_filter(), "most": None if most is None else most + 1}
    for edges in (None,) if most is None else (4 * most, 32 * most, None):
        tx.execute(Q["choose_again"])
        if tx.execute(Q["choose_by_filter"], {**where, "edges": edges}).rowcount == where["most"]:
            break
    is_cut = most is not None and tx.execute(Q["cut_chosen"], {"most": most}).rowcount > 0
    tx.execute(Q["measure_chosen"])
    return is_cut


def chosen_nodes(tx: Connection) -> Iterator[Node]:
    """The chosen channels, one after another; only some of them are in memory."""
    for row in _flowing(tx, Q["nodes_of_chosen"], {}):
        yield Node(*tuple(row))


def chosen_links(tx: Connection, wanted: Selection, now: datetime) -> Iterator[Link]:
    """What the chosen channels say of each other, one after another; only some are in memory."""
    rows = _flowing(tx, Q["edges_of_chosen"], wanted.edge_filter())
    for _, edges in groupby(rows, key=attrgetter("source", "target")):
        yield _link(list(edges), now)


def _stage(tx: Connection) -> None:
    tx.execute(Q["wait_for_readers"])
    tx.execute(Q["stage_chosen"])


def _flowing(tx: Connection, statement: TextClause, values: Mapping[str, object]) -> Iterable[Row[Any]]:
    return tx.execute(statement, values, execution_options={"yield_per": _ROWS_AT_ONCE})


def _link(edges: Sequence[Row[Any]], now: datetime) -> Link:
    first = edges[0]
    return Link(
        first.source,
        first.target,
        first.source_title,
        first.target_title,
        confidence=combined(((edge.method, edge.confidence, edge.last_seen) for edge in edges), now),
        methods=[edge.method for edge in edges],
        services=sorted({edge.service for edge in edges}),
        evidence_count=sum(edge.evidence_count for edge in edges),
        first_seen=min(edge.first_seen for edge in edges),
        last_seen=max(edge.last_seen for edge in edges),
    )
