"""subscriptions.list as a client sees it."""

from datetime import timedelta
from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.communities import VIEWERS
from emulator.universe.ids import channel_id
from emulator.universe.subscriptions import are_shown, draw_subscriptions, parties, subscription_id
from emulator.universe.universe import Universe
from tests.emulator.asking import Asker, by_id
from tests.emulator.conftest import NOON

SEED = 7
NUMBERED = 3000


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=SEED)


@pytest.fixture(scope="module")
def subscribers(universe: Universe) -> list[str]:
    """Channels that show whom they follow, from the one that follows most to the one that follows none."""
    shown = [number for number in range(NUMBERED) if are_shown(SEED, number)]
    shown.sort(key=lambda number: -len(draw_subscriptions(SEED, number)))
    return [name for name in map(channel_id, shown) if universe.channel(name, NOON)]


@pytest.fixture
def ask_subscriptions(ask: Asker) -> Asker:
    return Asker(ask.http, "/youtube/v3/subscriptions")


def targets(items: list[dict[str, Any]]) -> list[str]:
    return [item["snippet"]["resourceId"]["channelId"] for item in items]


def test_the_list_has_a_capital_letter_that_the_document_does_not_know(
    ask_subscriptions: Asker, subscribers: list[str]
) -> None:
    answer = ask_subscriptions(channelId=subscribers[0], part="snippet").json()
    assert answer["kind"] == "youtube#SubscriptionListResponse"
    assert {item["kind"] for item in answer["items"]} == {"youtube#subscription"}


def test_a_subscription_tells_of_the_channel_that_is_followed(
    ask: Asker, ask_subscriptions: Asker, subscribers: list[str]
) -> None:
    [item] = ask_subscriptions.items(channelId=subscribers[0], part="snippet,contentDetails", maxResults="1")
    [target] = ask.items(id=item["snippet"]["resourceId"]["channelId"], part="snippet,statistics")
    assert item["snippet"]["channelId"] == subscribers[0]
    assert item["snippet"]["resourceId"]["kind"] == "youtube#channel"
    assert item["snippet"]["title"] == target["snippet"]["title"]
    assert item["snippet"]["publishedAt"] > target["snippet"]["publishedAt"]
    assert item["contentDetails"]["totalItemCount"] == int(target["statistics"]["videoCount"])
    assert all(picture.keys() == {"url"} for picture in item["snippet"]["thumbnails"].values())


def test_most_channels_keep_their_subscriptions_to_themselves(ask_subscriptions: Asker, control: Control) -> None:
    ids = control.channel_ids(300)
    refused = [r for one in ids if (r := ask_subscriptions(channelId=one, part="id")).status_code != 200]
    assert 0.75 < len(refused) / len(ids) < 0.95
    for response in refused:
        error = response.json()["error"]
        assert (error["code"], error["errors"][0]["reason"]) == (403, "subscriptionForbidden")
        assert error["errors"][0]["domain"] == "youtube.subscription"
        assert "location" not in error["errors"][0]


def test_those_who_only_watch_show_more(ask_subscriptions: Asker) -> None:
    def share(first: int) -> float:
        return sum(are_shown(SEED, first + number) for number in range(4000)) / 4000

    assert 0.1 < share(0) < 0.17 < share(VIEWERS) < 0.3
    viewer = next(n for n in range(VIEWERS, VIEWERS + 100) if are_shown(SEED, n) and draw_subscriptions(SEED, n))
    assert ask_subscriptions(channelId=channel_id(viewer), part="id").json()["pageInfo"]["totalResults"] > 0


def test_an_unknown_subscriber_is_not_found(ask_subscriptions: Asker, universe: Universe) -> None:
    unknown = (one for one in universe.missing_ids(NOON) if not universe.was_terminated(one, NOON))
    for one in (next(unknown), "nonsense"):
        error = ask_subscriptions.error(channelId=one, part="id")
        assert (error["code"], error["errors"][0]["reason"]) == (404, "subscriberNotFound")


def test_the_accounts_of_terminated_channels_are_closed_or_suspended(
    ask_subscriptions: Asker, control: Control, universe: Universe
) -> None:
    later = NOON + timedelta(days=9 * 365)
    control.set_clock(later)
    gone = [one for one in map(channel_id, range(1000)) if universe.was_terminated(one, later)]
    reasons = {ask_subscriptions.error(channelId=one, part="id")["errors"][0]["reason"] for one in gone}
    assert reasons == {"accountClosed", "accountSuspended"}
    assert {ask_subscriptions.error(channelId=one, part="id")["code"] for one in gone[:3]} == {403}


