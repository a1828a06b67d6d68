"""The graph of related channels with a million edges: `python -m bench graph [edges]`.

Neighbours of channels that are drawn as edges point at them, so that hubs come often, and of the largest hub, beside a
plain psycopg select of the same rows, in turns. An export of 10,000 channels as GEXF beside networkx's own writer,
which has the same graph ready in memory, and its own reader, which must find all of it. Then the whole graph in each
format: its time, and by how much the process grows meanwhile. Prints a line of JSON for each, with the seconds of CPU
of this process beside those of the clock: other programs disturb them less.
"""

import io
import json
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

import networkx as nx
import psutil
import psycopg

from app.catalog.ids import channel_key
from app.clock import SystemClock
from app.db import Database
from app.graph.exports import FORMATS, document
from app.graph.model import Selection
from app.graph.service import Graph
from app.migrator import migrate
from devstack.postgres import temporary_postgres

_EDGES, _CHANNELS, _DRAWN, _NODES, _ROUNDS = 1_000_000, 200_000, 500, 10_000, 3
# Who is named is drawn by a power of an even number: the first channels are hubs with tens of thousands of edges.
_FILL = (
    """insert into channels (id, title, country, language, metadata_fetched, fetched_at)
    select md5(n::text)::uuid, 'Channel ' || n, 'NZ', 'en', true, now()
    from generate_series(0, %(channels)s::int - 1) n""",
    "select setseed(0.5)",
    """insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
        evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
    select md5(floor(random() * %(channels)s)::text)::uuid, md5(floor(power(random(), 4) * %(channels)s)::text)::uuid,
           'method ' || n %% 4, 'youtube', 2, array['video dQw4w9WgXcQ', 'video ' || n], array[1, n],
           0.1 + 0.9 * random(), now() - random() * interval '28 days', now() - random() * interval '28 days'
    from generate_series(1, %(edges)s::int) n on conflict do nothing""",
    "vacuum analyze channels, channel_discoveries",
)
_PLAIN = """
select d.*, c.channel_id, c.title from channel_discoveries d join channels c on c.id = d.discovered_channel_id
where d.source_channel_id = %(key)s and d.discovered_channel_id = any(%(far)s)
union all
select d.*, c.channel_id, c.title from channel_discoveries d join channels c on c.id = d.source_channel_id
where d.discovered_channel_id = %(key)s and d.source_channel_id = any(%(far)s)
"""


def main() -> None:
    """Fill a database of its own, and measure."""
    edges = int(sys.argv[1]) if len(sys.argv) > 1 else _EDGES
    with temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")) as server:
        db = Database(server.url("postgres"))
        migrate(db)
        graph = Graph(db, SystemClock())
        with psycopg.connect(server.url("postgres"), autocommit=True) as plain:
            for statement in _FILL:
                plain.execute(statement, {"edges": edges, "channels": _CHANNELS})
            _measure_neighbours(graph, plain)
        _measure_export(graph)
        for kind in FORMATS:
            _measure_whole(graph, kind)
        db.close()


def _measure_neighbours(graph: Graph, plain: "psycopg.Connection[tuple[object, ...]]") -> None:
    named = [row[0] for row in plain.execute("select discovered_channel_id from channel_discoveries order by id")]
    [(hub, most)] = Counter(named).most_common(1)
    drawn = random.Random(1).sample(named, min(_DRAWN, len(named)))
    for what, keys in (("drawn as edges point", drawn), (f"a hub with {most:,} edges", [hub] * 100)):
        ours, theirs, cpu = [], [], []
        for key in keys:
            far = _near(graph, key)  # what is measured is what PostgreSQL has in memory
            began = time.process_time()
            ours.append(_seconds(lambda key=key: _near(graph, key)))  # type: ignore[misc]
            cpu.append(time.process_time() - began)
            values = {"key": key, "far": far}
            theirs.append(_seconds(lambda values=values: plain.execute(_PLAIN, values).fetchall()))  # type: ignore[misc]
        told = {
            "edges": len(named),
            "channels": what,
            "ours_ms": _told(ours),
            "cpu_ms": _told(cpu),
            "plain_select_ms": _told(theirs),
        }
        _say({"measured": "100 surest neighbours with evidence", **told, "ratio_p50": _ratio(ours, theirs)})


def _near(graph: Graph, key: object) -> list[UUID]:
    assert isinstance(key, UUID)  # noqa: S101 - of a column that is one
    found = graph.neighbours(key, outward=True, inward=True, method=None, min_confidence=0, limit=100)
    return [channel_key(one.node.channel_id) for one in found.neighbours]


def _measure_export(graph: Graph) -> None:
    seconds: dict[str, list[float]] = {"ours": [], "nx.write_gexf": [], "nx.read_gexf": []}
    for _ in range(_ROUNDS):
        written = bytearray()
        seconds["ours"].append(_seconds(lambda: written.extend(_exported(graph))))  # noqa: B023 - called at once
        began = time.perf_counter()
        read = nx.read_gexf(io.BytesIO(written))
        seconds["nx.read_gexf"].append(time.perf_counter() - began)
        seconds["nx.write_gexf"].append(_seconds(lambda: nx.write_gexf(read, io.BytesIO())))  # noqa: B023 - likewise
    told = {name: round(statistics.median(values), 2) for name, values in seconds.items()}
    size = {"nodes": len(read), "links": read.number_of_edges(), "bytes": len(written)}
    _say(
        {
            "measured": "export as GEXF",
            **size,
            "seconds": told,
            "ratio": _ratio(seconds["ours"], seconds["nx.write_gexf"]),
        }
    )


def _measure_whole(graph: Graph, kind: str) -> None:
    process, size = psutil.Process(), 0
    before = most = process.memory_info().rss
    began, cpu = time.perf_counter(), time.process_time()
    first = None
    with graph.exporting(Selection()) as chosen:
        for piece in document(FORMATS[kind], chosen.nodes, chosen.links):
            first = first or time.perf_counter() - began
            size += len(piece.encode())
            most = max(most, process.memory_info().rss)
    told = {"first_piece": first, "all": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    seconds = {name: round(value or 0, 1) for name, value in told.items()}
    grown = round((most - before) / 2**20, 1)
    _say({"measured": f"the whole graph as {kind}", "bytes": size, "seconds": seconds, "grown_mb": grown})


def _exported(graph: Graph) -> bytes:
    with graph.exporting(Selection(max_nodes=_NODES)) as chosen:
        return "".join(document(FORMATS["gexf"], chosen.nodes, chosen.links)).encode()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _told(seconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p10": round(1000 * cuts[9], 2), "p50": round(1000 * cuts[49], 2), "p99": round(1000 * cuts[98], 2)}


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return round(statistics.median(ours) / statistics.median(theirs), 2)


def _say(told: dict[str, object]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
