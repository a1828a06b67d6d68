"""What is taken from videos.list and videos.batchGetStats, and what is made of odd answers."""

import json
from collections.abc import Iterator
from dataclasses import fields as fields_of
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.videos.model import VideoFacts
from app.youtube.methods.video_stats import VideoStats, parse_video_stats
from app.youtube.methods.videos import parse_videos, popular_videos_request, videos_request
from tests.youtube.cases import CHANNEL, STATS_ITEM, TOPIC, VIDEO, VIDEO_ITEM

THEN = datetime(2020, 7, 29, 6, 53, 50, 717729, UTC)


def parsed(**parts: object) -> VideoFacts:
    (facts,) = parse_videos({"items": [{"id": VIDEO, **parts}]})
    return facts


def test_all_that_is_known_of_a_video() -> None:
    assert parse_videos({"items": [VIDEO_ITEM]}) == (
        VideoFacts(
            video_id=VIDEO,
            channel_id=CHANNEL,
            channel_title="Paper & Co",
            title="Paper Boats",
            description="Boats of paper.\nAnd rivers.",
            published_at=THEN,
            duration=timedelta(hours=1, minutes=2, seconds=3),
            view_count=2**63 - 1,
            like_count=12,
            comment_count=0,
            tags=("boats", "paper folding"),
            category_id="26",
            default_language="en-GB",
            default_audio_language="en",
            live_state="none",
            scheduled_start_at=THEN,
            actual_start_at=THEN,
            actual_end_at=datetime(2021, 1, 1, tzinfo=UTC),
            concurrent_viewers=7,
            thumbnail_url="https://t/maxres",
            is_portrait=True,
            made_for_kids=False,
            definition="hd",
            has_captions=True,
            is_licensed=False,
            is_embeddable=True,
            privacy="unlisted",
            is_age_restricted=True,
            allowed_regions=("NZ", "FJ"),
            blocked_regions=(),
            topics=(TOPIC,),
        ),
    )


def test_nothing_is_known_but_the_id() -> None:
    nothing = {field.name: getattr(parsed(), field.name) for field in fields_of(VideoFacts)}
    texts = {"video_id": VIDEO, "channel_title": "", "title": "", "description": "", "tags": (), "topics": ()}
    assert nothing == dict.fromkeys(nothing) | texts


@pytest.mark.parametrize(
    ("said", "duration"),
    [
        ("PT1H2M3S", timedelta(hours=1, minutes=2, seconds=3)),
        ("P1DT22H15M17S", timedelta(days=1, hours=22, minutes=15, seconds=17)),
        ("P2W", timedelta(days=14)),
        ("P1D", timedelta(days=1)),
        ("P0D", timedelta(0)),
        ("PT0S", timedelta(0)),
        ("PT90M", timedelta(minutes=90)),
        ("PT1.5S", timedelta(seconds=1.5)),
        ("213s", timedelta(seconds=213)),
        ("213.5s", timedelta(seconds=213.5)),
        ("0s", timedelta(0)),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("PT1H2", None),
        ("1H", None),
        ("-213s", None),
        ("213", None),
        ("213S", None),
        ("3:33", None),
        ("PT\u0661S", None),
        ("P1Y", None),
        ("PT" + "9" * 5000 + "S", None),
        ("9" * 400 + "s", None),
        ("", None),
        (213, None),
        (None, None),
    ],
)
def test_durations(said: object, duration: timedelta | None) -> None:
    assert parsed(contentDetails={"duration": said}).duration == duration


@pytest.mark.parametrize(
    ("caption", "has_captions"), [("true", True), ("false", False), (True, True), ("yes", None), ([], None)]
)
def test_captions_are_told_by_a_word(caption: object, *, has_captions: bool | None) -> None:
    assert parsed(contentDetails={"caption": caption}).has_captions is has_captions


def test_hidden_likes_and_closed_comments_are_unknown_not_zero() -> None:
    facts = parsed(statistics={"viewCount": "5", "favoriteCount": "0"})
    assert (facts.view_count, facts.like_count, facts.comment_count) == (5, None, None)


@pytest.mark.parametrize(
    ("width", "height", "portrait"), [("1280", "720", False), ("720", "720", False), (405, 720, True)]
)
def test_the_shape_is_known_from_the_player(width: object, height: object, *, portrait: bool) -> None:
    assert parsed(player={"embedWidth": width, "embedHeight": height}).is_portrait is portrait


@pytest.mark.parametrize(
    ("details", "restricted"),
    [
        ({"duration": "PT1S"}, False),
        ({"contentRating": {}}, False),
        ({"contentRating": {"mpaaRating": "mpaaG"}}, False),
        ({"contentRating": {"ytRating": "ytAgeRestricted"}}, True),
    ],
)
def test_age_restriction_is_said_only_where_there_is_one(details: dict[str, Any], *, restricted: bool) -> None:
    assert parsed(contentDetails=details).is_age_restricted is restricted


@pytest.mark.parametrize(
    ("said", "allowed", "blocked"),
    [({}, None, None), ({"allowed": []}, (), None), ({"blocked": ["DE", "AT"]}, None, ("DE", "AT"))],
)
def test_an_empty_list_of_countries_says_something(
    said: dict[str, Any], allowed: tuple[str, ...] | None, blocked: tuple[str, ...] | None
) -> None:
    facts = parsed(contentDetails={"regionRestriction": said})
    assert (facts.allowed_regions, facts.blocked_regions) == (allowed, blocked)


def test_a_video_by_id_has_no_page_and_a_chart_has() -> None:
    assert not {"maxResults", "pageToken"} & set(videos_request([VIDEO]).params)
    assert popular_videos_request("NZ", "10").params["videoCategoryId"] == "10"


def test_all_that_batch_get_stats_tells() -> None:
    stats = VideoStats(VIDEO, 1, 2, 3, THEN, timedelta(seconds=213))
    assert parse_video_stats({"kind": "youtube#batchGetStatsResponse", "items": [STATS_ITEM]}) == (stats,)


def recorded_videos(recorded: Path) -> Iterator[tuple[dict[str, Any], VideoFacts]]:
    for file in sorted((recorded / "videos.list").glob("*.json")):
        answer = json.loads(file.read_bytes())
        yield from zip(answer.get("items", []), parse_videos(answer), strict=True)


@pytest.mark.real_data
def test_what_the_recorded_answers_tell(recorded: Path) -> None:
    pairs = list(recorded_videos(recorded))
    assert len(pairs) >= 1466
    for item, facts in pairs:
        snippet, statistics = item.get("snippet", {}), item.get("statistics", {})
        assert facts.video_id == item["id"]
        assert facts.title == snippet.get("title", "")
        assert facts.description == snippet.get("description", "")
        assert list(facts.tags) == [tag for tag in snippet.get("tags", []) if tag]
        assert str(facts.view_count) == statistics.get("viewCount", "None")
        assert str(facts.like_count) == statistics.get("likeCount", "None")
        assert str(facts.comment_count) == statistics.get("commentCount", "None")
        assert (facts.published_at is None) == ("publishedAt" not in snippet)
        assert (facts.duration is None) == ("contentDetails" not in item)
        assert (facts.thumbnail_url is None) == ("thumbnails" not in snippet)
    durations = {item["contentDetails"]["duration"]: facts.duration for item, facts in pairs if facts.duration}
    assert durations["PT19M18S"] == timedelta(minutes=19, seconds=18)
    assert any(facts.has_captions for _, facts in pairs)
    assert any(facts.actual_start_at for _, facts in pairs)
    assert any(facts.allowed_regions for _, facts in pairs)
    assert any(facts.blocked_regions for _, facts in pairs)