def test_pages_are_short_where_followed_channels_have_died(
    ask_subscriptions: Asker, universe: Universe, subscribers: list[str]
) -> None:
    answers = list(ask_subscriptions.pages(channelId=subscribers[0], part="snippet", maxResults="50"))
    found = targets([item for answer in answers for item in answer["items"]])
    total = answers[0]["pageInfo"]["totalResults"]
    assert answers[0]["nextPageToken"] == "CDIQAA"
    assert answers[1]["prevPageToken"] == "CDIQAQ"
    assert 300 < total <= 1000
    assert 0.85 * total < len(found) == len(set(found)) < total
    assert all(universe.channel(one, NOON) for one in found)


def test_the_order_may_be_alphabetical(ask_subscriptions: Asker, subscribers: list[str]) -> None:
    def titles(order: str) -> list[str]:
        asked = {"channelId": subscribers[20], "part": "snippet", "maxResults": "50", "order": order}
        return [item["snippet"]["title"] for answer in ask_subscriptions.pages(**asked) for item in answer["items"]]

    by_name = titles("alphabetical")
    assert by_name == sorted(by_name, key=str.casefold)
    assert by_name != titles("relevance") == titles("unread")
    assert sorted(by_name) == sorted(titles("relevance"))


def test_one_asks_whether_a_channel_follows_others(ask_subscriptions: Asker, subscribers: list[str]) -> None:
    followed = targets(ask_subscriptions.items(channelId=subscribers[0], part="snippet", maxResults="5"))[:2]
    wanted = ",".join([*followed, subscribers[0], "nonsense"])
    answer = ask_subscriptions(channelId=subscribers[0], forChannelId=wanted, part="snippet").json()
    assert targets(answer["items"]) == followed
    assert answer["pageInfo"]["totalResults"] == 2
    assert "items" not in ask_subscriptions(channelId=subscribers[0], forChannelId=subscribers[0], part="id").json()


def test_subscriptions_are_found_by_their_ids(ask_subscriptions: Asker, subscribers: list[str]) -> None:
    known = ask_subscriptions.items(channelId=subscribers[0], part="snippet", maxResults="10")
    assert all(len(item["id"]) == 43 for item in known)
    assert len({item["id"][:21] for item in known}) == 1
    stranger = subscription_id(subscribers[0], subscribers[0])
    ids = [*(item["id"] for item in known), stranger, "nonsense", known[0]["id"][:-1] + "B"]
    assert by_id(ask_subscriptions.items(id=",".join(ids), part="snippet")) == by_id(known)


def test_an_id_leads_to_both_parties() -> None:
    one, other = channel_id(5), channel_id(VIEWERS + 3)
    assert parties(subscription_id(one, other)) == (one, other)
    assert subscription_id(one, other) != subscription_id(other, one)


def test_subscriptions_of_mine_need_a_login(ask_subscriptions: Asker) -> None:
    for name in ("mine", "mySubscribers", "myRecentSubscribers"):
        error = ask_subscriptions.error(part="id", **{name: "true"})
        assert (error["code"], error["errors"][0]["reason"]) == (401, "authorizationRequired")


def test_subscriptions_have_heavy_tails() -> None:
    counts = sorted(len(draw_subscriptions(SEED, number)) for number in range(NUMBERED))
    assert 10 < counts[len(counts) // 2] < 60
    assert 700 < counts[-1] <= 1000
    assert counts[0] < 3


def test_nobody_follows_before_both_are_there(
    ask_subscriptions: Asker, control: Control, universe: Universe, subscribers: list[str]
) -> None:
    subscriber = universe.channel(subscribers[0], NOON)
    assert subscriber
    control.set_clock(subscriber.created + timedelta(seconds=1))
    assert ask_subscriptions.items(channelId=subscriber.id, part="id") == []
    control.set_clock(NOON)
    [item] = ask_subscriptions.items(channelId=subscriber.id, part="snippet", maxResults="1")
    assert item["snippet"]["publishedAt"] > subscriber.published
