"""/api/channels/{channel_id}/neighbours: both ways, the surest first, with all that speaks for each."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.graph.model import HALF_LIFE
from app.graph.service import MOST_NEAR
from app.wiring import Wiring
from tests.graph.conftest import Get
from tests.graph.edges import NOON, Row, add_channels, add_edges, channel_id, key
from tests.jobs.steps import change

UNCONFIRMED = 9


@pytest.fixture(autouse=True)
def graph(wiring: Wiring) -> None:
    add_channels(wiring, range(6), title="Paper Boats", country="NZ")
    add_edges(
        wiring,
        [
            Row(0, 1, "featured_channels", 0.5),
            Row(0, 1, "subscriptions", 0.4),
            Row(1, 0, "featured_channels", 0.2, evidence=("section a", "section b")),
            Row(2, 0, "subscriptions", 0.6),
            Row(0, 3, "mentions", 0.8, last_seen=NOON - HALF_LIFE),
            Row(0, UNCONFIRMED, confidence=1),
            Row(UNCONFIRMED, 0, confidence=1),
            Row(None, 0, "charts", 1),
            Row(0, 0, confidence=1),
            Row(1, 2, confidence=1),
        ],
    )


def neighbours(get: Get, of: int = 0, **query: object) -> dict[str, float]:
    found = get(f"/api/channels/{channel_id(of)}/neighbours", **query)["neighbours"]
    return {one["channel_id"]: one["confidence"] for one in found}


def test_the_surest_come_first_and_methods_agree(get: Get) -> None:
    assert list(neighbours(get).items()) == [
        (channel_id(1), 0.7),  # 1 - 0.5 * 0.6; that it says so as well adds nothing by the same method
        (channel_id(2), 0.6),
        (channel_id(3), 0.4),
    ]


def test_each_has_what_speaks_for_it(get: Get) -> None:
    told = get(f"/api/channels/{channel_id(0)}/neighbours", limit=1)
    [one] = told["neighbours"]
    assert (told["title"], one["title"], one["country"]) == ("Paper Boats", "Paper Boats", "NZ")
    assert [(edge["direction"], edge["method"], edge["confidence"]) for edge in one["edges"]] == [
        ("out", "featured_channels", 0.5),
        ("out", "subscriptions", 0.4),
        ("in", "featured_channels", 0.2),
    ]
    assert one["edges"][2]["evidence"] == ["section a", "section b"]
    assert one["edges"][2]["evidence_count"] == 2
    assert told["counts"] == {"named": 2, "named_by": 2, "sources": None}
    assert told["complete"] is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"direction": "out"}, {1: 0.7, 3: 0.4}),
        ({"direction": "in"}, {1: 0.7, 2: 0.6}),
        ({"method": "subscriptions"}, {2: 0.6, 1: 0.4}),
        ({"method": "nothing"}, {}),
        ({"min_confidence": 0.6}, {1: 0.7, 2: 0.6}),
        ({"min_confidence": 0.71}, {}),
        ({"limit": 2}, {1: 0.7, 2: 0.6}),
    ],
)
def test_filters(get: Get, query: dict[str, Any], found: dict[int, float]) -> None:
    assert neighbours(get, **query) == {channel_id(number): sure for number, sure in found.items()}


def test_the_other_end_sees_the_same(get: Get) -> None:
    assert neighbours(get, 1)[channel_id(0)] == neighbours(get, 0)[channel_id(1)] == 0.7
    assert neighbours(get, 5) == {}


def test_what_is_confirmed_later_is_shown_then(wiring: Wiring, get: Get) -> None:
    add_channels(wiring, [UNCONFIRMED])
    assert neighbours(get)[channel_id(UNCONFIRMED)] == 1


def test_of_a_hub_a_part_is_looked_at_and_said_to_be_one(wiring: Wiring, get: Get) -> None:
    fans = range(100, 101 + MOST_NEAR)
    add_channels(wiring, fans)
    add_edges(wiring, [Row(fan, 5, "subscriptions", 0.1) for fan in fans])
    add_edges(wiring, [Row(5, fans[-1], "mentions", 0.5)])
    change(
        wiring,
        "insert into discovered_channels (id, sources, depth, found_by, found_at) "
        "values (:id, 12345, 1, 'subscriptions', :now) returning 1",
        id=key(5),
        now=NOON,
    )
    told = get(f"/api/channels/{channel_id(5)}/neighbours", limit=2)
    assert told["complete"] is False
    assert told["counts"]["sources"] == 12345
    # The edge that points back was not among those that were looked at, and is told all the same.
    surest = told["neighbours"][0]
    assert (surest["channel_id"], surest["confidence"]) == (channel_id(fans[-1]), 0.55)
    assert len(surest["edges"]) == 2


def test_of_a_hub_the_surest_are_looked_at_wherever_they_stand(wiring: Wiring, get: Get) -> None:
    fans = range(100, 102 + MOST_NEAR)
    add_channels(wiring, fans)
    add_edges(wiring, [Row(fan, 5, "subscriptions", 0.1, last_seen=NOON - HALF_LIFE) for fan in fans[:-2]])
    add_edges(wiring, [Row(fans[-2], 5, "subscriptions", 0.1), Row(fans[-1], 5, "subscriptions", 0.5)])
    add_edges(wiring, [Row(4, fan, "links", 0.1, last_seen=NOON - HALF_LIFE) for fan in fans[:-1]])
    add_edges(wiring, [Row(4, fans[-1], "links", 0.5)])
    surest = [(channel_id(fans[-1]), 0.5), (channel_id(fans[-2]), 0.1)]
    assert list(neighbours(get, 5, limit=2).items()) == surest, "and of those that are as sure, who was seen last"
    assert list(neighbours(get, 4, limit=1).items()) == surest[:1]


def test_what_is_not_known_has_none(api: FlaskClient) -> None:
    assert api.get(f"/api/channels/{channel_id(UNCONFIRMED)}/neighbours").status_code == 404
    assert api.get("/api/channels/UCx/neighbours").status_code == 422
    assert api.get(f"/api/channels/{channel_id(0)}/neighbours?directon=in").status_code == 422


def test_an_edge_that_is_older_says_less(wiring: Wiring, get: Get) -> None:
    change(wiring, "update channel_discoveries set last_seen = :then returning 1", then=NOON - timedelta(days=30))
    faded = 0.5 ** (30 / 90)
    assert neighbours(get)[channel_id(2)] == pytest.approx(0.6 * faded, abs=1e-4)
