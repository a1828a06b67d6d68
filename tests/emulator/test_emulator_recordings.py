"""Recorded answers to the very requests that they answered: byte for byte."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY

A, B, C = (f"UC{letter * 21}A" for letter in "abc")
LIST = "PLrecorded"
BYTES = b"""{"kind":   "youtube#channelListResponse", "etag": "\\"of/old\\"",
\t"pageInfo": {"totalResults":2,"resultsPerPage":5}, "items": [
{"kind": "youtube#channel", "etag": "a", "id": "%s",
 "snippet": {"title": "\\u00c4", "customUrl": "@Some.One"}, "status": {}},
{"kind": "youtube#channel", "etag": "b", "id": "%s",
 "snippet": {"title": "B", "customUrl": "@b"}, "status": {"x": 1}}] }"""
CHANNELS = BYTES % (A.encode(), B.encode())


def _entries(first: int, **envelope: object) -> dict[str, Any]:
    """A page of a playlist, without the kind by which it could be told."""
    numbers = range(first, first + 2)
    items = [
        {"id": f"entry-{n}", "snippet": {"playlistId": LIST, "position": n}, "contentDetails": {}} for n in numbers
    ]
    return {"etag": f"page-{first}", **envelope, "items": items}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded")
    asked = (
        f"https://www.googleapis.com/youtube/v3/playlistItems?playlistId={LIST}&part=snippet,contentDetails&key=HIDDEN"
    )
    index = [
        {"file": "recorded/playlistItems.list/second.json", "http": {"uri": f"{asked}&maxResults=2&pageToken=SECOND"}},
        {"file": "odd/empty.json", "method": "channels.list", "http": {"uri": f"/?id={C}&part=snippet&hl=de"}},
        {"file": "odd/gone.json", "method": "search.list", "http": {"uri": "/?part=snippet&relatedToVideoId=x"}},
        {"file": "odd/late.json", "method": "no.method", "http": None},
        {"file": 1},
    ]
    files = {
        "playlistItems.list/first.json": json.dumps(_entries(0, nextPageToken="SECOND")),
        "playlistItems.list/second.json": json.dumps(_entries(2, prevPageToken="FIRST")),
        "odd/empty.json": '{"kind": "youtube#channelListResponse", "etag": "nobody"}',
        "odd/gone.json": '{"items": []}',
        "odd/late.json": json.dumps({"items": [{"kind": "youtube#channel", "id": C, "snippet": {"title": "late"}}]}),
        "odd/early.json": json.dumps({"items": [{"kind": "youtube#channel", "id": C, "snippet": {"title": "early"}}]}),
        "odd/more.json": json.dumps(
            {"items": [{"kind": "youtube#channel", "id": A, "statistics": {"viewCount": "7"}}]}
        ),
        "odd/error.json": '{"kind": "youtube#channelListResponse", "error": {"code": 403}, "items": []}',
        "INDEX.jsonl": "\n".join(["{broken", "[]", *map(json.dumps, index)]),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "channels.json").write_bytes(CHANNELS)
    return folder


@pytest.fixture(scope="module")
def emulator(folder: Path) -> Iterator[EmulatorServer]:
    with EmulatorServer(recorded=folder) as running:
        yield running


@pytest.fixture
def control(emulator: EmulatorServer) -> Iterator[Control]:
    with Control(emulator.url) as control:
        control.reset()
        yield control


@pytest.fixture
def client(emulator: EmulatorServer, control: Control) -> Iterator[httpx.Client]:
    assert control.faults() == []
    with httpx.Client(base_url=f"{emulator.url}/youtube/v3/", params={"key": KEY}) as client:
        yield client


def _get(client: httpx.Client, method: str = "channels", **query: str) -> httpx.Response:
    return client.get(method, params={**client.params, **query})


@pytest.mark.parametrize(
    "query",
    [
        {"part": "snippet,status", "id": f"{A},{B}"},
        {"part": "status,id,snippet", "id": f"{B},{A},{B}"},
        {"part": "snippet,status", "id": f"{A},{B}", "maxResults": "1", "prettyPrint": "false", "quotaUser": "me"},
    ],
)
def test_the_very_request_is_answered_byte_for_byte(client: httpx.Client, query: dict[str, str]) -> None:
    response = _get(client, **query)
    assert response.content == CHANNELS
    assert response.headers["etag"] == '"of/old"'
    assert response.headers["content-type"] == "application/json; charset=UTF-8"


def test_recorded_answers_are_known_by_their_own_etag(client: httpx.Client, control: Control) -> None:
    query = {"key": KEY, "part": "snippet,status", "id": f"{A},{B}"}
    response = client.get("channels", params=query, headers={"if-none-match": 'W/"other", W/"of/old"'})
    assert (response.status_code, response.content) == (304, b"")
    assert control.counters().count(outcome="not_modified") == 1


def test_recorded_answers_are_counted_charged_and_logged(client: httpx.Client, control: Control) -> None:
    control.set_quota("default", 1)
    assert [_get(client, part="snippet,status", id=f"{A},{B}").status_code for _ in range(2)] == [200, 403]
    assert (control.counters().used(), control.counters().count(outcome="ok")) == (1, 1)
    assert control.requests()[0].parameters["id"] == [f"{A},{B}"]


def test_recorded_answers_are_subject_to_faults(client: httpx.Client, control: Control) -> None:
    query = {"part": "snippet,status", "id": f"{A},{B}"}
    control.add_fault(Fault(kind=FaultKind.BACKEND_ERROR, next=1))
    assert _get(client, **query).status_code == 503
    control.add_fault(Fault(kind=FaultKind.TRUNCATED, next=1))
    with pytest.raises(httpx.RemoteProtocolError):
        _get(client, **query)
    control.add_fault(Fault(kind=FaultKind.PARTIAL, next=1))
    assert len(_get(client, **query).json()["items"]) == 1
    assert _get(client, **query).content == CHANNELS
    assert control.counters().used() == 4


def test_fewer_parts_are_cut_out_and_other_values_stay(client: httpx.Client) -> None:
    response = _get(client, part="status", id=f"{A},{B}")
    content = response.json()
    assert [{"id": item["id"], "status": item["status"]} for item in content["items"]] == [
        {"id": A, "status": {}},
        {"id": B, "status": {"x": 1}},
    ]
    assert all(item.keys() == {"kind", "etag", "id", "status"} for item in content["items"])
    assert content["pageInfo"] == {"totalResults": 2, "resultsPerPage": 5}
    assert response.headers["etag"] == f'"{content["etag"]}"' != '"of/old"'


def test_more_parts_come_from_other_recordings(client: httpx.Client) -> None:
    items = _get(client, part="snippet,statistics", id=f"{A},{B}").json()["items"]
    assert [item["snippet"]["title"] for item in items] == ["Ä", "B"]
    assert [item.get("statistics") for item in items] == [{"viewCount": "7"}, None]


def test_fields_are_cut_out(client: httpx.Client) -> None:
    whole = _get(client, part="snippet,status", id=f"{A},{B}", fields="items(id,snippet/title),etag")
    assert whole.json() == {
        "etag": whole.headers["etag"].strip('"'),
        "items": [{"id": A, "snippet": {"title": "Ä"}}, {"id": B, "snippet": {"title": "B"}}],
    }
    other = _get(client, part="snippet,status", id=f"{A},{B}", fields="items/id,etag")
    assert len({whole.headers["etag"], other.headers["etag"], '"of/old"'}) == 3


def test_some_of_the_ids_are_cut_out(client: httpx.Client) -> None:
    [item] = _get(client, part="snippet,status", id=B).json()["items"]
    assert (item["id"], item["snippet"], item["status"]) == (B, {"title": "B", "customUrl": "@b"}, {"x": 1})


def test_of_two_recordings_of_one_request_the_later_name_counts(client: httpx.Client, folder: Path) -> None:
    assert _get(client, part="snippet", id=C).content == (folder / "odd" / "late.json").read_bytes()


def test_an_answer_without_items_is_known_by_its_request(client: httpx.Client, folder: Path) -> None:
    assert _get(client, part="snippet", id=C, hl="de").content == (folder / "odd" / "empty.json").read_bytes()


@pytest.mark.parametrize("handle", ["@some.one", "SOME.ONE"])
def test_a_handle_leads_to_a_recorded_channel(client: httpx.Client, handle: str) -> None:
    [item] = _get(client, part="snippet", forHandle=handle).json()["items"]
    assert (item["id"], item["snippet"]["title"]) == (A, "Ä")


@pytest.mark.parametrize(("token", "file"), [({}, "first"), ({"pageToken": "SECOND"}, "second")])
def test_a_playlist_is_served_page_by_page(
    client: httpx.Client, folder: Path, token: dict[str, str], file: str
) -> None:
    query = {"part": "snippet,contentDetails", "playlistId": LIST, **token}
    page = (folder / "playlistItems.list" / f"{file}.json").read_bytes()
    assert _get(client, "playlistItems", **query).content == page
    ids = [item["id"] for item in json.loads(page)["items"]]
    part = _get(client, "playlistItems", **{**query, "part": "contentDetails"}).json()
    assert [item["id"] for item in part["items"]] == ids
    assert part.get("nextPageToken") == json.loads(page).get("nextPageToken")


def test_a_request_is_checked_as_if_nothing_were_recorded(client: httpx.Client) -> None:
    too_many = ",".join([A, B] * 26)
    assert _get(client, part="snippet,status", id=too_many).json()["error"]["errors"][0]["reason"] == "invalidFilters"
    assert _get(client, part="snippet,status", id=f"{A},{B}", order="date").status_code == 400
    assert _get(client, part="nonsense", id=f"{A},{B}").status_code == 400
    assert _get(client, "search", part="snippet", relatedToVideoId="x").status_code == 400
