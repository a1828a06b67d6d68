"""/api/discoveries: every edge once, with what speaks for it, by filter and page."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.catalog.facts import HOSTILE
from tests.graph.conftest import Get
from tests.graph.edges import NOON, Row, add_channels, add_edges, channel_id

UNCONFIRMED = 9
WEEK_AGO = NOON - timedelta(days=7)
ROWS = [
    Row(0, 1),
    Row(0, 2, "subscriptions", 0.9),
    Row(1, 0, last_seen=WEEK_AGO),
    Row(2, 1, "mentions", 0.1, service="stored", evidence=("video dQw4w9WgXcQ", "channel")),
    Row(None, 2, "charts", 0.3),
]


@pytest.fixture(autouse=True)
def graph(wiring: Wiring) -> None:
    add_channels(wiring, range(3), title=HOSTILE[1])
    add_edges(wiring, [*ROWS, Row(0, UNCONFIRMED), Row(UNCONFIRMED, 0), Row(None, UNCONFIRMED, "charts")])


def told(row: dict[str, Any]) -> tuple[str | None, str, str]:
    return row["source_channel_id"], row["discovered_channel_id"], row["method"]


def meant(row: Row) -> tuple[str | None, str, str]:
    return None if row.source is None else channel_id(row.source), channel_id(row.discovered), row.method


def test_an_edge_is_told_with_its_evidence(get: Get) -> None:
    [row] = get("/api/discoveries", method="mentions")["discoveries"]
    del row["id"]
    assert row == {
        "source_channel_id": channel_id(2),
        "source_title": HOSTILE[1],
        "discovered_channel_id": channel_id(1),
        "discovered_title": HOSTILE[1],
        "method": "mentions",
        "service": "stored",
        "confidence": 0.1,
        "evidence_count": 2,
        "evidence": ["video dQw4w9WgXcQ", "channel"],
        "first_seen": NOON.isoformat(),
        "last_seen": NOON.isoformat(),
    }


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"source": channel_id(0)}, [0, 1]),
        ({"discovered": channel_id(1)}, [0, 3]),
        ({"discovered": channel_id(2)}, [1, 4]),
        ({"source": channel_id(0), "discovered": channel_id(2)}, [1]),
        ({"source": channel_id(UNCONFIRMED)}, []),
        ({"method": "featured_channels"}, [0, 2]),
        ({"method": "' or true; --"}, []),
        ({"service": "stored"}, [3]),
        ({"min_confidence": 0.3}, [0, 1, 2, 4]),
        ({"min_confidence": 0.9}, [1]),
        ({"min_confidence": 1e-320}, [0, 1, 2, 3, 4]),
        ({"since": NOON.isoformat()}, [0, 1, 3, 4]),
        ({"since": WEEK_AGO.isoformat()}, [0, 1, 2, 3, 4]),
    ],
)
def test_filters(get: Get, query: dict[str, Any], places: list[int]) -> None:
    assert [told(row) for row in get("/api/discoveries", **query)["discoveries"]] == [meant(ROWS[n]) for n in places]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_every_edge_comes_once(api: FlaskClient, limit: int) -> None:
    following: str | None = f"/api/discoveries?limit={limit}&min_confidence=0.1"
    found = []
    while following:
        answer = api.get(following)
        found += answer.get_json()["discoveries"]
        assert ("Link" in answer.headers) == (answer.get_json()["next"] is not None)
        following = answer.headers.get("Link", "").removesuffix('>; rel="next"').removeprefix("<")
    assert [told(row) for row in found] == [meant(row) for row in ROWS]


@pytest.mark.parametrize(
    "query",
    ["source=", "discovered=", f"after={'1' * 5_000}", "after=x", "after=-1", "after=9223372036854775808", "after=²",
     "source=x", "min_confidence=2", "since=2026-01-01",
     "min_confidence=nan", "sorce=x"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(api: FlaskClient, query: str) -> None:
    answer = api.get(f"/api/discoveries?{query}")
    assert answer.status_code == 422, answer.text
