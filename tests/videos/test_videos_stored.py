"""What is written of a video: facts, snapshots, changes, and that it is absent."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.videos.ids import video_key
from app.videos.model import FoundVideo, VideoFacts
from app.videos.service import UnknownVideoError
from app.wiring import Wiring
from app.youtube.methods.videos import parse_videos
from tests.conftest import MakeWiring
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.youtube.cases import VIDEO_ITEM

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHANNEL = UUID(int=7)
[FACTS] = parse_videos({"items": [{**VIDEO_ITEM, "id": "AAAAAAAAAAA"}]})
ID, KEY = FACTS.video_id, video_key(FACTS.video_id)
GONE = "BBBBBBBBBBA"
# What a row has in another form, or not at all.
NOT_KEPT = {"channel_id", "channel_title", "default_language", "default_audio_language", "live_state"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    return make_wiring(clock)


def save(wiring: Wiring, *facts: VideoFacts, absent: tuple[str, ...] = ()) -> int:
    found = [FoundVideo(fact, CHANNEL, "en", "audio") for fact in facts]
    with wiring.db.begin() as tx:
        return len(wiring.videos.save(tx, found, [video_key(video_id) for video_id in absent]))


def changes(wiring: Wiring) -> list[tuple[object, ...]]:
    return sql(wiring, "select field, old, new from video_changes order by changed_at, field")


def test_every_fact_comes_back_as_it_was_told(wiring: Wiring) -> None:
    assert save(wiring, FACTS) == 1
    video = wiring.videos.read(ID)
    for field in fields(VideoFacts):
        if field.name not in NOT_KEPT:
            value = getattr(video, field.name)
            assert (tuple(value) if isinstance(value, list) else value) == getattr(FACTS, field.name), field.name
    assert (video.language, video.language_source, video.kind) == ("en", "audio", "live")
    assert video.channel_id == "UC" + "A" * 20 + "Bw"
    assert (video.fetched_at, video.expires_at) == (NOON, NOON + timedelta(days=30))
    assert (video.availability, video.availability_since, video.missing_since) == ("available", NOON, None)
    assert changes(wiring) == []
    assert broken(wiring) == []


def test_a_snapshot_when_a_count_changed_and_once_a_week(wiring: Wiring, clock: FixedClock) -> None:
    seen = [(0, 5), (1, 5), (2, 6), (8, 6), (9.1, 6), (10, None)]
    for day, views in seen:
        clock.advance(NOON + timedelta(days=day) - clock.now())
        save(wiring, replace(FACTS, view_count=views))
        assert broken(wiring) == []
    history = [(snapshot.observed_at, snapshot.view_count) for snapshot in wiring.videos.snapshots(ID)]
    assert history == [(NOON + timedelta(days=day), views) for day, views in ((10, None), (9.1, 6), (2, 6), (0, 5))]


def test_what_two_observations_show_to_be_different_is_kept(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    clock.advance(timedelta(hours=1))
    save(wiring, FACTS)
    assert changes(wiring) == []
    clock.advance(timedelta(hours=1))
    save(wiring, replace(FACTS, title="New", description="", thumbnail_url=None, view_count=1))
    assert changes(wiring) == [
        ("description", FACTS.description, ""),
        ("thumbnail_url", FACTS.thumbnail_url, None),
        ("title", FACTS.title, "New"),
    ]


def test_left_out_twice_days_apart_is_not_found_and_coming_back_is_told_too(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS, absent=(GONE,))
    assert sql(wiring, "select count(*) from videos") == [(1,)], "nothing is known of what was never seen"
    for hours in (1, 47):
        clock.advance(timedelta(hours=hours))
        save(wiring, absent=(ID,))
        video = wiring.videos.read(ID)
        assert (video.availability, video.missing_since) == ("available", NOON + timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    save(wiring, absent=(ID,))
    video = wiring.videos.read(ID)
    assert (video.availability, video.availability_since) == ("not_found", NOON + timedelta(hours=49))
    clock.advance(timedelta(days=3))
    save(wiring, absent=(ID,))
    assert wiring.videos.read(ID).availability_since == NOON + timedelta(hours=49)
    assert changes(wiring) == [("availability", "available", "not_found")]

    save(wiring, FACTS)
    video = wiring.videos.read(ID)
    assert (video.availability, video.availability_since, video.missing_since) == ("available", clock.now(), None)
    assert changes(wiring)[1:] == [("availability", "not_found", "available")]
    assert broken(wiring) == []


def test_left_out_once_and_back_again_is_no_change(wiring: Wiring, clock: FixedClock) -> None:
    save(wiring, FACTS)
    save(wiring, absent=(ID,))
    clock.advance(timedelta(days=1))
    save(wiring, FACTS)
    assert wiring.videos.read(ID).missing_since is None
    clock.advance(timedelta(days=1, hours=1))
    save(wiring, absent=(ID,))
    assert wiring.videos.read(ID).availability == "available", "the first absence does not count any more"
    assert changes(wiring) == []


def test_a_video_that_is_not_known_is_said_to_be_so(wiring: Wiring) -> None:
    with pytest.raises(UnknownVideoError):
        wiring.videos.read(ID)
