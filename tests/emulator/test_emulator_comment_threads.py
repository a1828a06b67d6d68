"""commentThreads.list: what is said below videos, by whom and when, and how its pages hold together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.charts import Charts
from emulator.universe.comments.comments import Conversation
from emulator.universe.communities import VIEWERS, community_of
from emulator.universe.ids import channel_id, channel_number
from emulator.universe.universe import Universe
from emulator.universe.videos import Video
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

PATH = "/youtube/v3/commentThreads"
BEFORE_PICTURES = datetime(2026, 11, 14, 12, tzinfo=UTC)
Item = dict[str, Any]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def popular(universe: Universe) -> list[Video]:
    """Videos of a chart, the most discussed first."""
    chart = Charts(universe).chart("US", "0", NOON)
    return sorted(chart, key=lambda video: -video.comments(NOON))


@pytest.fixture
def video(popular: list[Video]) -> Video:
    """One with some hundreds of comments, or more."""
    assert popular[0].comments(NOON) > 500
    return popular[0]


@pytest.fixture
def threads(ask: Asker) -> Asker:
    return Asker(ask.http, PATH)


def walked(ask: Asker, **parameters: str) -> list[Item]:
    return [item for page in ask.pages(**parameters) for item in page.get("items", [])]


def said(item: Item) -> Item:
    snippet: Item = item["snippet"]["topLevelComment"]["snippet"]
    return snippet


def test_there_are_as_many_threads_and_replies_as_the_video_has_comments(
    ask: Asker, threads: Asker, video: Video
) -> None:
    [counted] = Asker(ask.http, "/youtube/v3/videos").items(id=video.id, part="statistics")
    found = walked(threads, videoId=video.id, part="snippet", maxResults="100")
    assert len({item["id"] for item in found}) == len(found)
    total = len(found) + sum(item["snippet"]["totalReplyCount"] for item in found)
    assert str(total) == counted["statistics"]["commentCount"] == str(video.comments(NOON))


def test_the_total_is_that_of_the_page(threads: Asker, video: Video) -> None:
    answer = threads(videoId=video.id, part="id", maxResults="7").json()
    assert answer["pageInfo"] == {"totalResults": 7, "resultsPerPage": 7}
    last = list(threads.pages(videoId=video.id, part="id", maxResults="100"))[-1]
    assert last["pageInfo"]["totalResults"] == len(last["items"]) < 100


def test_threads_come_newest_first_and_none_is_of_the_future(threads: Asker, video: Video) -> None:
    dates = [said(item)["publishedAt"] for item in walked(threads, videoId=video.id, part="snippet", maxResults="100")]
    assert dates == sorted(dates, reverse=True)
    assert video.published <= datetime.fromisoformat(dates[-1])
    assert datetime.fromisoformat(dates[0]) <= NOON


def test_the_most_relevant_threads_are_the_same_in_another_order(threads: Asker, video: Video) -> None:
    newest = walked(threads, videoId=video.id, part="snippet", maxResults="100")
    relevant = walked(threads, videoId=video.id, part="snippet", maxResults="100", order="relevance")
    assert {item["id"] for item in newest} == {item["id"] for item in relevant}
    half = len(relevant) // 2
    replies = [item["snippet"]["totalReplyCount"] for item in relevant]
    assert sum(replies[:half]) > sum(replies[half:])


def test_comments_that_come_in_between_shift_nothing(threads: Asker, control: Control, video: Video) -> None:
    asked = {"videoId": video.id, "part": "id", "maxResults": "20"}
    token = threads(**asked).json()["nextPageToken"]
    second = [item["id"] for item in threads.items(**asked, pageToken=token)]
    control.set_clock(NOON + timedelta(hours=4))
    assert [item["id"] for item in threads.items(**asked, pageToken=token)] == second


def test_a_comment_is_there_from_its_first_second_on(threads: Asker, control: Control, video: Video) -> None:
    later = NOON + timedelta(days=3)
    control.set_clock(later)
    [newest] = threads.items(videoId=video.id, part="snippet", maxResults="1")
    written = datetime.fromisoformat(said(newest)["publishedAt"])
    control.set_clock(written - timedelta(hours=1))
    assert threads.items(id=newest["id"], part="id") == []
    control.set_clock(written + timedelta(hours=1))
    [again] = threads.items(id=newest["id"], part="snippet")
    assert said(again)["publishedAt"] == said(newest)["publishedAt"]
    assert said(again)["textOriginal"] == said(newest)["textOriginal"]


def test_a_token_goes_stale_after_hours(threads: Asker, control: Control, video: Video) -> None:
    asked = {"videoId": video.id, "part": "id", "maxResults": "20"}
    token = threads(**asked).json()["nextPageToken"]
    assert len(token) > 100
    control.set_clock(NOON + timedelta(hours=5))
    assert threads.items(**asked, pageToken=token)
    control.set_clock(NOON + timedelta(hours=6, minutes=1))
    error = threads.error(**asked, pageToken=token)
    assert (error["code"], error["errors"][0]["reason"]) == (400, "invalidPageToken")


def test_a_token_of_another_list_is_refused(threads: Asker, popular: list[Video]) -> None:
    token = threads(videoId=popular[0].id, part="id").json()["nextPageToken"]
    for other in ({"videoId": popular[1].id}, {"videoId": popular[0].id, "order": "relevance"}):
        error = threads.error(**other, part="id", pageToken=token)
        assert error["errors"][0]["reason"] == "invalidPageToken"


def test_disabled_comments_are_forbidden_with_html_in_the_message(threads: Asker, universe: Universe) -> None:
    channels = (universe.channel(channel_id(number), NOON) for number in range(500))
    videos = (video for channel in channels if channel for video in universe.uploads(channel, NOON))
    silent = next(video for video in videos if video.comments_disabled)
    error = threads.error(videoId=silent.id, part="id")
    assert (error["code"], error["errors"][0]["reason"]) == (403, "commentsDisabled")
    assert '<code><a href="/youtube/v3/docs/commentThreads/list#videoId">videoId</a></code>' in error["message"]


def test_a_video_that_is_not_there_is_not_found(threads: Asker) -> None:
    error = threads.error(videoId="AAAAAAAAAAB", part="id")
    assert (error["code"], error["errors"][0]["reason"]) == (404, "videoNotFound")


def test_at_most_five_replies_come_along(threads: Asker, video: Video) -> None:
    found = walked(threads, videoId=video.id, part="snippet,replies", maxResults="100")
    shown = [(item["snippet"]["totalReplyCount"], len(item.get("replies", {}).get("comments", []))) for item in found]
    assert all(some == min(total, 5) for total, some in shown)
    assert max(total for total, _ in shown) > 5
    assert all(("replies" in item) == (total > 0) for item, (total, _) in zip(found, shown, strict=True))


def test_threads_are_found_by_their_ids_and_invented_ones_are_left_out(threads: Asker, video: Video) -> None:
    ids = [item["id"] for item in threads.items(videoId=video.id, part="id", maxResults="30")]
    assert all(len(found) == 26 and found.startswith("Ug") and found.endswith("4AaABAg") for found in ids)
    invented = [found[:5] + "x" + found[6:] for found in ids if found[5] != "x"]
    asked = [*ids, *invented[:15], "nonsense", f"{ids[0]}.short"]
    assert {item["id"] for item in threads.items(id=",".join(asked), part="id")} == set(ids)


def test_the_threads_of_a_channel_are_those_of_its_newest_videos(
    threads: Asker, universe: Universe, video: Video
) -> None:
    found = walked(threads, allThreadsRelatedToChannelId=video.channel.id, part="snippet", maxResults="100")
    keys = [(said(item)["publishedAt"], item["id"]) for item in found]
    assert [date for date, _ in keys] == sorted((date for date, _ in keys), reverse=True)
    assert len(set(keys)) == len(keys)
    newest = [one for one, _ in zip(universe.uploads(video.channel, NOON), range(20), strict=False)]
    told = [one for one in newest if not one.comments_disabled]
    assert len(found) == sum(Conversation(universe, one, NOON).size for one in told)
    assert {item["snippet"]["videoId"] for item in found} == {one.id for one in told if one.comments(NOON)}


def test_a_channel_has_no_discussion_of_its_own_any_more(threads: Asker, universe: Universe, video: Video) -> None:
    assert "items" not in threads(channelId=video.channel.id, part="id").json()
    error = threads.error(allThreadsRelatedToChannelId=next(universe.missing_ids(NOON)), part="id")
    assert (error["code"], error["errors"][0]["reason"]) == (404, "channelNotFound")


def test_other_states_than_published_are_for_owners(threads: Asker, video: Video) -> None:
    error = threads.error(videoId=video.id, part="id", moderationStatus="heldForReview")
    assert (error["code"], error["errors"][0]["reason"]) == (403, "forbidden")


def test_search_terms_leave_what_holds_them_and_pages_may_be_short(threads: Asker, video: Video) -> None:
    everything = walked(threads, videoId=video.id, part="snippet", maxResults="100")
    word = max(said(everything[0])["textOriginal"].casefold().split(), key=len)
    expected = [item["id"] for item in everything if word in said(item)["textOriginal"].casefold()]
    answers = list(threads.pages(videoId=video.id, part="id", maxResults="100", searchTerms=word))
    assert [item["id"] for answer in answers for item in answer.get("items", [])] == expected
    assert any(len(answer.get("items", [])) < 100 for answer in answers[:-1]) or len(answers) == 1
    ids = ",".join(expected[:2])
    assert threads.error(id=ids, searchTerms=word, part="id")["errors"][0]["reason"] == "incompatibleParameters"


def test_authors_are_channels_and_many_of_them_publish(ask: Asker, threads: Asker, popular: list[Video]) -> None:
    authors: dict[str, str] = {}
    home = 0
    for video in popular[:5]:
        for item in threads.items(videoId=video.id, part="snippet", maxResults="100"):
            comment = said(item)
            authors[comment["authorChannelId"]["value"]] = comment["authorDisplayName"]
            home += community_of(channel_number(comment["authorChannelId"]["value"])) == community_of(
                video.channel.number
            )
    publishing = [author for author in authors if channel_number(author) < VIEWERS]
    assert 0.2 < len(publishing) / len(authors) < 0.6
    assert home > len(authors) / 2
    some = list(authors)[:50]
    found = Asker(ask.http, "/youtube/v3/channels").items(id=",".join(some), part="snippet")
    assert 0.8 * len(some) < len(found)
    for channel in found:
        snippet = channel["snippet"]
        assert authors[channel["id"]] == snippet.get("customUrl", snippet["title"])


def test_a_picture_is_told_since_november_2026_and_signed_for_some_hours(
    threads: Asker, control: Control, universe: Universe, popular: list[Video]
) -> None:
    told = (Conversation(universe, video, BEFORE_PICTURES) for video in popular if video.published < BEFORE_PICTURES)
    firsts = (one.comment(one.threads.nth(nth)) for one in told for nth in range(one.size))
    pictured = next(comment for comment in firsts if comment.picture)
    addresses = []
    for moment in (BEFORE_PICTURES, NOON, NOON + timedelta(hours=1)):
        control.set_clock(moment)
        [item] = threads.items(id=pictured.id, part="snippet")
        addresses.append(str(said(item).get("imageUrl")))
    assert addresses[0] == "None"
    assert addresses[1] != addresses[2]
    assert all("expires=" in address for address in addresses[1:])


def test_some_comments_are_edited_and_liked_more_with_time(threads: Asker, control: Control, video: Video) -> None:
    before = {item["id"]: said(item) for item in walked(threads, videoId=video.id, part="snippet", maxResults="100")}
    assert any(comment["updatedAt"] > comment["publishedAt"] for comment in before.values())
    assert all(comment["updatedAt"] >= comment["publishedAt"] for comment in before.values())
    control.set_clock(NOON + timedelta(days=2))
    after = {item["id"]: said(item) for item in walked(threads, videoId=video.id, part="snippet", maxResults="100")}
    assert before.keys() < after.keys()
    likes = [(before[found]["likeCount"], after[found]["likeCount"]) for found in before]
    assert all(isinstance(earlier, int) and earlier <= later for earlier, later in likes)
    assert any(earlier < later for earlier, later in likes)
