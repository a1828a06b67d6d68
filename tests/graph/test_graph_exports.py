"""/api/graph/export: files that networkx reads back as what is stored, whatever titles hold."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import networkx as nx
import pytest
from flask.testing import FlaskClient

from app.graph import exports
from app.graph.exports import FORMATS
from app.graph.model import Link, Node
from app.graph.routes import MOST_EXPORTED, MOST_EXPORTS
from app.spreadsheets import harmless
from app.wiring import Wiring
from tests.catalog.facts import HOSTILE
from tests.graph.edges import NOON, Row, add_channels, add_edges, channel_id

UNCONFIRMED = 999
CONTROL = "a\x01b\x08c\x0bd\x1fe\ufffef\uffffg\x7fh"
TITLES = [*HOSTILE, CONTROL, "a\r\nb\rc", "]]>", "&lt;", "", "+1", "-2", "@x", "\t=1+1", "\uff1d1", " =1", "plain"]
Read = Callable[[io.BytesIO], "nx.Graph[str]"]
READERS: list[tuple[str, Read]] = [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)]
DAY_AGO = NOON - timedelta(days=1)


@pytest.fixture
def hostile(wiring: Wiring) -> list[Row]:
    for number, title in enumerate(TITLES):
        add_channels(wiring, [number], title=title, country="NZ", subscriber_count=2**62)
    add_channels(wiring, [len(TITLES)])  # of which nothing is known
    rows = [Row(n, n + 1, confidence=0.5, last_seen=DAY_AGO) for n in range(len(TITLES))]
    rows += [Row(n, n + 1, "mentions", 0.2, service="stored", evidence=("x", "y")) for n in range(0, len(TITLES), 2)]
    add_edges(wiring, [*rows, Row(0, UNCONFIRMED), Row(UNCONFIRMED, 0), Row(None, 0, "charts"), Row(1, 1)])
    return rows


def exported(api: FlaskClient, kind: str, **query: object) -> bytes:
    answer = api.get("/api/graph/export", query_string={"format": kind, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="graph.{kind}"'
    document: bytes = answer.data
    return document


def readable(text: str) -> str:
    return "".join(one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))


def true_nodes() -> dict[str, dict[str, Any]]:
    known = {
        channel_id(number): {"label": readable(title) or channel_id(number), "country": "NZ", "subscriber_count": 2**62}
        for number, title in enumerate(TITLES)
    }
    nothing = channel_id(len(TITLES))
    return {**known, nothing: {"label": nothing}}


def true_edges(rows: list[Row]) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    faded = 0.5 * 0.5 ** (1 / 90)
    for row in rows:
        both = row.method == "mentions" or row.source is None or row.source % 2 == 0
        found[channel_id(row.source or 0), channel_id(row.discovered)] = {
            "weight": pytest.approx(1 - (1 - faded) * 0.8 if both else faded, abs=1e-4),
            "methods": "featured_channels mentions" if both else "featured_channels",
            "services": "stored youtube" if both else "youtube",
            "evidence_count": 3 if both else 1,
            "first_seen": DAY_AGO.isoformat(),
            "last_seen": (NOON if both else DAY_AGO).isoformat(),
        }
    return found


def edges_of(graph: "nx.Graph[str]") -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (a, b): {name: value for name, value in data.items() if name != "id"} for a, b, data in graph.edges(data=True)
    }


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_xml_is_read_back_as_it_is_stored(api: FlaskClient, hostile: list[Row], kind: str, read: Read) -> None:
    graph = read(io.BytesIO(exported(api, kind)))
    assert graph.is_directed()
    assert not graph.is_multigraph()
    assert {node: graph.nodes[node] for node in graph} == true_nodes()
    assert edges_of(graph) == true_edges(hostile)


def test_csv_has_the_same_links(api: FlaskClient, hostile: list[Row]) -> None:
    lines = list(csv.DictReader(io.StringIO(exported(api, "csv").decode(), newline="")))
    titles = {channel_id(number): title for number, title in enumerate([*TITLES, ""])}
    for line in lines:
        assert line.pop("source_title") == harmless(titles[line["source"]])
        assert line.pop("target_title") == harmless(titles[line["target"]])
    read: nx.DiGraph[str] = nx.DiGraph()
    for line in lines:
        told: dict[str, Any] = {**line, "weight": float(line["weight"]), "evidence_count": int(line["evidence_count"])}
        read.add_edge(told.pop("source"), told.pop("target"), **told)
    assert len(lines) == read.number_of_edges()
    assert edges_of(read) == true_edges(hostile)


@pytest.mark.usefixtures("hostile")
def test_no_cell_begins_as_a_formula(api: FlaskClient) -> None:
    for line in csv.reader(io.StringIO(exported(api, "csv").decode(), newline="")):
        for cell in line:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), cell
    assert harmless("=1") == "'=1"
    assert harmless("plain - text") == "plain - text"


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(("kind", "read"), READERS)
def test_a_part_is_the_part_that_is_chosen(api: FlaskClient, kind: str, read: Read) -> None:
    around = read(io.BytesIO(exported(api, kind, around=channel_id(5), depth=2)))
    assert set(around) == {channel_id(number) for number in (3, 4, 5, 6, 7)}
    assert around.number_of_edges() == 4
    stored = read(io.BytesIO(exported(api, kind, method="mentions")))
    assert {data["methods"] for *_, data in stored.edges(data=True)} == {"mentions"}
    answer = api.get("/api/graph/export", query_string={"format": kind, "max_nodes": 4})
    assert answer.headers["X-Cut"] == "there are more channels"
    assert len(read(io.BytesIO(answer.data))) == 4


@pytest.mark.parametrize(("kind", "read"), READERS)
def test_nothing_is_a_document_as_well(api: FlaskClient, kind: str, read: Read) -> None:
    assert len(read(io.BytesIO(exported(api, kind)))) == 0
    [header] = exported(api, "csv").decode().splitlines()
    assert header.startswith("source,target,weight,")


def test_a_document_is_made_while_it_is_read() -> None:
    """However many there are: what was not asked for yet was not taken from the database either."""
    taken = 0

    def nodes() -> Any:  # noqa: ANN401 - without an end
        nonlocal taken
        while True:
            taken += 1
            yield Node(channel_id(taken), "x", None, None, None, None, None)

    def links() -> Any:  # noqa: ANN401 - without an end
        while True:
            yield Link(channel_id(1), channel_id(2), None, None, 0.5, ["a"], ["b"], 1, NOON, NOON)

    for kind in FORMATS.values():
        first = next(exports.document(kind, nodes() if kind != FORMATS["csv"] else [], links()))
        assert len(first) < 500_000
        assert taken < 1_100


@pytest.mark.usefixtures("hostile")
def test_so_many_exports_at_once(api: FlaskClient) -> None:
    link = "/api/graph/export?format=gexf"
    begun = [api.get(link, buffered=False) for _ in range(MOST_EXPORTS)]
    refused = api.get(link)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    for answer in begun:
        answer.close()
    assert api.get(link).status_code == 200


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("query", [{}, {"around": channel_id(0), "depth": 4}])
def test_as_many_as_can_be_asked_for(api: FlaskClient, query: dict[str, Any]) -> None:
    assert len(exported(api, "csv", max_nodes=MOST_EXPORTED, min_confidence=1e-320, **query).splitlines()) > 4


def test_what_cannot_be_exported(api: FlaskClient) -> None:
    for _ in range(MOST_EXPORTS + 1):  # a refusal holds nothing
        assert api.get(f"/api/graph/export?format=csv&around={channel_id(1)}").status_code == 404
    assert api.get("/api/graph/export?format=exe").status_code == 422
    assert api.get("/api/graph/export?format=csv&around=").status_code == 422
    assert api.get(f"/api/graph/export?format=csv&max_nodes={MOST_EXPORTED + 1}").status_code == 422
    assert api.get("/api/graph/export").status_code == 422
