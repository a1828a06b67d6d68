"""What a channel uploads, and what of it is still there: computed, and equal to what counting would give."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE
from emulator.universe.popularity import draw_popularity
from emulator.universe.uploads import LAG, Kind, Uploads, draw_uploads
from tests.emulator.conftest import NOON

MOMENTS = st.timedeltas(timedelta(days=-400), timedelta(days=4000)).map(lambda ahead: REFERENCE + ahead)
SUBJECTS = st.integers(0, 2**64 - 1).map(lambda number: number.to_bytes(8))


def uploads_of(subject: bytes, count: int) -> Uploads:
    return draw_uploads(Draws(1, "test", subject), REFERENCE - timedelta(days=900), REFERENCE, count)


@given(SUBJECTS, st.integers(0, 3000), MOMENTS, st.sets(st.sampled_from(Kind)))
@settings(max_examples=200)
def test_a_shelf_holds_what_counting_finds(subject: bytes, count: int, now: datetime, kinds: set[Kind]) -> None:
    uploads = uploads_of(subject, count)
    counted = [i for i in range(uploads.total(now)) if uploads.is_public(i, now) and uploads.kind(i) in kinds]
    shelf = uploads.shelf(now, kinds)
    assert shelf[:] == counted[::-1]
    assert len(shelf) == len(counted)


@given(SUBJECTS, st.integers(1, 400_000), MOMENTS)
@settings(max_examples=200)
def test_exactly_what_is_published_has_appeared(subject: bytes, count: int, now: datetime) -> None:
    uploads = uploads_of(subject, count)
    total = uploads.total(now)
    if total:
        assert uploads.published(total - 1) <= now
    if uploads.reaches(total):
        assert uploads.published(total) + timedelta(seconds=1) > now


@given(SUBJECTS, st.integers(2000, 400_000), st.integers(0, 10_000))
def test_dates_follow_the_numbers(subject: bytes, count: int, index: int) -> None:
    uploads = uploads_of(subject, count)
    assume(uploads.reaches(index + 1))
    assert uploads.published(index) <= uploads.published(index + 1)


def test_a_removed_video_disappears_some_uploads_later_and_never_returns() -> None:
    uploads = Uploads(start=490_000, end=float("inf"), rate=1 / 24, shorts=0, lives=0, removed=1 << 5)
    seen = [uploads.is_public(5, uploads.published(later) + timedelta(seconds=1)) for later in range(5, 40)]
    assert seen == [True] * LAG + [False] * (35 - LAG)


def test_a_channel_without_uploads_stays_empty() -> None:
    uploads = uploads_of(b"nobody", 0)
    assert (uploads.total(NOON), uploads.reaches(0), len(uploads.shelf(NOON))) == (0, False, 0)


@pytest.mark.parametrize("number", range(200))
def test_views_fall_at_a_correction_only(number: int) -> None:
    views = draw_popularity(Draws(1, "views", number.to_bytes(8)), 490_000, 100_000.0)
    begin = datetime.fromtimestamp(490_000 * 3600, REFERENCE.tzinfo)
    counts = [views.at(begin + timedelta(hours=hour)) for hour in range(2500)]
    falls = [hour for hour, (before, after) in enumerate(pairwise(counts), 1) if after < before]
    assert falls in ([], [views.corrected_at])
    assert counts[0] == 0


def test_some_videos_go_viral_and_some_are_corrected() -> None:
    drawn = [draw_popularity(Draws(1, "views", number.to_bytes(8)), 0, 1.0) for number in range(2000)]
    assert 30 < sum(views.viral_at is not None for views in drawn) < 100
    assert 30 < sum(views.corrected_at is not None for views in drawn) < 100


def test_more_is_watched_by_day_than_by_night() -> None:
    views = draw_popularity(Draws(1, "rhythm", b"any"), 490_000, 1e9)
    begin = datetime.fromtimestamp((490_000 + 24 * 300) * 3600, REFERENCE.tzinfo)
    hourly = [views.at(begin + timedelta(hours=h + 1)) - views.at(begin + timedelta(hours=h)) for h in range(24)]
    assert max(hourly) > 2 * min(hourly) > 0
