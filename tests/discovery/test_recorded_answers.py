"""The methods on what YouTube and its users have really said."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from discovery.contract import Place, Seed
from discovery.driving import drive
from discovery.methods.comment_authors import CommentAuthors
from discovery.methods.featured_channels import FeaturedChannels
from discovery.methods.keyword_search import KeywordSearch
from discovery.methods.playlist_owners import PlaylistOwners
from discovery.methods.public_subscriptions import PublicSubscriptions
from discovery.methods.trending_charts import TrendingCharts
from discovery.names import channel_ids, is_channel_id, is_handle, linked_handles, mentioned_handles

pytestmark = pytest.mark.real_data
SEED = Seed("UC" + 21 * "A" + "Q", keywords=("paper boats",), playlist_ids=("PL" + 32 * "A",))
_MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


@pytest.fixture(scope="module")
def recorded() -> Path:
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    return Path(root) / "recorded"


def answers(recorded: Path, method: str) -> Iterator[Mapping[str, Any]]:
    for file in sorted((recorded / method).glob("*.json")):
        answer = json.loads(file.read_bytes())
        if isinstance(answer, dict):
            yield answer


@pytest.mark.parametrize(
    ("method", "member", "where", "at_least"),
    [
        ("playlistItems.list", PlaylistOwners(), r'"videoOwnerChannelId": "([^"]+)"', 30),
        ("subscriptions.list", PublicSubscriptions(), r'"resourceId": \{[^}]*"channelId": "([^"]+)"', 60),
        ("commentThreads.list", CommentAuthors(), r'"authorChannelId": \{"value": "([^"]+)"\}', 400),
        ("channelSections.list", FeaturedChannels(), r'"channels": \["([^]]+)"\]', 0),
        ("search.list", KeywordSearch(), r'"kind": "youtube#channel", "channelId": "([^"]+)"', 30),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(".list") else "",
)
def test_all_channels_of_real_answers_are_found(
    recorded: Path, method: str, member: FeaturedChannels, where: str, at_least: int
) -> None:
    total = set()
    for answer in answers(recorded, method):
        told = {one for found in re.findall(where, json.dumps(answer)) for one in found.split('", "')}
        found = {one.channel for one in drive(member.explore(SEED), lambda _, whole=answer: whole).found}  # type: ignore[misc]
        assert found == set(filter(is_channel_id, told))
        total |= found
    assert len(total) >= at_least


def test_the_channels_of_real_charts_are_found(recorded: Path) -> None:
    for answer in answers(recorded, "videos.list"):
        once = {name: value for name, value in answer.items() if name != "nextPageToken"}
        found = drive(TrendingCharts().explore(Place("US")), lambda _, whole=once: whole).found  # type: ignore[misc]
        snippets = [item.get("snippet", {}) for item in answer.get("items", [])]
        told = [snippet["channelId"] for snippet in snippets if "channelId" in snippet]
        assert [one.channel for one in found] == told


@pytest.fixture(scope="module")
def texts(recorded: Path) -> set[str]:
    """Titles and descriptions of whatever was recorded."""
    kinds = ("videos.list", "channels.list", "playlistItems.list", "search.list", "playlists.list")
    items = (item for kind in kinds for answer in answers(recorded, kind) for item in answer.get("items", []))
    said = (item.get("snippet", {}).get(name) for item in items for name in ("title", "description"))
    return {text for text in said if isinstance(text, str)}


def test_what_real_texts_name(texts: set[str]) -> None:
    named = {channel for text in texts for channel in channel_ids(text)}
    linked = {handle for text in texts for handle in linked_handles(text)}
    mentioned = {handle for text in texts for handle in mentioned_handles(text)}
    assert len(named) > 100
    assert len(linked) > 80
    assert len(mentioned) > 200
    assert all(map(is_channel_id, named))
    assert all(map(is_handle, linked | mentioned))


def test_nobody_is_found_by_a_mail_address_or_on_another_network(texts: set[str]) -> None:
    hosts = {host.lower() for text in texts for host in _MAIL.findall(text)}
    elsewhere = re.compile(r"^\W*(?:instagram|ig|twitter|tik ?tok)\W*@(\S+)\s*$", re.IGNORECASE)
    lines = [line for text in texts for line in text.splitlines()]
    assert len(hosts) > 20
    assert {handle[1:] for text in texts for handle in mentioned_handles(text)} & hosts == set()
    foreign = [line for line in lines if elsewhere.match(line)]
    assert len(foreign) > 5
    assert [line for line in foreign if list(mentioned_handles(line))] == []
