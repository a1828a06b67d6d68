"""What is taken from the methods that lead to other channels: search, comments, shelves, subscriptions, activities."""

import html
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.youtube.errors import ApiError
from app.youtube.methods.activities import Activity, parse_activities
from app.youtube.methods.comments import Comment, CommentThread, parse_comments, parse_threads, threads_of_video_request
from app.youtube.methods.reference import Named, VideoCategory, parse_categories, parse_named
from app.youtube.methods.search import SearchResult, parse_search, search_request
from app.youtube.methods.sections import ChannelSection, parse_sections
from app.youtube.methods.subscriptions import Subscription, parse_subscriptions
from tests.youtube.cases import (
    ACTIVITY_ITEMS,
    CATEGORY_ITEM,
    CHANNEL,
    COMMENT_ITEM,
    NAMED_ITEM,
    OTHER,
    PLAYLIST,
    RESULT_ITEM,
    SECTION_ITEM,
    SUBSCRIPTION_ITEM,
    THREAD_ITEM,
    VIDEO,
)

THEN, LATER = datetime(2020, 7, 29, 6, 53, 50, 717729, UTC), datetime(2021, 1, 1, tzinfo=UTC)
COMMENT = Comment("comment", "thread", VIDEO, OTHER, "@paperboats", "How nice & how small", 3, THEN, LATER)


def test_a_search_result_is_a_video_a_channel_or_a_playlist() -> None:
    ids = [
        {"kind": "youtube#video", "videoId": VIDEO},
        {"kind": "youtube#channel", "channelId": OTHER},
        {"kind": "youtube#playlist", "playlistId": PLAYLIST},
    ]
    found = parse_search({"items": [RESULT_ITEM | {"id": named} for named in ids]})
    assert [(result.kind, result.id) for result in found] == [
        ("video", VIDEO),
        ("channel", OTHER),
        ("playlist", PLAYLIST),
    ]
    assert found[0] == SearchResult(
        kind="video",
        id=VIDEO,
        channel_id=CHANNEL,
        channel_title="Paper & Co",
        title="Paper Boats",
        description="Boats of paper.\nAnd rivers.",
        published_at=THEN,
        live_state="live",
    )


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Tom &amp; Jerry&#39;s", "Tom & Jerry's"),
        ("how to write &amp;amp; in HTML", "how to write &amp; in HTML"),
        ("AT&T", "AT&T"),
        ("&#0;&#xD800;", "\ufffd\ufffd"),
    ],
)
def test_titles_of_search_are_unescaped_once(said: str, title: str) -> None:
    (result,) = parse_search({"items": [RESULT_ITEM | {"snippet": {"title": said, "description": said}}]})
    assert (result.title, result.description) == (title, said)


def test_a_search_takes_the_filters_of_the_api() -> None:
    params = search_request({"q": "boats", "type": "channel"}).params
    assert (params["q"], params["type"], params["part"]) == ("boats", "channel", "snippet")


def test_all_that_is_known_of_comments() -> None:
    assert parse_comments({"items": [COMMENT_ITEM]}) == (COMMENT,)
    assert parse_threads({"items": [THREAD_ITEM]}) == (CommentThread("thread", VIDEO, COMMENT, 9, (COMMENT,)),)
    assert threads_of_video_request(VIDEO).params["textFormat"] == "plainText"


@pytest.mark.parametrize(
    ("author", "handle"), [("@paperboats", "@paperboats"), ("Maria Musterfrau", None), ("", None), (None, None)]
)
def test_the_name_of_a_person_is_not_kept(author: object, handle: str | None) -> None:
    (comment,) = parse_comments({"items": [{"id": "x", "snippet": {"authorDisplayName": author}}]})
    assert comment.author_handle == handle
    assert "Maria" not in repr(comment)


def test_a_thread_without_replies() -> None:
    (thread,) = parse_threads(
        {"items": [{"id": "thread", "snippet": {"totalReplyCount": 0, "topLevelComment": {"id": "x"}}}]}
    )
    assert (thread.replies, thread.reply_count, thread.top.comment_id) == ((), 0, "x")


@pytest.mark.parametrize(
    "nameless",
    [{"snippet": {}}, {"snippet": {"topLevelComment": {"snippet": {}}}}, {"replies": {"comments": [COMMENT_ITEM, {}]}}],
)
def test_a_thread_with_a_comment_that_has_no_id_is_refused(nameless: dict[str, object]) -> None:
    with pytest.raises(ApiError) as refused:
        parse_threads({"items": [THREAD_ITEM, THREAD_ITEM | nameless]})
    assert refused.value.reason == "malformedItems"


