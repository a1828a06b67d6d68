"""python-youtube, unmodified, against the emulator: only its BASE_URL is another."""

from collections.abc import Mapping

import pytest
import pyyoutube

from emulator.accounts import KeyState, fingerprint
from emulator.control import Control
from emulator.methods.registry import METHODS
from emulator.server import EmulatorServer
from tests.emulator.asking import KEY
from tests.emulator.conformance.walk import Walk

LISTS = sorted(method for method in METHODS if method != "videos.batchGetStats")
"""What the library knows."""

NAMES = {
    "channelId": "channel_id",
    "parentId": "parent_id",
    "playlistId": "playlist_id",
    "q": "q",
    "regionCode": "region_code",
    "videoId": "video_id",
}


@pytest.fixture
def client(server: EmulatorServer, control: Control) -> pyyoutube.Client:
    assert control.faults() == []
    client = pyyoutube.Client(api_key=KEY, timeout=10)
    client.BASE_URL = f"{server.url}/youtube/v3/"
    client.session.trust_env = False  # a proxy in the environment must not come between a test and its emulator
    return client


@pytest.mark.parametrize("method", LISTS)
def test_every_list_is_read_into_its_types(client: pyyoutube.Client, walk: Walk, method: str) -> None:
    resource = method.removesuffix(".list")
    base = walk.example(method).base
    asked = {NAMES.get(name, f"{resource.removesuffix('s')}_id"): value for name, value in base.items()}
    answer = getattr(client, resource).list(parts="snippet", **asked)
    content = walk.door.content(method, {"part": "snippet", **base})
    assert answer.items
    assert [_identity(item.id) for item in answer.items] == [_identity(item["id"]) for item in content["items"]]
    assert [item.snippet.to_dict().get("title") for item in answer.items] == [
        item["snippet"].get("title") for item in content["items"]
    ]


def _identity(name: object) -> object:
    """Search results have objects for ids."""
    if isinstance(name, str):
        return name
    fields: Mapping[str, object] = name if isinstance(name, dict) else vars(name)
    return {value for value in fields.values() if value}


def test_fifty_channels_have_their_counts(client: pyyoutube.Client, walk: Walk, control: Control) -> None:
    ids = list(walk.finds.channel_ids[:50])
    answer = client.channels.list(channel_id=ids, parts=["snippet", "statistics"])
    assert {channel.id for channel in answer.items} == set(ids)
    assert answer.pageInfo.totalResults == 50
    whole = walk.door.items("channels.list", {"part": "statistics", "id": ",".join(ids)})
    views = {channel["id"]: channel["statistics"]["viewCount"] for channel in whole}
    assert {channel.id: str(channel.statistics.viewCount) for channel in answer.items} == views
    assert control.counters().count(key=fingerprint(KEY), outcome="ok") == 1


def test_its_pages_are_turned_by_their_tokens(client: pyyoutube.Client, walk: Walk) -> None:
    found, token = [], ""
    while token is not None:
        page = client.playlistItems.list(playlist_id=walk.finds.uploads, max_results=2, page_token=token)
        found += [item.id for item in page.items]
        token = page.nextPageToken
    assert found == walk.finds.playlist_item_ids


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [(KeyState.DEAD, 400, "API key not valid"), (KeyState.SERVICE_DISABLED, 403, "has not been used in project")],
)
def test_a_bad_key_is_its_exception(
    client: pyyoutube.Client, walk: Walk, control: Control, state: KeyState, status: int, words: str
) -> None:
    control.set_key_state(KEY, state)
    with pytest.raises(pyyoutube.PyYouTubeException) as caught:
        client.channels.list(channel_id=walk.finds.channel_ids[0])
    assert caught.value.status_code == status
    assert words in caught.value.message


def test_an_empty_quota_is_its_exception(client: pyyoutube.Client, walk: Walk, control: Control) -> None:
    control.set_quota("default", 1)
    assert client.channels.list(channel_id=walk.finds.channel_ids[0]).items
    with pytest.raises(pyyoutube.PyYouTubeException, match="exceeded your") as caught:
        client.channels.list(channel_id=walk.finds.channel_ids[0])
    assert caught.value.status_code == 403
