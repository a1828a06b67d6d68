"""What is taken from playlists.list and playlistItems.list, above all of entries whose video is gone."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.youtube.methods.playlist_items import (
    EntryKind,
    PlaylistEntry,
    Upload,
    parse_entries,
    parse_uploads,
    uploads_request,
)
from app.youtube.methods.playlists import PlaylistFacts, parse_playlists
from tests.youtube.cases import CHANNEL, ENTRY_ITEM, OTHER, PLAYLIST, PLAYLIST_ITEM, PRIVATE_ENTRY, VIDEO

THEN, LATER = datetime(2020, 7, 29, 6, 53, 50, 717729, UTC), datetime(2021, 1, 1, tzinfo=UTC)


def test_all_that_is_known_of_a_playlist() -> None:
    assert parse_playlists({"items": [PLAYLIST_ITEM]}) == (
        PlaylistFacts(
            playlist_id=PLAYLIST,
            channel_id=CHANNEL,
            channel_title="Paper & Co",
            title="Paper Boats",
            description="Boats of paper.\nAnd rivers.",
            published_at=THEN,
            default_language="en",
            thumbnail_url="https://t/maxres",
            item_count=67,
            privacy="public",
        ),
    )


def test_all_that_is_known_of_an_entry() -> None:
    assert parse_entries({"items": [ENTRY_ITEM]}) == (
        PlaylistEntry(
            entry_id="entry",
            playlist_id=PLAYLIST,
            position=0,
            added_at=LATER,
            video_id=VIDEO,
            kind=EntryKind.AVAILABLE,
            title="Paper Boats",
            owner_channel_id=OTHER,
            video_published_at=THEN,
        ),
    )


def test_a_private_video_keeps_its_place_in_the_list() -> None:
    (entry,) = parse_entries({"items": [PRIVATE_ENTRY]})
    assert (entry.video_id, entry.kind, entry.owner_channel_id) == (VIDEO, EntryKind.PRIVATE, None)


GONE = {"contentDetails": {"videoId": VIDEO}}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"snippet": {"title": "Deleted video"}, "status": {"privacyStatus": "privacyStatusUnspecified"}}, "deleted"),
        ({"snippet": {"title": "Gelöschtes Video"}}, "deleted"),
        ({}, "deleted"),
        ({"snippet": {"title": "Privates Video"}, "status": {"privacyStatus": "private"}}, "private"),
        ({"snippet": {"title": "Private video"}}, "private"),
        ({"snippet": {"title": "Private video", "videoOwnerChannelId": OTHER}}, "available"),
        ({"snippet": {"title": "Deleted video"}, "contentDetails": ENTRY_ITEM["contentDetails"]}, "available"),
    ],
)
def test_what_has_become_of_a_video_is_not_told_by_its_title_alone(said: dict[str, Any], kind: str) -> None:
    (entry,) = parse_entries({"items": [{"id": "entry", **GONE, **said}]})
    assert entry.kind == kind


def test_uploads_are_asked_for_with_the_smallest_part() -> None:
    request = uploads_request("UU" + CHANNEL[2:])
    assert request.params["part"] == "contentDetails"
    assert parse_uploads({"items": [ENTRY_ITEM, GONE]}) == (Upload(VIDEO, THEN), Upload(VIDEO, None))


def recorded_items(recorded: Path, method: str) -> Iterator[tuple[dict[str, Any], Any]]:
    parse = {"playlistItems.list": parse_entries, "playlists.list": parse_playlists}[method]
    for file in sorted((recorded / method).glob("*.json")):
        answer = json.loads(file.read_bytes())
        yield from zip(answer.get("items", []), parse(answer), strict=True)


@pytest.mark.real_data
def test_what_the_recorded_entries_tell(recorded: Path) -> None:
    pairs = list(recorded_items(recorded, "playlistItems.list"))
    assert len(pairs) >= 1036
    for item, entry in pairs:
        snippet, details = item.get("snippet", {}), item.get("contentDetails", {})
        assert (entry.entry_id, entry.position) == (item["id"], snippet.get("position"))
        assert entry.video_id == details.get("videoId", "")
        assert entry.owner_channel_id == snippet.get("videoOwnerChannelId")
    # Answers of today tell the owner and the date of every video that is there.
    told = [(item, entry) for item, entry in pairs if "status" in item and {"snippet", "contentDetails"} <= set(item)]
    private = [entry.kind for item, entry in told if item["snippet"]["title"] == "Private video"]
    assert private == [EntryKind.PRIVATE] * 2
    others = {entry.kind for item, entry in told if item["snippet"]["title"] != "Private video"}
    assert others == {EntryKind.AVAILABLE}


@pytest.mark.real_data
def test_what_the_recorded_playlists_tell(recorded: Path) -> None:
    pairs = list(recorded_items(recorded, "playlists.list"))
    assert len(pairs) >= 224
    for item, facts in pairs:
        assert facts.title == item.get("snippet", {}).get("title", "")
        assert facts.channel_id == item.get("snippet", {}).get("channelId")
        assert facts.item_count == item.get("contentDetails", {}).get("itemCount")
    assert {facts.privacy for _, facts in pairs} == {None, "public", "unlisted", "private"}