def test_all_that_is_known_of_a_shelf() -> None:
    section = ChannelSection("section", CHANNEL, "multipleChannels", "Friends", 0, (PLAYLIST,), (OTHER,))
    assert parse_sections({"items": [SECTION_ITEM]}) == (section,)


@pytest.mark.parametrize("kind", ["youtube#SubscriptionListResponse", "youtube#subscriptionListResponse"])
def test_all_that_is_known_of_a_subscription(kind: str) -> None:
    subscription = Subscription("subscription", CHANNEL, OTHER, "Paper Boats", THEN)
    assert parse_subscriptions({"kind": kind, "items": [SUBSCRIPTION_ITEM]}) == (subscription,)


def test_all_that_is_known_of_activities() -> None:
    assert parse_activities({"items": [*ACTIVITY_ITEMS]})[0] == Activity(
        activity_id="activity",
        channel_id=CHANNEL,
        kind="upload",
        happened_at=THEN,
        video_id=VIDEO,
        playlist_id=None,
        other_channel_id=None,
    )
    named = [
        (act.video_id, act.playlist_id, act.other_channel_id) for act in parse_activities({"items": [*ACTIVITY_ITEMS]})
    ]
    assert named == [(VIDEO, None, None), (VIDEO, PLAYLIST, None), (None, None, OTHER), (VIDEO, None, OTHER)]


def test_all_that_is_known_of_categories_regions_and_languages() -> None:
    assert parse_categories({"items": [CATEGORY_ITEM]}) == (VideoCategory("26", "Howto & Style", is_assignable=True),)
    assert parse_named({"items": [NAMED_ITEM]}) == (Named("NZ", "New Zealand"),)


def pairs(
    recorded: Path, method: str, parse: Callable[[Mapping[str, Any]], tuple[Any, ...]]
) -> Iterator[tuple[dict[str, Any], Any]]:
    for file in sorted((recorded / method).glob("*.json")):
        answer = json.loads(file.read_bytes())
        if "reorganized" not in file.name:  # laid out anew by those who published it
            yield from zip(answer.get("items", []), parse(answer), strict=True)


@pytest.mark.real_data
def test_what_the_recorded_searches_tell(recorded: Path) -> None:
    found = list(pairs(recorded, "search.list", parse_search))
    assert len(found) >= 3900
    for item, result in found:
        kind = item["id"]["kind"].removeprefix("youtube#")
        assert (result.kind, result.id) == (kind, item["id"][f"{kind}Id"])
        assert result.title == html.unescape(item.get("snippet", {}).get("title", ""))
    assert {result.kind for _, result in found} == {"video", "channel", "playlist"}
    assert sum("'" in result.title for _, result in found) > 100


@pytest.mark.real_data
def test_what_the_recorded_comments_tell(recorded: Path) -> None:
    threads = list(pairs(recorded, "commentThreads.list", parse_threads))
    assert len(threads) >= 819
    for item, thread in threads:
        top = item["snippet"]["topLevelComment"]["snippet"]
        assert thread.reply_count == item["snippet"]["totalReplyCount"]
        assert (thread.top.text, thread.top.like_count) == (top["textDisplay"], top["likeCount"])
        assert thread.top.author_channel_id == top["authorChannelId"]["value"]
        assert len(thread.replies) == len(item.get("replies", {}).get("comments", []))
        assert None not in (thread.top.published_at, thread.top.updated_at)
    replies = list(pairs(recorded, "comments.list", parse_comments))
    assert len(replies) >= 27
    assert [reply.parent_id for _, reply in replies] == [item["snippet"].get("parentId") for item, _ in replies]


@pytest.mark.real_data
def test_what_the_recorded_shelves_and_subscriptions_tell(recorded: Path) -> None:
    for item, section in pairs(recorded, "channelSections.list", parse_sections):
        assert list(section.playlist_ids) == item.get("contentDetails", {}).get("playlists", [])
        assert (section.kind, section.position) == (item["snippet"]["type"], item["snippet"]["position"])
    for item, subscription in pairs(recorded, "subscriptions.list", parse_subscriptions):
        assert subscription.channel_id == item["snippet"]["resourceId"]["channelId"]
        assert subscription.subscribed_at is not None
