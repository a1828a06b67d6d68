"""videos.list and videos.batchGetStats: what is told of a video, and the oddities of it."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.control import Control
from emulator.methods.rendering import iso_duration
from emulator.universe.ids import channel_id, video_id, video_number
from emulator.universe.universe import Universe
from emulator.universe.uploads import Kind
from emulator.universe.videos import LONGEST_SHORT, Video
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

PATH = "/youtube/v3/videos"
ALL_PARTS = (
    "snippet,contentDetails,statistics,status,player,topicDetails,recordingDetails,liveStreamingDetails,localizations,"
    "paidProductPlacementDetails"
)
REAL_CHANNEL = "UCBR8-60-B28hp2BmDPdntcQ"
REAL_VIDEO = "dQw4w9WgXcQ"
NUMBERED = 3000


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def videos(universe: Universe) -> list[Video]:
    """Thousands of videos of the first channels."""
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return [video for channel in found if channel for video in islice(universe.uploads(channel, NOON), 3)]


@pytest.fixture
def ask_videos(ask: Asker) -> Asker:
    return Asker(ask.http, PATH)


@pytest.fixture
def ask_stats(ask: Asker) -> Asker:
    return Asker(ask.http, f"{PATH}:batchGetStats")


def told(ask: Asker, video: Video, part: str = ALL_PARTS, **more: str) -> dict[str, Any]:
    [item] = ask.items(id=video.id, part=part, **more)
    return item


def first(videos: list[Video], **wanted: object) -> Video:
    return next(v for v in videos if all(getattr(v, name) == value for name, value in wanted.items()))


def test_fifty_videos_in_one_call(ask_videos: Asker, videos: list[Video]) -> None:
    ids = [video.id for video in videos[:50]]
    items = ask_videos.items(id=",".join(ids), part="id")
    assert sorted(item["id"] for item in items) == sorted(ids)
    assert [item["id"] for item in items] != ids
    assert ask_videos.error(id=",".join([*ids, videos[50].id]), part="id")["errors"][0]["reason"] == "invalidFilters"


def test_unknown_videos_are_left_out_without_a_word(ask_videos: Asker, videos: list[Video]) -> None:
    future = videos[0].channel.uploads.total(NOON)
    unborn = video_id(video_number(videos[0].id) // 2**24 * 2**24 + future)
    answer = ask_videos(id=f"{unborn},{videos[0].id},tooshort", part="id").json()
    assert [item["id"] for item in answer["items"]] == [videos[0].id]
    assert "items" not in ask_videos(id=unborn, part="id").json()


def test_counts_are_strings_and_dislikes_are_gone(ask_videos: Asker, videos: list[Video]) -> None:
    video = first(videos, likes_hidden=False, comments_disabled=False, kind=Kind.VIDEO)
    counts = told(ask_videos, video)["statistics"]
    assert counts == {
        "viewCount": str(video.views.at(NOON)),
        "likeCount": str(video.likes(NOON)),
        "favoriteCount": "0",
        "commentCount": str(video.comments(NOON)),
    }


def test_a_hidden_like_count_is_absent_not_zero(ask_videos: Asker, videos: list[Video]) -> None:
    assert "likeCount" not in told(ask_videos, first(videos, likes_hidden=True))["statistics"]


def test_the_comment_count_is_absent_where_comments_are_off(ask_videos: Asker, videos: list[Video]) -> None:
    assert "commentCount" not in told(ask_videos, first(videos, comments_disabled=True))["statistics"]


def test_tags_are_absent_where_there_are_none(ask_videos: Asker, videos: list[Video]) -> None:
    assert "tags" not in told(ask_videos, first(videos, tags=()))["snippet"]
    tagged = next(video for video in videos if video.tags)
    assert told(ask_videos, tagged)["snippet"]["tags"] == list(tagged.tags)


def test_a_live_stream_is_announced_runs_and_ends(ask_videos: Asker, control: Control, videos: list[Video]) -> None:
    video = first(videos, kind=Kind.LIVE)
    seen = []
    for moment in (video.published, video.begins, video.ends):
        control.set_clock(moment + timedelta(minutes=10))
        seen.append(told(ask_videos, video))
    assert [item["snippet"]["liveBroadcastContent"] for item in seen] == ["upcoming", "live", "none"]
    upcoming, live, over = (item["liveStreamingDetails"] for item in seen)
    assert upcoming.keys() == {"scheduledStartTime", "activeLiveChatId"}
    assert live.keys() == {"scheduledStartTime", "activeLiveChatId", "actualStartTime", "concurrentViewers"}
    assert over.keys() == {"scheduledStartTime", "actualStartTime", "actualEndTime"}
    assert [item["contentDetails"]["duration"] for item in seen][:2] == ["P0D", "P0D"]
    assert seen[2]["contentDetails"]["duration"] == iso_duration(video.seconds) != "P0D"
    assert "viewCount" not in seen[0]["statistics"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "P0D"), (59, "PT59S"), (60, "PT1M"), (3601, "PT1H1S"), (86_400, "P1D"), (166_517, "P1DT22H15M17S")],
)
def test_durations_are_written_as_iso_8601(seconds: int, text: str) -> None:
    assert iso_duration(seconds) == text


def test_some_videos_last_longer_than_a_day(ask_videos: Asker, videos: list[Video]) -> None:
    long = next(video for video in videos if video.seconds > 86_400)
    assert told(ask_videos, long)["contentDetails"]["duration"].startswith(("P1DT", "P2DT"))


def test_nothing_says_that_a_short_is_one_but_its_shape(ask_videos: Asker, videos: list[Video]) -> None:
    short, wide = first(videos, kind=Kind.SHORT), first(videos, kind=Kind.VIDEO)
    assert 0 < short.seconds <= LONGEST_SHORT
    shapes = [told(ask_videos, video, part="player", maxHeight="720")["player"] for video in (short, wide)]
    assert int(shapes[0]["embedWidth"]) < int(shapes[0]["embedHeight"]) == 720
    assert int(shapes[1]["embedWidth"]) > int(shapes[1]["embedHeight"]) == 720
    assert "embedWidth" not in told(ask_videos, short)["player"]


def test_a_video_that_was_removed_is_gone(ask_videos: Asker, control: Control, universe: Universe) -> None:
    channels = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    channel, index = next(
        (channel, index)
        for channel in channels
        if channel
        for index in range(min(64, channel.uploads.total(NOON)))
        if not channel.uploads.is_public(index, NOON)
    )
    removed = universe.video_id(channel, index)
    assert ask_videos.items(id=removed, part="id") == []
    control.set_clock(channel.uploads.published(index) + timedelta(minutes=1))
    assert [item["id"] for item in ask_videos.items(id=removed, part="id")] == [removed]


def test_the_videos_of_a_terminated_channel_go_with_it(
    ask_videos: Asker, control: Control, videos: list[Video]
) -> None:
    video = next(v for v in videos if v.channel.terminated and v.channel.terminated > NOON)
    assert len(ask_videos.items(id=video.id, part="id")) == 1
    assert video.channel.terminated
    control.set_clock(video.channel.terminated + timedelta(seconds=1))
    assert ask_videos.items(id=video.id, part="id") == []


def test_a_real_channels_videos_lead_back_to_it(ask: Asker, ask_videos: Asker) -> None:
    [channel] = ask.items(id=REAL_CHANNEL, part="contentDetails")
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    listed = Asker(ask.http, "/youtube/v3/playlistItems").items(playlistId=uploads, part="contentDetails")
    [item] = ask_videos.items(id=listed[0]["contentDetails"]["videoId"], part="snippet")
    assert item["snippet"]["channelId"] == REAL_CHANNEL


def test_a_real_channels_videos_are_the_same_after_a_restart(tmp_path: Path) -> None:
    memory = tmp_path / "foreign"
    before = Universe(seed=7, memory=memory)
    channel = before.channel(REAL_CHANNEL, NOON)
    assert channel
    [video] = islice(before.uploads(channel, NOON), 1)
    assert Universe(seed=7, memory=memory).video(video.id, NOON) == video
    forgetful = Universe(seed=7).video(video.id, NOON)
    assert forgetful
    assert forgetful.channel.id != REAL_CHANNEL
    assert (forgetful.published, forgetful.views, forgetful.kind) == (video.published, video.views, video.kind)


def test_whoever_holds_the_id_sees_an_unlisted_video(ask_videos: Asker) -> None:
    [item] = ask_videos.items(id=REAL_VIDEO, part="snippet,status")
    assert item["status"]["privacyStatus"] == "unlisted"


@pytest.mark.parametrize("part", ["fileDetails", "processingDetails", "suggestions"])
def test_parts_for_owners_are_forbidden(ask_videos: Asker, videos: list[Video], part: str) -> None:
    assert ask_videos.error(id=videos[0].id, part=part)["errors"][0]["reason"] == "forbidden"


def test_statistics_have_a_bucket_of_their_own(ask_stats: Asker, control: Control, videos: list[Video]) -> None:
    ask_stats.items(id=videos[0].id, part="statistics")
    assert [(unit.bucket, unit.used) for unit in control.counters().units] == [("videos.batchGetStats", 1)]


def test_batch_statistics_equal_the_others_and_write_durations_differently(
    ask_videos: Asker, ask_stats: Asker, videos: list[Video]
) -> None:
    ids = ",".join(video.id for video in videos[:20])
    answer = ask_stats(id=ids, part="id,snippet,statistics,contentDetails").json()
    assert answer["kind"] == "youtube#batchGetStatsResponse"
    assert "pageInfo" not in answer
    stats = {item["id"]: item for item in answer["items"]}
    for item in ask_videos.items(id=ids, part="snippet,statistics,contentDetails"):
        other = stats[item["id"]]
        assert other["kind"] == "youtube#videoStats"
        assert other["snippet"] == {"publishTime": item["snippet"]["publishedAt"]}
        assert {**other["statistics"], "favoriteCount": "0"} == item["statistics"]
        seconds = int(other["contentDetails"]["duration"].removesuffix("s"))
        assert iso_duration(seconds) == item["contentDetails"]["duration"]


def test_batch_statistics_leave_out_what_they_cannot_tell(ask_stats: Asker, videos: list[Video]) -> None:
    assert [i["id"] for i in ask_stats.items(id=f"{videos[0].id},AAAAAAAAAAB", part="id")] == [videos[0].id]
    assert ask_stats.error(part="id")["errors"][0]["reason"] == "required"


def test_a_chart_has_at_most_two_hundred_videos_of_the_last_weeks(ask_videos: Asker) -> None:
    answers = list(ask_videos.pages(chart="mostPopular", part="snippet,statistics", regionCode="BR", maxResults="50"))
    items = [item for answer in answers for item in answer["items"]]
    assert len(items) == len({item["id"] for item in items}) == answers[0]["pageInfo"]["totalResults"] <= 200
    assert len(items) > 100
    assert all(
        NOON - timedelta(days=31) < datetime.fromisoformat(item["snippet"]["publishedAt"]) <= NOON for item in items
    )
    assert answers[1]["prevPageToken"]


def test_charts_differ_by_country_and_day(ask_videos: Asker, control: Control) -> None:
    def chart(region: str) -> list[str]:
        return [item["id"] for item in ask_videos.items(chart="mostPopular", part="id", regionCode=region)]

    brazil, japan = chart("BR"), chart("JP")
    control.set_clock(NOON + timedelta(days=1))
    assert len({tuple(brazil), tuple(japan), tuple(chart("BR"))}) == 3


@pytest.mark.parametrize("category", ["10", "20"])
def test_a_category_chart_holds_its_category(ask_videos: Asker, category: str) -> None:
    items = ask_videos.items(chart="mostPopular", part="snippet", videoCategoryId=category, maxResults="50")
    assert {item["snippet"]["categoryId"] for item in items} == {category}


def test_most_categories_have_no_chart_any_more(ask_videos: Asker) -> None:
    error = ask_videos.error(chart="mostPopular", part="id", videoCategoryId="17")
    assert (error["code"], error["errors"][0]["reason"]) == (404, "videoChartNotFound")


def test_an_unknown_country_is_refused(ask_videos: Asker) -> None:
    error = ask_videos.error(chart="mostPopular", part="id", regionCode="ZZ")
    assert error["errors"][0]["reason"] == "invalidRegionCode"


def test_reference_lists_come_on_one_page_without_page_info(ask: Asker) -> None:
    def count(path: str, **parameters: str) -> int:
        answer = httpx.get(
            f"{ask.http.base_url}/youtube/v3/{path}", params={"key": "k", "part": "snippet", **parameters}
        )
        assert "pageInfo" not in answer.json()
        return len(answer.json()["items"])

    assert count("videoCategories", regionCode="US") == count("videoCategories", regionCode="DE") + 1
    assert count("videoCategories", id="10,20") == 2
    assert count("i18nRegions") > 100
    assert count("i18nLanguages", hl="de") > 80
    assert count("videoAbuseReportReasons") == 3


def test_an_unknown_category_is_not_found(ask: Asker) -> None:
    error = Asker(ask.http, "/youtube/v3/videoCategories").error(id="999", part="snippet")
    assert (error["code"], error["errors"][0]["reason"]) == (404, "videoCategoryNotFound")


def test_a_video_is_the_same_in_every_universe_of_its_seed(videos: list[Video]) -> None:
    other = Universe(seed=7)
    sample = videos[:: len(videos) // 100]
    assert [other.video(video.id, NOON) for video in sample] == sample


def test_the_views_follow_the_clock(ask_videos: Asker, control: Control, videos: list[Video]) -> None:
    video = max(videos, key=lambda v: v.views.at(NOON + timedelta(days=1)) - v.views.at(NOON))
    before = int(told(ask_videos, video)["statistics"]["viewCount"])
    control.set_clock(NOON + timedelta(days=1))
    assert int(told(ask_videos, video)["statistics"]["viewCount"]) > before


def test_titles_are_in_many_languages_and_counts_have_heavy_tails(videos: list[Video]) -> None:
    assert len({video.channel.language for video in videos}) >= 15
    counts = sorted(video.views.at(NOON) for video in videos)
    assert counts[-1] > 1000 * max(1, counts[len(counts) // 2])
    assert min(video.published for video in videos) < datetime(2015, 1, 1, tzinfo=UTC)
