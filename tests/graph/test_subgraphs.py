"""/api/graph: a part of the graph, bounded and said when it is, with its communities and who is central in it."""

import random

import networkx as nx
import pytest
from flask.testing import FlaskClient
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python  # type: ignore[attr-defined]

from app.graph.measures import pagerank
from app.wiring import Wiring
from tests.graph.conftest import Get
from tests.graph.edges import Row, add_channels, add_edges, channel_id

UNCONFIRMED = 99


def clusters(draw: random.Random, sizes: list[int]) -> list[Row]:
    """Dense groups with a single edge from each to the next."""
    rows, start = [], 0
    for size in sizes:
        members = range(start, start + size)
        rows += [Row(a, b, confidence=0.8) for a in members for b in members if a != b and draw.random() < 0.6]
        rows.append(Row(start, start + size, confidence=0.3))
        start += size
    return rows[:-1]


@pytest.fixture
def three(wiring: Wiring) -> None:
    add_channels(wiring, range(8), language="en", country="NZ", title="Paper Boats")
    add_channels(wiring, range(8, 24), language="de")
    draw = random.Random(1)  # noqa: S311 - a graph of a test
    add_edges(wiring, [*clusters(draw, [12, 7, 5]), Row(0, UNCONFIRMED, confidence=1), Row(1, 1)])


def numbers(told: dict[str, list[dict[str, str]]]) -> set[str]:
    return {one["channel_id"] for one in told["channels"]}


def ids(*channels: int) -> set[str]:
    return {channel_id(number) for number in channels}


@pytest.mark.usefixtures("three")
def test_communities_are_found(get: Get) -> None:
    told = get("/api/graph")
    found: dict[int, set[str]] = {}
    for one in told["channels"]:
        found.setdefault(one["community"], set()).add(one["channel_id"])
    assert found == {0: ids(*range(12)), 1: ids(*range(12, 19)), 2: ids(*range(19, 24))}
    assert [one["channels"] for one in told["communities"]] == [12, 7, 5]
    assert all(set(one["central"]) <= found[one["community"]] for one in told["communities"])
    assert told["modularity"] > 0.3
    assert told["cut"] is None
    assert told == get("/api/graph"), "the same each time"


@pytest.mark.usefixtures("three")
def test_who_is_central(get: Get) -> None:
    told = get("/api/graph")
    by_id = {one["channel_id"]: one for one in told["channels"]}
    assert sum(one["pagerank"] for one in by_id.values()) == pytest.approx(1)
    assert sum(one["in_degree"] for one in by_id.values()) == len(told["links"])
    bridge = by_id[channel_id(12)]
    assert bridge["betweenness"] == max(one["betweenness"] for one in by_id.values())
    assert (by_id[channel_id(0)]["title"], by_id[channel_id(0)]["country"]) == ("Paper Boats", "NZ")


def test_pagerank_is_that_of_networkx() -> None:
    draw = random.Random(3)  # noqa: S311 - a graph of a test
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(50))
    graph.add_weighted_edges_from((draw.randrange(40), draw.randrange(50), draw.random()) for _ in range(150))
    theirs = _pagerank_python(graph, tol=1e-10)
    assert pagerank(graph) == pytest.approx(theirs, abs=1e-7)
    assert pagerank(nx.DiGraph()) == {}


@pytest.mark.usefixtures("three")
def test_around_a_channel(get: Get) -> None:
    near = numbers(get("/api/graph", around=channel_id(23), depth=1))
    assert channel_id(23) in near
    assert near <= ids(*range(19, 24))
    far = numbers(get("/api/graph", around=channel_id(23), depth=4))
    assert far > near
    assert far & ids(*range(12))


@pytest.mark.usefixtures("three")
def test_filters(get: Get) -> None:
    assert numbers(get("/api/graph", language="en")) == ids(*range(8))
    assert numbers(get("/api/graph", country="NZ")) == ids(*range(8))
    assert numbers(get("/api/graph", around=channel_id(0), depth=4, language="en")) == ids(*range(8))
    assert len(get("/api/graph", min_confidence=0.8)["links"]) == len(get("/api/graph")["links"]) - 2
    nothing = get("/api/graph", method="nothing")
    assert (nothing["channels"], nothing["links"], nothing["communities"]) == ([], [], [])
    assert numbers(get("/api/graph", around=channel_id(0), method="nothing")) == ids(0)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("query", [{}, {"around": channel_id(0), "depth": 4}])
def test_a_bound_is_kept_and_said(get: Get, query: dict[str, object]) -> None:
    told = get("/api/graph", max_nodes=10, **query)
    assert len(told["channels"]) == 10
    assert told["cut"] == "there are more channels than these 10: raise max_nodes, or filter"
    assert {link["source"] for link in told["links"]} | {link["target"] for link in told["links"]} <= numbers(told)
    assert get("/api/graph", max_nodes=24, **query)["cut"] is None


def test_the_surest_stay(wiring: Wiring, get: Get) -> None:
    add_channels(wiring, range(10))
    add_edges(wiring, [Row(0, n, confidence=n / 10) for n in range(1, 10)])
    assert numbers(get("/api/graph", around=channel_id(0), max_nodes=3)) == ids(0, 9, 8)
    assert numbers(get("/api/graph", max_nodes=3)) == ids(0, 9, 8)


def test_the_surest_of_a_language_may_be_far_from_the_surest_of_all(wiring: Wiring, get: Get) -> None:
    add_channels(wiring, range(30), language="en")
    add_channels(wiring, range(30, 33), language="de")
    add_edges(wiring, [Row(a, b, confidence=0.9) for a in range(30) for b in range(30) if a < b])
    add_edges(wiring, [Row(30, 31, confidence=0.4), Row(31, 32, confidence=0.3)])
    told = get("/api/graph", language="de", max_nodes=2)
    assert numbers(told) == ids(30, 31)
    assert told["cut"]
    assert get("/api/graph", language="de", max_nodes=3)["cut"] is None


def test_links_put_methods_together(wiring: Wiring, get: Get) -> None:
    add_channels(wiring, range(2))
    add_edges(
        wiring, [Row(0, 1, "a", 0.5), Row(0, 1, "b", 0.5, service="stored", evidence=("x", "y")), Row(1, 0, "a", 0.3)]
    )
    there, back = get("/api/graph")["links"]
    assert (there["source"], there["target"]) == (channel_id(0), channel_id(1))
    assert (there["confidence"], there["methods"], there["services"]) == (0.75, ["a", "b"], ["stored", "youtube"])
    assert there["evidence_count"] == 3
    assert back["confidence"] == 0.3


def test_what_cannot_be_asked(api: FlaskClient) -> None:
    assert api.get(f"/api/graph?around={channel_id(1)}").status_code == 404
    assert api.get("/api/graph?around=").status_code == 422, "not the whole graph for a variable that was empty"
    assert api.get("/api/graph?min_confidence=1e-320").status_code == 200, "less than any edge has"
    assert api.get("/api/graph?depth=2").status_code == 422
    assert api.get("/api/graph?max_nodes=2001").status_code == 422
