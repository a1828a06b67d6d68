"""Charts, videos and their statistics, asked of the emulator as a job would."""

from collections.abc import Iterator

import pytest

from app.youtube.costs import Request
from app.youtube.methods.asking import missing, packed
from app.youtube.methods.reference import (
    categories_request,
    languages_request,
    parse_categories,
    parse_named,
    regions_request,
)
from app.youtube.methods.video_stats import parse_video_stats, video_stats_request
from app.youtube.methods.videos import parse_videos, popular_videos_request, videos_request
from app.youtube.parse import next_page_token
from app.youtube.wire import Wire
from emulator.control import Control
from emulator.server import EmulatorServer

KEY = "a-key-of-the-emulator"
GONE = "not-a-videX"


@pytest.fixture
def emulated(emulator_server: EmulatorServer, emulator: Control) -> Iterator[Wire]:
    assert emulator.counters().calls == ()
    wire = Wire(emulator_server.url)
    yield wire
    wire.close()


def test_a_chart_leads_to_videos_and_these_to_their_statistics(emulated: Wire, emulator: Control) -> None:
    first = popular_videos_request("US")
    page = emulated.get(*first, KEY)
    token = next_page_token(page)
    assert token
    second = emulated.get(*Request(first.method, {**first.params, "pageToken": token}), KEY)
    charted = [*parse_videos(page), *parse_videos(second)]
    asked = [video.video_id for video in charted] + [GONE]
    assert len(asked) == 101

    videos = [video for pack in packed(asked) for video in parse_videos(emulated.get(*videos_request(pack), KEY))]
    counts = [row for pack in packed(asked) for row in parse_video_stats(emulated.get(*video_stats_request(pack), KEY))]

    assert missing(asked, (video.video_id for video in videos)) == (GONE,)
    assert missing(asked, (row.video_id for row in counts)) == (GONE,)
    known = {video.video_id: video for video in videos}
    for row in counts:
        video = known[row.video_id]
        assert (row.like_count, row.comment_count) == (video.like_count, video.comment_count)
        assert (row.published_at, row.duration) == (video.published_at, video.duration)
    assert all(video.channel_id and video.title and video.duration and video.thumbnail_url for video in videos)
    assert {video.is_portrait for video in videos} <= {True, False}
    assert emulator.counters().used(bucket="default") == 2 + 3
    assert emulator.counters().used(bucket="videos.batchGetStats") == 3


def test_the_short_lists(emulated: Wire) -> None:
    categories = parse_categories(emulated.get(*categories_request("US"), KEY))
    assert {"10": "Music"}.items() <= {category.category_id: category.title for category in categories}.items()
    assert "US" in {region.code for region in parse_named(emulated.get(*regions_request(), KEY))}
    assert "en" in {language.code for language in parse_named(emulated.get(*languages_request(), KEY))}
