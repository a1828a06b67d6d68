"""What is asked for one channel stays on the indexes, however large the graph is and however often it was asked."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import TextClause, text

from app.db import Database
from app.graph import store
from app.graph.service import MOST_NEAR
from devstack.postgres import PostgresServer
from tests.jobs.test_plans import nodes_of

# A tenth of all edges point at one channel.
FILL = """
insert into channels (id, title) select md5(n::text)::uuid, 'Channel' from generate_series(0, 20000) n;
insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
    evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
select md5((n % 20000)::text)::uuid, md5((case when n % 10 = 0 then 0 else n * 7 % 20000 end)::text)::uuid,
       'method ' || n / 20000, 'youtube', 1, array['x'], array[n], 0.5, now(), now()
from generate_series(1, 60000) n;
analyze;
"""
HUB, OTHER = UUID("cfcd2084-95d5-65ef-66e7-dff9f98764da"), UUID("c4ca4238-a0b9-2382-0dcc-509a6f75849b")
FILTERS: dict[str, Any] = {"method": None, "min_confidence": None, "language": None, "country": None}
NO_MORE: dict[str, Any] = dict.fromkeys(("service", "min_confidence", "since", "after", "method"))
LISTS = (store.LISTED, store.SEARCHED)
HOT: dict[str, tuple[TextClause, dict[str, Any]]] = {
    "near": (store.Q["edges_near"], {"key": HUB, "outward": True, "inward": True, "most": MOST_NEAR}),
    "pairs": (store.Q["edges_of_pairs"], {"near": [HUB] * 3, "far": [OTHER] * 3, "method": None}),
    "a step": (store.Q["expand"], {"keys": [HUB, OTHER], "outward": True, "inward": True, "fan": 1_000, "most": 50_000,
                          **FILTERS}),
    "of a source": (store.LISTED, {**NO_MORE, "source": OTHER, "discovered": None, "limit": 101}),
    "of a discovered": (store.LISTED, {**NO_MORE, "source": None, "discovered": OTHER, "limit": 101}),
    "page of all": (store.LISTED, {**NO_MORE, "source": None, "discovered": None, "after": 30_000, "limit": 101}),
    "nobody's service": (store.SEARCHED, {**NO_MORE, "source": None, "discovered": None, "service": "nobody's",
                                              "after": 30_000, "most": 1_000, "limit": 101}),
}  # fmt: skip


@pytest.fixture(scope="module")
def large(postgres: PostgresServer, template: str) -> Iterator[Database]:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database large_graph template {template}")
        with psycopg.connect(postgres.url("large_graph"), autocommit=True) as connection:
            connection.execute(FILL)
        db = Database(postgres.url("large_graph"))
        yield db
        db.close()
        admin.execute("drop database large_graph with (force)")


@pytest.mark.parametrize("name", HOT)
def test_each_reads_by_index_and_little(large: Database, name: str) -> None:
    statement, values = HOT[name]
    with large.begin() if statement in LISTS else store.walking(large) as tx:
        for _ in range(8):  # as often as makes the server think of a plan for all values
            tx.execute(statement, values).all()
        explained = text(f"explain (analyze, buffers, format json) {statement.text}")
        nodes = nodes_of(tx.execute(explained, values).scalar_one())
    assert [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"] == []
    used = {node["Index Name"] for node in nodes if "Index Name" in node}
    assert any(one.startswith("channel_discoveries_") for one in used)
    read = sum(
        node["Actual Rows"] * node["Actual Loops"]
        for node in nodes
        if node.get("Index Name", "").startswith("channel_discoveries")
    )
    assert read <= 5_000, "of a hub not all is read"
    blocks = nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"]
    assert blocks <= 6 * max(1_000, read), "the edge, and the channel at its end by index"
    assert "Sort" not in {node["Node Type"] for node in nodes} or name != "near", "they lie in their order"
