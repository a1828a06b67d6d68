"""A month and a day: what is not refreshed is gone before its thirty days are over, what is refreshed is fresh."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from app.catalog.ids import channel_key
from app.jobs.states import Status
from app.videos.ids import video_key
from emulator.universe.universe import Universe
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.noon import NOON
from tests.refresh.conftest import System
from tests.retention.test_retention import AGES
from tests.videos.steps import fetch_videos

pytestmark = pytest.mark.stack
DAY = timedelta(days=1)
LONGEST = 25 * DAY
CHANNELS, FIRST = 40, 595
"""So many from this number on: the channel 630 is terminated on the eighteenth day."""
EVERY = 3
"""Days from one refresh to the next."""
TOLD_OF_CHANNELS = (
    "title, handle, description, country, language, default_language, keywords, topics, published_at, thumbnail_url,"
    " banner_url, uploads_playlist_id, subscriber_count, view_count, video_count, made_for_kids, fetched_at, asked_at,"
    " listed_video_count, missing_since"
)


def fetch_everything(system: System) -> tuple[list[str], list[str]]:
    """Channels with their videos and playlists, all of them fetched at noon; the ids of channels and videos."""
    channels = system.fetch_channels(CHANNELS, FIRST)
    fetch_videos(system.wiring, videos_per_channel=5)
    assert system.api.post("/api/batch-playlists", json={"channel_ids": channels[:5]}).status_code == 202
    [job] = system.wiring.jobs.listed(before=None, limit=1)
    assert work_off(system.wiring, job).status is Status.COMPLETED
    assert sql(system.wiring, "select count(*) > 0 from playlist_items") == [(True,)]
    return channels, [str(row[0]) for row in sql(system.wiring, "select video_id from videos")]


def live_a_month_and_a_day(system: System, *refreshed: str) -> None:
    """Every third day what is refreshed, and each night what retention deletes."""
    for day in range(1, 32):
        system.pass_time(DAY)
        for what in refreshed if day % EVERY == 0 else ():
            assert system.refresh(what=what).status is Status.COMPLETED
        night = system.wiring.retention.ask(idempotency_key=None, requested_by="schedule:retention")
        assert work_off(system.wiring, night).status is Status.COMPLETED
        assert older_than_thirty_days(system) == []


def older_than_thirty_days(system: System) -> list[str]:
    """The tables in which something is."""
    limit = system.clock.now() - 30 * DAY
    queries = {table: f"select count(*) from {table} where {age} <= :limit" for table, age in AGES.items()}  # noqa: S608
    return [table for table, query in queries.items() if sql(system.wiring, query, limit=limit) != [(0,)]]


def ages(system: System, table: str) -> Mapping[object, timedelta]:
    """How long ago each row was told."""
    rows = sql(system.wiring, f"select id, :now - fetched_at from {table} where fetched_at is not null",  # noqa: S608
               now=system.clock.now())  # fmt: skip
    return {row[0]: row[1] for row in rows if isinstance(row[1], timedelta)}


def test_without_a_refresh_nothing_is_left_that_youtube_told(system: System) -> None:
    channels, videos = fetch_everything(system)
    assert len(videos) > CHANNELS
    live_a_month_and_a_day(system)
    kept = {table: sql(system.wiring, f"select count({age}) from {table}")[0][0] for table, age in AGES.items()}  # noqa: S608
    assert kept == dict.fromkeys(AGES, 0)
    untold = f"select count(*) from channels where num_nonnulls({TOLD_OF_CHANNELS}) = 0"  # noqa: S608 - our columns
    assert sql(system.wiring, untold) == [(len(channels),)]  # their ids are what people gave
    assert system.refresh().total_items == 0  # and nobody asks for them by himself
    assert broken(system.wiring) == []


def test_with_refreshes_all_is_fresh_and_what_youtube_no_longer_shows_is_gone(system: System) -> None:
    channels, videos = fetch_everything(system)
    live_a_month_and_a_day(system, "channels", "videos", "statistics")
    universe, then, now = Universe(), NOON + LONGEST, system.clock.now()

    told = ages(system, "channels")
    alive = {channel_key(channel_id) for channel_id in channels if universe.channel(channel_id, now)}
    assert set(told) == alive != {channel_key(channel_id) for channel_id in channels}
    assert max(told.values()) < LONGEST + EVERY * DAY

    told = ages(system, "videos")
    there = {video_key(video_id) for video_id in videos if universe.video(video_id, now)}
    asked_for_in_vain = {video_key(video_id) for video_id in videos if not universe.video(video_id, then)}
    assert there <= set(told)
    assert asked_for_in_vain
    assert not asked_for_in_vain & set(told)
    assert max(told.values()) < LONGEST + EVERY * DAY
    assert broken(system.wiring) == []
