"""Every recorded answer of the real playlists.list and playlistItems.list goes through wire, job and database."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pytest

from app.jobs.states import Status
from app.playlists.model import Membership
from app.videos.ids import is_video_id
from app.wiring import Wiring
from app.youtube.methods.playlist_items import PlaylistEntry, parse_entries
from app.youtube.methods.playlists import PlaylistFacts, parse_playlists
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.playlists.conftest import run
from tests.replay import Replay, recorded

pytestmark = pytest.mark.real_data
CHANNEL = "UC" + "o" * 21 + "A"
Items = Sequence[Mapping[str, Any]]


@pytest.fixture
def wiring(make_wiring: MakeWiring, replay: Replay) -> Wiring:
    wiring = make_wiring(youtube_api_url=replay.url)
    add_key(wiring, 1)
    return wiring


def answer(items: Items) -> bytes:
    return json.dumps({"items": list(items)}).encode()


def items_of(body: bytes) -> Items:
    """There is one answer: a list without a next page."""
    items: Items = json.loads(body).get("items", ())
    return items


def fetch(wiring: Wiring) -> None:
    """Read the playlists of the channel, of which nothing is known yet."""
    change(wiring, "truncate playlists, playlist_items, videos cascade")
    job = run(wiring, channel_ids=[CHANNEL])
    assert (job.status, job.failed, job.skipped) == (Status.COMPLETED, 0, 0)


def test_every_recorded_playlist_comes_out_unchanged(wiring: Wiring, replay: Replay, subtests: pytest.Subtests) -> None:
    stored = 0
    replay.bodies["playlistItems"] = answer([])
    for file in recorded("playlists.list"):
        with subtests.test(file.name):
            items = items_of(file.read_bytes())
            replay.bodies["playlists"] = answer(items)
            told = parse_playlists({"items": items})
            fetch(wiring)
            assert {row[0] for row in sql(wiring, "select playlist_id from playlists")} == {
                item["id"] for item in items
            }
            for facts, item in zip(told, items, strict=True):
                compare_playlist(wiring, facts, item)
            stored += len(told)
    assert stored > 200
    assert broken(wiring) == []


def compare_playlist(wiring: Wiring, facts: PlaylistFacts, item: Mapping[str, Any]) -> None:
    playlist = wiring.playlists.read(facts.playlist_id)
    for field in fields(PlaylistFacts):
        if field.name != "channel_title":  # that of the channel is kept with it
            assert getattr(playlist, field.name) == getattr(facts, field.name), field.name
    # Against the recorded JSON itself, so that a fault of the parser cannot hide on both sides.
    snippet = item.get("snippet", {})
    assert (playlist.title, playlist.description) == (snippet.get("title", ""), snippet.get("description", ""))
    assert playlist.channel_id == snippet.get("channelId")
    assert playlist.item_count == item.get("contentDetails", {}).get("itemCount")
    assert playlist.privacy == item.get("status", {}).get("privacyStatus")


def test_every_recorded_entry_comes_out_unchanged(wiring: Wiring, replay: Replay, subtests: pytest.Subtests) -> None:
    stored = 0
    for file in recorded("playlistItems.list"):
        with subtests.test(file.name):
            items = items_of(file.read_bytes())
            if not items:
                continue
            playlist_id = list_of(items[0])
            ids = {item.get("contentDetails", {}).get("videoId", "") for item in items}
            replay.bodies["playlists"] = answer([{"id": playlist_id, "snippet": {"channelId": CHANNEL}}])
            replay.bodies["playlistItems"] = answer(items)
            replay.bodies["videos"] = answer([{"id": one, "snippet": {"channelId": CHANNEL}} for one in ids if one])
            fetch(wiring)
            rows = wiring.playlists.items(playlist_id, after=(-1, -(2**63)), gone=True, limit=1_000)
            found = {row.entry_id: row for _, row in rows}
            # Where pages were glued together and an entry stands in two of them, the last is believed.
            pairs = zip(parse_entries({"items": items}), items, strict=True)
            told = {facts.entry_id: (facts, item) for facts, item in pairs}
            assert set(found) == set(told)
            for entry_id, (facts, item) in told.items():
                compare_entry(found[entry_id], facts, item)
            shown = {row.video_id for row in found.values() if row.kind == "available" and row.video_id}
            assert {row[0] for row in sql(wiring, "select video_id from videos")} == shown
            stored += len(found)
    assert stored > 500
    assert broken(wiring) == []


def list_of(item: Mapping[str, Any]) -> str:
    """The list that an entry stands in: as it says, or as its id does."""
    if told := item.get("snippet", {}).get("playlistId"):
        return str(told)
    return base64.urlsafe_b64decode(item["id"] + "=" * (-len(item["id"]) % 4)).decode().partition(".")[0]


def compare_entry(row: Membership, facts: PlaylistEntry, item: Mapping[str, Any]) -> None:
    for name in ("position", "added_at", "owner_channel_id", "video_published_at"):
        assert getattr(row, name) == getattr(facts, name), name
    assert (row.kind, row.gone_at) == (facts.kind.value, None)
    assert row.title == (facts.title if row.kind == "available" else None)
    snippet = item.get("snippet", {})
    video_id = item.get("contentDetails", {}).get("videoId", "")
    assert row.video_id == (video_id if is_video_id(video_id) else None)
    assert row.position == snippet.get("position")
    if row.kind == "available":
        assert (row.title, row.owner_channel_id) == (snippet.get("title", ""), snippet.get("videoOwnerChannelId"))
