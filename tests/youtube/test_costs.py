"""The table of costs says what YouTube's own discovery document and our documentation say."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from app.youtube.costs import METHODS
from app.youtube.errors import ErrorKind


@pytest.fixture(scope="module")
def discovery() -> dict[str, Any]:
    documents = resources.files("googleapiclient.discovery_cache") / "documents"
    described: dict[str, Any] = json.loads((documents / "youtube.v3.json").read_text())["resources"]
    return described


@pytest.mark.parametrize("method", METHODS)
def test_every_method_exists_and_its_page_is_as_large_as_it_may_be(method: str, discovery: dict[str, Any]) -> None:
    resource, _, name = method.partition(".")
    described = discovery[resource]["methods"][name]
    assert described["httpMethod"] == "GET"
    largest = described["parameters"].get("maxResults", {}).get("maximum")
    assert METHODS[method].max_page == (int(largest) if largest else None)


@pytest.mark.parametrize("method", METHODS)
def test_ids_are_packed_where_the_method_takes_many(method: str, discovery: dict[str, Any]) -> None:
    resource, _, name = method.partition(".")
    ids = discovery[resource]["methods"][name]["parameters"].get("id", {})
    assert METHODS[method].max_ids in ({None, 50} if ids.get("repeated") else {None})
    if "cannot exceed" in ids.get("description", ""):
        assert f"cannot exceed {METHODS[method].max_ids}." in ids["description"]


def test_every_method_that_reads_has_a_price_or_a_reason_for_none(discovery: dict[str, Any]) -> None:
    reads = {
        f"{resource}.{name}"
        for resource, described in discovery.items()
        for name, method in described.get("methods", {}).items()
        if method["httpMethod"] == "GET"
    }
    of_the_owner = {
        "captions.download",
        "captions.list",
        "liveBroadcasts.list",
        "liveChatMessages.list",
        "liveChatModerators.list",
        "liveStreams.list",
        "members.list",
        "membershipsLevels.list",
        "superChatEvents.list",
        "thirdPartyLinks.list",
        "videos.getRating",
    }  # fmt: skip - a list of words
    of_unknown_price = {"playlistImages.list", "videoTrainability.get"}
    assert reads == set(METHODS) | of_the_owner | of_unknown_price


def test_searches_and_statistics_have_their_own_buckets() -> None:
    special = {method: cost.bucket for method, cost in METHODS.items() if cost.bucket != "default"}
    assert special == {"search.list": "search", "videos.batchGetStats": "videos.batchGetStats"}
    assert {cost.units for cost in METHODS.values()} == {1}


def test_the_documentation_names_every_method_and_every_kind_of_error() -> None:
    text = (Path(__file__).parents[2] / "docs" / "youtube.md").read_text(encoding="utf-8")
    assert [name for name in [*METHODS, *ErrorKind] if f"`{name}`" not in text] == []
