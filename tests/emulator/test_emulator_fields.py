"""Partial responses."""

from typing import Any

import pytest

from emulator.control import Control
from emulator.fields import apply_mask, read_mask
from tests.emulator.asking import Asker

WHOLE = {
    "kind": "k",
    "pageInfo": {"totalResults": 2, "resultsPerPage": 5},
    "items": [
        {
            "id": "a",
            "snippet": {"title": "A", "thumbnails": {"default": {"url": "u"}}},
            "statistics": {"viewCount": "1"},
        },
        {"id": "b", "snippet": {"title": "B"}},
    ],
}


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ("kind", {"kind": "k"}),
        ("*", WHOLE),
        ("items/id", {"items": [{"id": "a"}, {"id": "b"}]}),
        ("items(id)", {"items": [{"id": "a"}, {"id": "b"}]}),
        ("kind,items(id,snippet/title)", {
            "kind": "k",
            "items": [{"id": "a", "snippet": {"title": "A"}}, {"id": "b", "snippet": {"title": "B"}}],
        }),
        ("items/snippet/thumbnails/default/url", {
            "items": [{"snippet": {"thumbnails": {"default": {"url": "u"}}}}, {"snippet": {}}],
        }),
        ("items(statistics(viewCount))", {"items": [{"statistics": {"viewCount": "1"}}, {}]}),
        ("items/*/title", {"items": [{"snippet": {"title": "A"}, "statistics": {}},
                                     {"snippet": {"title": "B"}}]}),
        ("items/id,items/statistics", {"items": [{"id": "a", "statistics": {"viewCount": "1"}}, {"id": "b"}]}),
        ("pageInfo,pageInfo/totalResults", {"pageInfo": {"totalResults": 2, "resultsPerPage": 5}}),
        ("nextPageToken", {}),
        (" kind , items( id ) ", {"kind": "k", "items": [{"id": "a"}, {"id": "b"}]}),
    ],
)  # fmt: skip
def test_a_mask_leaves_what_it_names(fields: str, left: dict[str, Any]) -> None:
    assert apply_mask(read_mask(fields, "ChannelListResponse"), WHOLE) == left


@pytest.mark.parametrize(
    "fields",
    ["nothing", "items/nothing", "items(id", "items)", "items(id))", ",", "items/", "/", "()", "items()", "a,,b",
     "items/snippet/title/more", "kind/more"],
)  # fmt: skip
def test_a_mask_that_matches_nothing_is_refused(ask: Asker, fields: str) -> None:
    error = ask.error(part="id", id="x", fields=fields)
    assert error["message"] == "Request contains an invalid argument."
    [violation] = error["details"][0]["fieldViolations"]
    assert violation["field"] == fields
    assert violation["description"].startswith("Error expanding 'fields' parameter.")


def test_translations_may_be_named_by_any_language(ask: Asker, control: Control) -> None:
    ids = ",".join(control.channel_ids(50))
    items = ask.items(part="localizations", id=ids, fields="items(id,localizations/en/title)")
    titles = [item["localizations"] for item in items if item.get("localizations")]
    assert titles
    assert all(found == {"en": {"title": found["en"]["title"]}} for found in titles)


def test_a_mask_does_not_change_what_it_leaves(ask: Asker, control: Control) -> None:
    ids = ",".join(control.channel_ids(20))
    whole = ask(part="snippet,statistics", id=ids).json()
    masked = ask(part="snippet,statistics", id=ids, fields="items(id,etag,snippet,statistics,kind)").json()
    assert masked == {"items": whole["items"]}
