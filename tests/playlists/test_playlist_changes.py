"""What two readings of a list show: entries that move, leave, come back, turn private or are deleted."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.web import create_app
from tests.conftest import MakeWiring, add_key
from tests.jobs.invariants import broken
from tests.playlists.conftest import every, run
from tests.playlists.recorded import entry, list_id, video, youtube


class Readings:
    """Reads one playlist again and again, an hour apart, each time as the test says that it is."""

    def __init__(self, make_wiring: MakeWiring, clock: FixedClock, folder: Path) -> None:
        self._make = make_wiring
        self._clock = clock
        self._folder = folder
        self._count = 0
        self.api: FlaskClient

    def read(self, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The entries that the API shows afterwards, those that are gone included."""
        self._clock.advance(timedelta(hours=1))
        self._count += 1
        with youtube(self._folder / str(self._count), {1: entries}) as url:
            wiring = self._make(self._clock, youtube_api_url=url)
            if self._count == 1:
                add_key(wiring, 1)
            job = run(wiring, playlists=[list_id(1)], fresh=True)
            assert job.fetched >= 1
            assert broken(wiring) == []
        self.api = create_app(wiring).test_client()
        return every(self.api, f"/api/playlists/{list_id(1)}/items", "items", gone="true")


@pytest.fixture
def readings(make_wiring: MakeWiring, clock: FixedClock, tmp_path: Path) -> Readings:
    return Readings(make_wiring, clock, tmp_path / "recorded")


def shown(rows: Sequence[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [(row["video_id"], row["position"], row["gone_at"] is None) for row in rows]


def test_entries_move_leave_and_come_back(readings: Readings) -> None:
    first, second, third = (entry(1, mark, mark, mark) for mark in range(3))
    before = readings.read([first, second, third])
    assert shown(before) == [(video(0), 0, True), (video(1), 1, True), (video(2), 2, True)]

    moved = [entry(1, 2, 2, 0), entry(1, 0, 0, 1)]
    after = readings.read(moved)
    assert sorted(shown(after), key=str) == sorted(
        [(video(2), 0, True), (video(0), 1, True), (video(1), 1, False)], key=str
    )
    present = every(readings.api, f"/api/playlists/{list_id(1)}/items", "items")
    assert shown(present) == [(video(2), 0, True), (video(0), 1, True)]
    [left] = [row for row in after if row["gone_at"]]
    assert left["last_seen_at"] < left["gone_at"]

    back = readings.read([first, second, third])
    assert shown(back) == shown(before)
    assert [row["first_seen_at"] for row in back] == [row["first_seen_at"] for row in before]
    assert back[0]["last_seen_at"] > before[0]["last_seen_at"]


def test_a_list_that_was_emptied_holds_nothing_any_more(readings: Readings) -> None:
    readings.read([entry(1, 0, 0, 0)])
    rows = readings.read([])
    assert shown(rows) == [(video(0), 0, False)]


def test_private_and_deleted_videos_keep_their_place_and_their_title(readings: Readings) -> None:
    readings.read([entry(1, mark, mark, mark) for mark in range(2)])
    gone = [
        entry(1, 0, 0, 0, "private"),
        entry(1, 1, 1, 1, "deleted"),
        entry(1, 2, 2, 2, "private"),
    ]
    rows = readings.read(gone)
    assert [(row["kind"], row["title"], row["position"]) for row in rows] == [
        ("private", "Video 0", 0),
        ("deleted", "Video 1", 1),
        ("private", None, 2),  # never seen in public: a placeholder is no title
    ]
    assert [row["owner_channel_id"] is None for row in rows] == [False, False, True]


def test_a_video_may_stand_twice_in_a_list(readings: Readings) -> None:
    rows = readings.read([entry(1, 7, 5, 0), entry(1, 8, 5, 1)])
    assert shown(rows) == [(video(5), 0, True), (video(5), 1, True)]
    places = every(readings.api, f"/api/videos/{video(5)}/playlists", "playlists")
    assert [(place["playlist_id"], place["entry_id"]) for place in places] == [
        (list_id(1), row["entry_id"]) for row in rows
    ]
