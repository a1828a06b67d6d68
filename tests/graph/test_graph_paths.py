"""/api/graph/paths: the shortest, both ways or as edges point, and a clear answer when there is none."""

import random
from itertools import pairwise

import networkx as nx
import pytest
from flask.testing import FlaskClient

from app.graph.search import Step, shortest
from app.graph.store import FAN
from app.wiring import Wiring
from tests.graph.conftest import Get
from tests.graph.edges import Row, add_channels, add_edges, channel_id, key

UNCONFIRMED = 9
# Two ways from 0 to 3, one against the edges; a channel beyond; an island; a bridge that is not confirmed.
ROWS = [
    Row(0, 1, confidence=0.9),
    Row(1, 3, confidence=0.5),
    Row(0, 2, confidence=0.8),
    Row(3, 2, confidence=0.8),
    Row(3, 4, confidence=0.5),
    Row(5, 6),
    Row(0, UNCONFIRMED),
    Row(5, UNCONFIRMED),
    Row(0, 0),
]


@pytest.fixture
def small(wiring: Wiring) -> None:
    add_channels(wiring, range(8), title="Paper Boats")
    add_edges(wiring, ROWS)


def ways(told: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[list[str]]:
    return [[one["channel_id"] for one in path["channels"]] for path in told["paths"]]


def numbered(*paths: list[int]) -> list[list[str]]:
    return [[channel_id(number) for number in path] for path in paths]


@pytest.mark.usefixtures("small")
def test_the_surest_of_the_shortest_comes_first(get: Get) -> None:
    told = get("/api/graph/paths", from_=channel_id(0), to=channel_id(3))
    assert ways(told) == numbered([0, 2, 3], [0, 1, 3])
    assert [path["confidence"] for path in told["paths"]] == [0.64, 0.45]
    assert told["why"] is None
    first, second = told["paths"][0]["channels"][1:]
    assert [edge["direction"] for edge in first["edges"]] == ["out"]
    assert [edge["direction"] for edge in second["edges"]] == ["in"]
    assert second["edges"][0]["evidence"] == ["section multipleChannels"]
    assert second["title"] == "Paper Boats"


@pytest.mark.usefixtures("small")
def test_as_edges_point(get: Get) -> None:
    told = get("/api/graph/paths", from_=channel_id(0), to=channel_id(4), directed="true")
    assert ways(told) == numbered([0, 1, 3, 4])
    back = get("/api/graph/paths", from_=channel_id(4), to=channel_id(0), directed="true")
    assert (back["paths"], back["why"]) == ([], "no path leads there")


@pytest.mark.usefixtures("small")
def test_none_is_said_in_words(get: Get) -> None:
    island = get("/api/graph/paths", from_=channel_id(0), to=channel_id(5))
    assert (island["paths"], island["why"]) == ([], "no path leads there")
    near = get("/api/graph/paths", from_=channel_id(0), to=channel_id(4), max_depth=2)
    assert (near["paths"], near["why"]) == ([], "no path of at most 2 steps leads there")
    assert ways(get("/api/graph/paths", from_=channel_id(0), to=channel_id(4), max_depth=3, limit=1)) == numbered(
        [0, 2, 3, 4]
    )


@pytest.mark.usefixtures("small")
def test_what_cannot_be_asked(api: FlaskClient) -> None:
    here, nowhere = channel_id(0), channel_id(UNCONFIRMED)
    assert api.get(f"/api/graph/paths?from={here}&to={here}").status_code == 422
    assert api.get(f"/api/graph/paths?from={here}&to={nowhere}").status_code == 404
    assert api.get(f"/api/graph/paths?from={nowhere}&to={here}").status_code == 404
    assert api.get(f"/api/graph/paths?from={here}").status_code == 422
    assert api.get(f"/api/graph/paths?from={here}&to=@somebody").status_code == 422


def test_a_hub_on_the_way_is_not_looked_through_and_that_is_said(wiring: Wiring, get: Get) -> None:
    """The hub has more edges than are looked at, and it is the last of them that leads there."""
    fans = range(10, 12 + FAN)
    add_channels(wiring, [0, 1, 2, *fans])
    add_edges(wiring, [Row(0, 1), *(Row(1, fan) for fan in fans), Row(fans[-1], 2)])
    hidden = get("/api/graph/paths", from_=channel_id(0), to=channel_id(fans[-1]), max_depth=2)
    assert hidden["paths"] == []
    assert "there may be a path all the same" in hidden["why"]
    # A wave from the other side comes to the hub where the one from this side stopped.
    found = get("/api/graph/paths", from_=channel_id(0), to=channel_id(2))
    assert ways(found) == numbered([0, 1, fans[-1], 2])
    assert "other paths, even shorter ones" in found["why"]


@pytest.mark.parametrize("directed", [False, True])
def test_random_graphs_have_the_paths_that_networkx_finds(wiring: Wiring, get: Get, *, directed: bool) -> None:
    draw = random.Random(6)  # noqa: S311 - a graph of a test
    pairs = sorted({(draw.randrange(60), draw.randrange(60)) for _ in range(90)})
    add_channels(wiring, range(60))
    add_edges(wiring, [Row(a, b, confidence=draw.random()) for a, b in pairs])
    graph: nx.Graph[int] = (nx.DiGraph if directed else nx.Graph)()
    graph.add_nodes_from(range(60))
    graph.add_edges_from(pairs)
    lengths = set()
    for _ in range(60):
        start, goal = draw.sample(range(60), 2)
        told = get("/api/graph/paths", from_=channel_id(start), to=channel_id(goal), limit=50, max_depth=8,
                   directed=directed)  # fmt: skip
        true = list(nx.all_shortest_paths(graph, start, goal)) if nx.has_path(graph, start, goal) else []
        true = true if true and len(true[0]) <= 9 else []
        assert sorted(ways(told)) == sorted(numbered(*true))
        assert [path["confidence"] for path in told["paths"]] == sorted(
            (path["confidence"] for path in told["paths"]), reverse=True
        )
        lengths.add(len(true and true[0]))
    assert len(lengths) > 3


def test_work_is_bounded() -> None:
    """A graph in which every step leads to a hundred new channels, and no way meets the other side."""
    asked = []

    def tree(base: int) -> object:
        def expand(keys: list[object], most: int) -> Step:
            asked.append(most)
            fresh = [key(base + n) for n in range(min(most, 100 * len(keys)))]
            return Step([(keys[n // 100], far, 0.5) for n, far in enumerate(fresh)], len(fresh) == most)  # type: ignore[misc]

        return expand

    found = shortest(key(1), key(2), tree(10), tree(10**6), max_depth=8, most_edges=5_000, most_paths=9)  # type: ignore[arg-type]
    assert (found.paths, found.is_cut, found.is_exhausted) == ([], True, False)
    assert found.edges == 5_000
    assert all(after < before for before, after in pairwise(asked))
