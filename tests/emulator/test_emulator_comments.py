"""comments.list: comments by id, all replies to one, and their texts in two formats."""

import html
import re
from itertools import islice
from typing import Any

import pytest

from emulator.methods.markup import as_html
from emulator.universe.charts import Charts
from emulator.universe.comments.comments import Conversation
from emulator.universe.comments.ids import reply_id, reply_place, thread_id, thread_place
from emulator.universe.universe import Universe
from emulator.universe.writing.hostile import DESCRIPTIONS, TITLES
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

Item = dict[str, Any]


@pytest.fixture(scope="module")
def conversations() -> list[Conversation]:
    """Those below the videos of a chart."""
    universe = Universe(seed=7)
    return [Conversation(universe, video, NOON) for video in Charts(universe).chart("US", "0", NOON)]


@pytest.fixture
def lively(conversations: list[Conversation]) -> tuple[Conversation, int]:
    """The thread with the most replies."""
    firsts = ((one, one.threads.nth(nth)) for one in conversations for nth in range(one.size))
    found = max(islice(firsts, 5000), key=lambda place: len(place[0].replies(place[1])))
    assert len(found[0].replies(found[1])) > 20
    return found


@pytest.fixture
def comments(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/comments")


def test_all_replies_come_page_by_page_oldest_first(comments: Asker, lively: tuple[Conversation, int]) -> None:
    conversation, thread = lively
    asked = {"parentId": conversation.thread_id(thread), "part": "snippet", "maxResults": "9"}
    found: list[Item] = []
    token = ""
    while True:
        answer = comments(**asked, **({"pageToken": token} if token else {})).json()
        assert answer["pageInfo"] == {"resultsPerPage": 9}
        found += answer["items"]
        token = answer.get("nextPageToken", "")
        if not token:
            break
    assert [item["id"] for item in found] == [conversation.comment(n).id for n in conversation.replies(thread)]
    dates = [item["snippet"]["publishedAt"] for item in found]
    assert dates == sorted(dates)
    assert {item["snippet"]["parentId"] for item in found} == {asked["parentId"]}
    assert all(re.fullmatch(r"Ug[\w-]{24}\.[\w-]{22}", item["id"]) for item in found)


def test_replies_equal_those_that_come_with_their_thread(
    ask: Asker, comments: Asker, lively: tuple[Conversation, int]
) -> None:
    wanted = lively[0].thread_id(lively[1])
    [thread] = Asker(ask.http, "/youtube/v3/commentThreads").items(id=wanted, part="snippet,replies")
    alone = comments.items(parentId=wanted, part="snippet", maxResults="5")
    # only the thread's list tells the video
    with_video = [{**item["snippet"], "videoId": lively[0].video.id} for item in alone]
    assert [reply["snippet"] for reply in thread["replies"]["comments"]] == with_video


def test_comments_and_replies_are_found_by_their_ids(comments: Asker, conversations: list[Conversation]) -> None:
    conversation = max(conversations, key=lambda one: one.timeline.total)
    wanted = [conversation.comment(number) for number in range(50)]
    items = {item["id"]: item["snippet"] for item in comments.items(id=",".join(c.id for c in wanted), part="snippet")}
    assert {found: snippet.get("parentId") for found, snippet in items.items()} == {c.id: c.parent_id for c in wanted}
    assert "pageInfo" not in comments(id=wanted[0].id, part="id").json()


def test_ids_that_were_made_up_are_left_out(comments: Asker, lively: tuple[Conversation, int]) -> None:
    conversation, thread = lively
    reply = conversation.comment(conversation.replies(thread)[0]).id
    beyond = thread_id(conversation.key, conversation.timeline.total)
    stranger = reply_id(conversation.key, thread, thread)
    wrong = reply[:-1] + ("A" if reply[-1] != "A" else "E")
    asked = ",".join([reply, beyond, stranger, wrong, "Ug", "", f"{reply}.x"])
    assert [item["id"] for item in comments.items(id=asked, part="id")] == [reply]


def test_the_replies_to_nothing_are_not_found(comments: Asker, lively: tuple[Conversation, int]) -> None:
    conversation, thread = lively
    reply = conversation.comment(conversation.replies(thread)[0]).id
    for parent in ("UgzzzzzzzzzzzzzzzzZ4AaABAg", reply):
        error = comments.error(parentId=parent, part="id")
        assert (error["code"], error["errors"][0]["reason"]) == (404, "commentNotFound")


def test_ids_lead_back_to_video_and_number() -> None:
    for video, number in ((0, 0), (2**64 - 1, 2**32 - 1), (123456789, 42)):
        assert thread_place(thread_id(video, number)) == (video, number)
        assert reply_place(reply_id(video, number, 7)) == (video, number, 7)
    for text in ("", "Ug", "Ug.x", "x" * 26, "é" * 26, thread_id(1, 2)[:-1]):
        assert thread_place(text) is None
        assert reply_place(f"{text}.{text}") is None


def test_plain_text_is_what_was_typed_and_html_shows_the_same(
    comments: Asker, conversations: list[Conversation]
) -> None:
    told = (one for one in conversations if one.timeline.total > 30)
    wanted = ",".join(one.comment(number).id for one in islice(told, 5) for number in range(10))
    plain = {item["id"]: item["snippet"] for item in comments.items(id=wanted, part="snippet", textFormat="plainText")}
    for item in comments.items(id=wanted, part="snippet"):
        display, original = item["snippet"]["textDisplay"], item["snippet"]["textOriginal"]
        assert plain[item["id"]]["textDisplay"] == plain[item["id"]]["textOriginal"] == original
        shown = html.unescape(re.sub(r"<[^>]+>", "", display.replace("<br>", "\n")))
        assert shown == original.replace("\r\n", "\n")


def test_html_has_breaks_entities_links_and_timestamps() -> None:
    assert as_html('I\'m & "you" <b>\nbye', "x") == "I&#39;m &amp; &quot;you&quot; &lt;b&gt;<br>bye"
    assert as_html("see 1:02:03 and 2:15!", "VIDEO") == (
        'see <a href="https://www.youtube.com/watch?v=VIDEO&amp;t=3723">1:02:03</a> and '
        '<a href="https://www.youtube.com/watch?v=VIDEO&amp;t=135">2:15</a>!'
    )
    address = "https://example.com/?a=1&b=2:30"
    assert as_html(address, "x") == f'<a href="{html.escape(address)}">{html.escape(address)}</a>'


def test_texts_have_lines_and_mentions_and_some_are_hostile(conversations: list[Conversation]) -> None:
    texts = [one.comment(number).text for one in conversations for number in range(min(100, one.timeline.total))]
    assert 0 < sum(text in {*TITLES, *DESCRIPTIONS} for text in texts) < len(texts) / 20
    assert any("\n" in text for text in texts)
    assert any(text.startswith("@") for text in texts)
    assert len(set(texts)) > len(texts) / 5
