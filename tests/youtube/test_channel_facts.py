"""What is taken from channels.list, and what is made of odd answers."""

import json
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.catalog.model import ChannelFacts
from app.youtube.methods.channels import channels_request, parse_channels, parse_keywords
from tests.youtube.cases import CHANNEL_ITEM

ID = "UC_x5XG1OV2P6uZZ5FSM9Ttw"


def parsed(**parts: object) -> ChannelFacts:
    (facts,) = parse_channels({"items": [{"id": ID, **parts}]})
    return facts


def test_all_that_is_known_of_a_channel() -> None:
    assert parse_channels({"items": [CHANNEL_ITEM]}) == (
        ChannelFacts(
            channel_id=ID,
            title="Paper Boats",
            description="Boats of paper.\nAnd rivers.",
            handle="@paperboats",
            country="NZ",
            default_language="en-GB",
            keywords=("boats", "paper folding"),
            topics=("https://en.wikipedia.org/wiki/Hobby",),
            published_at=datetime(2020, 7, 29, 6, 53, 50, 717729, UTC),
            thumbnail_url="https://t/high",
            banner_url="https://b",
            uploads_playlist_id="UU_x5XG1OV2P6uZZ5FSM9Ttw",
            subscriber_count=12300,
            view_count=2**63 - 1,
            video_count=42,
            made_for_kids=False,
        ),
    )


def test_nothing_is_known_but_the_id() -> None:
    nothing = {field.name: getattr(parsed(), field.name) for field in fields_of(ChannelFacts)}
    texts = {"channel_id": ID, "title": "", "description": "", "keywords": (), "topics": ()}
    assert nothing == dict.fromkeys(nothing) | texts


@pytest.mark.parametrize(
    ("statistics", "count"),
    [
        ({"subscriberCount": "0", "hiddenSubscriberCount": True}, None),
        ({"hiddenSubscriberCount": True}, None),
        ({"subscriberCount": "0", "hiddenSubscriberCount": False}, 0),
        ({"subscriberCount": 7}, 7),
        ({"subscriberCount": "3000000000"}, 3_000_000_000),
        ({"subscriberCount": str(2**63)}, None),
        ({"subscriberCount": "9" * 5000}, None),
        ({"subscriberCount": "-1"}, None),
        ({"subscriberCount": "1.5"}, None),
        ({"subscriberCount": "١٢"}, None),
        ({"subscriberCount": True}, None),
        ({"subscriberCount": None}, None),
        ({"subscriberCount": ["1"]}, None),
    ],
)
def test_counts(statistics: dict[str, Any], count: int | None) -> None:
    assert parsed(statistics=statistics).subscriber_count == count


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2007-08-23T00:34:43Z", datetime(2007, 8, 23, 0, 34, 43, tzinfo=UTC)),
        ("2007-08-23T00:34:43.000Z", datetime(2007, 8, 23, 0, 34, 43, tzinfo=UTC)),
        ("2021-06-09T06:57:06.3873Z", datetime(2021, 6, 9, 6, 57, 6, 387300, UTC)),
        ("2022-11-11T08:52:30.10569Z", datetime(2022, 11, 11, 8, 52, 30, 105690, UTC)),
        ("2007-08-23T02:34:43+02:00", datetime(2007, 8, 23, 0, 34, 43, tzinfo=UTC)),
        ("2007-08-23T00:34:43", datetime(2007, 8, 23, 0, 34, 43, tzinfo=UTC)),
        ("2019-07-03T14:47:232", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
        (5, None),
    ],
)
def test_instants(text: object, instant: datetime | None) -> None:
    assert parsed(snippet={"publishedAt": text}).published_at == instant


@pytest.mark.parametrize(("url", "handle"), [("@ñandú", "@ñandú"), ("googledevelopers", None), ("", None)])
def test_a_custom_url_of_before_is_no_handle(url: str, handle: str | None) -> None:
    assert parsed(snippet={"customUrl": url}).handle == handle


@pytest.mark.parametrize(
    ("text", "keywords"),
    [
        ('arta "arta game" vlog', ("arta", "arta game", "vlog")),
        ('電腦 "Premiere Pro" 教學', ("電腦", "Premiere Pro", "教學")),
        ('one "left open for ever', ("one", "left open for ever")),
        ('"" " " x', ("x",)),
        ('glued"to each"other', ("glued", "to each", "other")),
        ('"', ()),
        ("", ()),
    ],
)
def test_keywords(text: str, keywords: tuple[str, ...]) -> None:
    assert parse_keywords(text) == keywords


def test_what_postgresql_refuses_is_taken_out() -> None:
    facts = parsed(snippet={"title": "a\0b\ud800c😀"}, topicDetails={"topicCategories": ["\0", "x\0"]})
    assert (facts.title, facts.topics) == ("ab\ufffdc😀", ("x",))


def test_one_call_asks_for_fifty() -> None:
    request = channels_request([ID, "UC" + "b" * 22])
    assert request.method == "channels.list"
    assert request.params["id"] == f"{ID},UC{'b' * 22}"
    assert request.params["maxResults"] == "50"


@pytest.mark.parametrize("number", [0, 51])
def test_a_call_that_youtube_would_refuse_is_not_made(number: int) -> None:
    with pytest.raises(ValueError, match="1 to 50"):
        channels_request([ID] * number)


@pytest.mark.real_data
def test_what_the_recorded_answers_tell(recorded: Path) -> None:
    files = sorted((recorded / "channels.list").glob("*.json"))
    assert len(files) >= 60
    answers = [json.loads(file.read_bytes()) for file in files]
    channels = [channel for answer in answers for channel in parse_channels(answer)]
    assert sum(channel.published_at is not None for channel in channels) >= 78
    assert sum(channel.handle is not None for channel in channels) >= 60
    assert max(channel.view_count or 0 for channel in channels) > 2**31
    assert any("Premiere Pro" in channel.keywords for channel in channels)
