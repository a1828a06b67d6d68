"""From channels and links to playlists and what they hold, each call counted at the emulator."""

from datetime import timedelta
from math import ceil

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog
from tests.playlists.conftest import calls, every, run
from tests.playlists.told import Witness


@pytest.fixture
def witness(emulator_server: EmulatorServer, clock: FixedClock) -> Witness:  # noqa: ARG001 - the time stands still
    return Witness(emulator_server.url)


def test_the_playlists_of_channels_with_all_they_hold(
    wiring: Wiring, api: FlaskClient, emulator: Control, witness: Witness
) -> None:
    channels = emulator.channel_ids(count=25)

    job = run(wiring, channel_ids=channels, batch_size=10)

    assert (job.status, job.processed_items) == (Status.COMPLETED, job.total_items)
    told = {channel: witness.playlists(channel) for channel in channels}
    lists = {one["id"]: one for some in told.values() for one in some}
    assert {row["playlist_id"]: row["title"] for row in every(api, "/api/playlists", "playlists")} == {
        name: one["snippet"]["title"] for name, one in lists.items()
    }
    pages = 0
    for playlist_id in lists:
        entries = witness.entries(playlist_id)
        pages += ceil(len(entries) / 50)
        rows = every(api, f"/api/playlists/{playlist_id}/items", "items")
        assert [(row["entry_id"], row["video_id"], row["position"]) for row in rows] == [
            (entry["id"], entry["contentDetails"]["videoId"], entry["snippet"]["position"]) for entry in entries
        ]
    by_method = calls(emulator)
    assert by_method["playlists.list"] == sum(max(1, ceil(len(some) / 50)) for some in told.values())
    assert by_method["playlistItems.list"] == pages
    assert broken(wiring) == []


def test_unchanged_lists_cost_nothing_more_unless_asked(wiring: Wiring, clock: FixedClock, emulator: Control) -> None:
    channels = emulator.channel_ids(count=10)
    first = run(wiring, channel_ids=channels)
    paid = calls(emulator)["playlistItems.list"]
    clock.advance(timedelta(hours=1))

    again = run(wiring, channel_ids=channels)
    assert calls(emulator)["playlistItems.list"] == paid
    [(lists,)] = sql(wiring, "select count(*) from playlists")
    assert again.unchanged == lists
    assert again.fetched + again.not_found == len(channels)

    clock.advance(timedelta(hours=1))
    fresh = run(wiring, channel_ids=channels, fresh=True)
    assert calls(emulator)["playlistItems.list"] == 2 * paid
    assert fresh.not_found == first.not_found
    assert broken(wiring) == []


def test_all_channels_that_were_not_looked_at_yet(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=60))
    assert run(wiring).total_items == 0  # they have no metadata yet
    work_off(wiring, ask_for_metadata(wiring))

    job = run(wiring, total_limit=25, batch_size=10)
    assert job.status is Status.COMPLETED
    assert sql(wiring, "select count(*) from channels where playlists_fetched_at is not null") == [(25,)]
    listed = calls(emulator)["playlists.list"]
    run(wiring, batch_size=10)
    assert sql(wiring, "select count(*) from channels where playlists_fetched_at is null") == [(0,)]
    done = calls(emulator)["playlists.list"]
    assert done > listed
    assert run(wiring).total_items == 0
    assert calls(emulator)["playlists.list"] == done
    assert broken(wiring) == []


def test_lists_by_id_and_link_each_with_its_outcome(wiring: Wiring, emulator: Control, witness: Witness) -> None:
    owners = [channel for channel in emulator.channel_ids(count=40) if witness.playlists(channel)]
    lists = [one for channel in owners for one in witness.playlists(channel)]
    filled = next(one["id"] for one in lists if one["contentDetails"]["itemCount"] > 50)
    empty = next(one["id"] for one in lists if one["contentDetails"]["itemCount"] == 0)
    unknown = "PL" + "x" * 32
    uploads = f"UU{owners[0][2:]}"

    job = run(
        wiring,
        playlists=[
            f"https://www.youtube.com/playlist?list={filled}&si=abc",
            filled,
            empty,
            unknown,
            uploads,
            "PLshort",
        ],
    )

    held = sql(wiring, "select distinct video from playlist_items where kind = 'available'")
    assert (job.status, job.total_items) == (Status.COMPLETED, 5 + len(held))
    remarks = [remark for _, remark in wiring.jobs.items(job.id, outcome=None, after=0, limit=100)]
    reasons = {remark.item: (remark.outcome, remark.reason) for remark in remarks}
    assert reasons[unknown][0] == "not_found"
    assert "private, deleted, or never there" in reasons[unknown][1]
    assert reasons[uploads][0] == "failed"
    assert "POST /api/batch-videos" in reasons[uploads][1]
    assert "7 characters instead of 34" in reasons["PLshort"][1]
    assert {row[0] for row in sql(wiring, "select playlist_id from playlists")} == {filled, empty}
    assert broken(wiring) == []


@pytest.mark.parametrize("path", ["x%00", "x%00/items", "%ED%A0%80", "x", "x" * 300])
def test_what_is_no_playlist_is_not_known(api: FlaskClient, path: str) -> None:
    answer = api.get(f"/api/playlists/{path}")
    assert answer.status_code in {404, 422}, answer.text
    assert answer.json["hint"]  # type: ignore[index]
