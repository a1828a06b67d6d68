"""The videos that playlists hold: each fetched once, however many lists hold it."""

from datetime import timedelta
from pathlib import Path

from app.clock import FixedClock
from app.web import create_app
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.noon import NOON
from tests.playlists.conftest import every, run
from tests.playlists.recorded import entry, list_id, video, youtube


def test_one_video_in_five_lists_is_one_row_and_one_fetch(
    make_wiring: MakeWiring, clock: FixedClock, tmp_path: Path
) -> None:
    shared = [[entry(number, 0, 7, 0), entry(number, 1, 100 + number, 1)] for number in range(5)]
    held = dict(enumerate(shared))
    with youtube(tmp_path, held, videos=[7, *range(100, 105)]) as url, Control(url) as emulator:
        wiring = make_wiring(clock, youtube_api_url=url)
        add_key(wiring, 1)
        job = run(wiring, playlists=[list_id(number) for number in held], batch_size=2)
        asked = [call.parameters["id"][0] for call in emulator.requests() if call.method == "videos.list"]

    assert sql(wiring, "select video_id from videos where video_id = :id", id=video(7)) == [(video(7),)]
    places = every(create_app(wiring).test_client(), f"/api/videos/{video(7)}/playlists", "playlists")
    assert [place["playlist_id"] for place in places] == [list_id(number) for number in held]
    assert ",".join(asked).split(",").count(video(7)) == 1
    assert job.outcomes == {"fetched": 11, "unchanged": 0, "not_found": 0, "skipped": 0, "failed": 0}
    assert broken(wiring) == []


def test_who_reads_lists_every_week_never_loses_their_entries_or_videos_to_retention(
    make_wiring: MakeWiring, clock: FixedClock, tmp_path: Path
) -> None:
    with youtube(tmp_path, {1: [entry(1, 0, 7, 0)]}, videos=[7]) as url:
        wiring = make_wiring(clock, youtube_api_url=url)
        add_key(wiring, 1)
        for day in range(64):
            if day % 7 == 0:
                run(wiring, playlists=[list_id(1)])
            work_off(wiring, wiring.retention.ask(idempotency_key=None, requested_by="me"))
            kept = [sql(wiring, f"select count(*) from {table}") for table in ("playlist_items", "videos")]  # noqa: S608
            assert kept == [[(1,)], [(1,)]], f"on day {day}"
            clock.advance(timedelta(days=1))
    [(first_seen,)] = sql(wiring, "select first_seen_at from playlist_items")
    assert first_seen == NOON
    assert broken(wiring) == []
