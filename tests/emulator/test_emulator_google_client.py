"""Google's own client library, unmodified, against the emulator."""

import http.client
import json
from typing import TYPE_CHECKING, Any

import googleapiclient.errors
import pytest
from googleapiclient.discovery import build

from emulator.accounts import fingerprint
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.faults import FAILURES, REFUSALS
from emulator.messages import Fault
from emulator.methods.registry import METHODS
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY
from tests.emulator.conformance.walk import Walk
from tests.emulator.test_emulator_errors import SHAPES

if TYPE_CHECKING:
    from googleapiclient._apis.youtube.v3 import YouTubeResource  # exists only in the stubs


@pytest.fixture
def youtube(server: EmulatorServer, control: Control) -> "YouTubeResource":
    assert control.faults() == []
    return build("youtube", "v3", developerKey=KEY, client_options={"api_endpoint": server.url})


def test_channels_are_listed(youtube: "YouTubeResource", control: Control) -> None:
    ids = control.channel_ids(50)
    answer = youtube.channels().list(part="snippet,statistics", id=ids).execute()
    assert {item["id"] for item in answer["items"]} == set(ids)
    assert answer["pageInfo"]["totalResults"] == 50
    assert youtube.channels().list_next(youtube.channels().list(part="id", id=ids), answer) is None
    assert control.counters().count(key=fingerprint(KEY), outcome="ok") == 1


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_answers_the_library(youtube: "YouTubeResource", walk: Walk, method: str) -> None:
    asked = {"part": "snippet", **walk.example(method).base}
    resource, verb = method.split(".")
    answer = getattr(getattr(youtube, resource)(), verb)(**asked).execute()
    assert answer["items"]
    assert answer["items"] == walk.door.content(method, asked)["items"]


def test_the_library_turns_the_pages(youtube: "YouTubeResource", walk: Walk, control: Control) -> None:
    entries = youtube.playlistItems()
    request: Any = entries.list(part="snippet", playlistId=walk.finds.uploads, maxResults=2)
    found = []
    while request is not None:
        answer = request.execute()
        found += [item["id"] for item in answer["items"]]
        request = entries.list_next(request, answer)
    assert found == walk.finds.playlist_item_ids
    assert control.counters().count(method="playlistItems.list") == -(-len(found) // 2) > 2


def test_an_empty_quota_is_an_error_of_its_bucket(youtube: "YouTubeResource", walk: Walk, control: Control) -> None:
    for bucket in ("default", "search"):
        control.set_quota(bucket, 1)
    requests = (
        youtube.channels().list(part="id", id=walk.finds.channel_ids[0]),
        youtube.search().list(part="snippet", q=walk.finds.word),
    )
    for request, status in zip(requests, (403, 429), strict=True):
        assert request.execute()["items"]
        with pytest.raises(googleapiclient.errors.HttpError) as caught:
            request.execute()
        assert caught.value.status_code == status


def test_a_query_too_long_for_an_address_is_posted(youtube: "YouTubeResource", control: Control) -> None:
    ids = control.channel_ids(50)
    fields = "items(" + ",".join(["id", "snippet/title", "statistics/viewCount"] * 30) + ")"
    request = youtube.channels().list(part="snippet,statistics", id=ids, fields=fields)
    assert len(request.uri) > 2048
    items = request.execute()["items"]
    assert len(items) == 50
    assert all(item.keys() == {"id", "snippet", "statistics"} for item in items)
    assert control.counters().used() == 1


@pytest.mark.parametrize("kind", [kind for kind in (*REFUSALS, *FAILURES) if kind in SHAPES])
def test_every_error_is_an_http_error(youtube: "YouTubeResource", control: Control, kind: FaultKind) -> None:
    control.add_fault(Fault(kind=kind, next=1))
    with pytest.raises(googleapiclient.errors.HttpError) as caught:
        youtube.channels().list(part="id", id=control.channel_ids(1)).execute()
    status, reason, _, detail = SHAPES[kind]
    assert caught.value.status_code == status
    error = json.loads(caught.value.content)["error"]
    assert (error["errors"][0]["reason"], error.get("details", [{}])[-1].get("reason")) == (reason, detail)


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        (FaultKind.RESET, ConnectionResetError),
        (FaultKind.TRUNCATED, http.client.IncompleteRead),
        (FaultKind.HTML_502, googleapiclient.errors.HttpError),
    ],
)
def test_what_breaks_on_the_wire_breaks_in_the_library(
    youtube: "YouTubeResource", control: Control, kind: FaultKind, raised: type[Exception]
) -> None:
    control.add_fault(Fault(kind=kind))
    with pytest.raises(raised):
        youtube.channels().list(part="id", id=control.channel_ids(1)).execute()


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.EMPTY])
def test_what_is_not_json_passes_the_library_as_text(
    youtube: "YouTubeResource", control: Control, kind: FaultKind
) -> None:
    control.add_fault(Fault(kind=kind))
    answer: object = youtube.channels().list(part="id", id=control.channel_ids(1)).execute()
    assert isinstance(answer, str)  # not an error: whoever uses the library has to look for themselves
