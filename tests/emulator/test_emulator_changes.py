"""Channels that live: what changes about them as the clock goes on, seen through the API."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Any

import pytest

from emulator.control import Control
from emulator.universe.channels import Channel
from emulator.universe.eras import Era, Hidden
from emulator.universe.growth import STEP_SECONDS, step_of
from emulator.universe.ids import channel_id
from emulator.universe.popularity import Popularity
from emulator.universe.universe import Universe
from tests.emulator.asking import Asker
from tests.emulator.conftest import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBERED = 6000
PARTS = "snippet,statistics"


@pytest.fixture(scope="module")
def channels() -> list[Channel]:
    """Thousands of channels that exist at noon."""
    universe = Universe(seed=7)
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return [channel for channel in found if channel]


@pytest.fixture
def at(ask: Asker, control: Control) -> Callable[[Channel, datetime], dict[str, Any]]:
    """What is told of a channel at an instant."""

    def told(channel: Channel, moment: datetime) -> dict[str, Any]:
        control.set_clock(moment)
        [item] = ask.items(id=channel.id, part=PARTS)
        return item

    return told


Told = Callable[[Channel, datetime], dict[str, Any]]


def turn(channels: list[Channel], aspect: str, wanted: Callable[[Era, Era], bool]) -> tuple[Channel, datetime]:
    """A channel that lives on when it changes so, and when it does."""
    return next(
        (channel, after.since)
        for channel in channels
        for before, after in pairwise(channel.eras)
        if attrgetter(aspect)(before) != attrgetter(aspect)(after)
        and wanted(before, after)
        and channel.lives(after.since + DAY)
    )


def moment_of(popularity: Popularity, age: int | None) -> datetime:
    """The beginning of a step that is counted from the start."""
    assert age is not None
    return datetime.fromtimestamp((popularity.start + age) * STEP_SECONDS, NOON.tzinfo)


def test_a_channel_gets_another_title(at: Told, channels: list[Channel]) -> None:
    channel, since = turn(channels, "text.title", lambda _before, _after: True)
    before, after = (at(channel, moment)["snippet"] for moment in (since - HOUR, since))
    assert before["title"] != after["title"]
    assert before["thumbnails"] == after["thumbnails"]
    assert before["publishedAt"] == after["publishedAt"]


def test_the_videos_bear_the_new_title(ask: Asker, control: Control, channels: list[Channel]) -> None:
    universe = Universe(seed=7)
    uploaders = [channel for channel in channels if channel.uploads.total(NOON)]
    channel, since = turn(uploaders, "text.title", lambda _before, _after: True)
    video = next(universe.uploads(channel, since))
    titles = []
    for moment in (since - HOUR, since):
        control.set_clock(moment)
        [item] = Asker(ask.http, "/youtube/v3/videos").items(id=video.id, part="snippet")
        titles.append(item["snippet"]["channelTitle"])
    [item] = ask.items(id=channel.id, part=PARTS)
    assert titles[0] != titles[1] == item["snippet"]["title"]


def test_a_new_handle_leads_to_the_channel_and_the_old_one_to_nobody(
    ask: Asker, control: Control, channels: list[Channel]
) -> None:
    channel, since = turn(channels, "handle", lambda _before, _after: True)
    old, new = channel.eras[0].handle, channel.eras[-1].handle
    assert old
    assert new
    found = {}
    for moment in (since - HOUR, since):
        control.set_clock(moment)
        found[moment] = [[i["id"] for i in ask.items(forHandle=handle, part="id")] for handle in (old, new)]
    assert found == {since - HOUR: [[channel.id], []], since: [[], [channel.id]]}
    assert ask.items(id=channel.id, part=PARTS)[0]["snippet"]["customUrl"] == new


@pytest.mark.parametrize(("aspect", "field"), [("picture", "thumbnails"), ("text.description", "description")])
def test_pictures_and_descriptions_change_alone(at: Told, channels: list[Channel], aspect: str, field: str) -> None:
    channel, since = turn(channels, aspect, lambda _before, _after: True)
    before, after = (at(channel, moment)["snippet"] for moment in (since - HOUR, since))
    assert {name for name in before if before[name] != after[name]} - {"localized"} == {field}


@pytest.mark.parametrize("hidden", [None, "zero", "absent"])
def test_a_channel_hides_its_subscribers_or_shows_them_again(
    at: Told, channels: list[Channel], hidden: Hidden | None
) -> None:
    channel, since = turn(channels, "hidden_subscribers", lambda _, after: after.hidden_subscribers == hidden)
    before, after = (at(channel, moment)["statistics"] for moment in (since - HOUR, since))
    assert before["hiddenSubscriberCount"] is not after["hiddenSubscriberCount"] is (hidden is not None)
    assert hidden is None or after.get("subscriberCount") == {"zero": "0"}.get(hidden)


def test_most_channels_have_the_face_they_had(channels: list[Channel]) -> None:
    changed = [channel for channel in channels if any(NOON - 365 * DAY < era.since <= NOON for era in channel.eras[1:])]
    assert 0.03 < len(changed) / len(channels) < 0.2


def test_a_changed_channel_is_the_same_however_often_it_was_asked_for(channels: list[Channel]) -> None:
    universe, later = Universe(seed=7), NOON + 3 * 365 * DAY
    for channel in channels[:500]:
        found = universe.channel(channel.id, later)
        assert found == (channel.at(later) if channel.lives(later) else None)
        assert universe.channel(channel.id, NOON) == channel


def test_a_viral_channel_jumps_within_days(at: Told, channels: list[Channel]) -> None:
    channel = max(
        (c for c in channels if c.subscribers.viral_at is not None and c.subscribers.at(NOON) > 1000),
        key=lambda c: c.subscribers.viral_size / c.subscribers.at(NOON),
    )
    jump = moment_of(channel.subscribers, channel.subscribers.viral_at)
    counts = [int(at(channel, jump + days * DAY)["statistics"]["viewCount"]) for days in (-8, -1, 6)]
    assert counts[2] - counts[1] > 10 * (counts[1] - counts[0])


def test_views_are_taken_back_in_one_hour(at: Told, channels: list[Channel]) -> None:
    channel = next(c for c in channels if c.views.corrected_at is not None and c.views.at(NOON) > 100_000)
    correction = moment_of(channel.views, channel.views.corrected_at)
    before, after = (int(at(channel, moment)["statistics"]["viewCount"]) for moment in (correction - HOUR, correction))
    assert 0.9 * before < after < 0.99 * before


def test_some_channels_lose_subscribers_slowly(at: Told, channels: list[Channel]) -> None:
    channel = next(
        c
        for c in channels
        if c.subscribers.peak is not None
        and c.subscribers.corrected_at is None
        and c.subscribers.at(NOON) > 10_000
        and c.hidden_subscribers is None
        and c.lives(moment_of(c.subscribers, c.subscribers.peak) + 800 * DAY)
        and all(era.hidden_subscribers is None for era in c.eras)
    )
    peak = moment_of(channel.subscribers, channel.subscribers.peak)
    seen = [at(channel, peak + years * 365 * DAY)["statistics"] for years in range(3)]
    fans, views = ([int(item[name]) for item in seen] for name in ("subscriberCount", "viewCount"))
    assert fans == sorted(fans, reverse=True)
    assert 0.8 * fans[0] < fans[2] < 0.9 * fans[0]
    assert views == sorted(views)


def test_more_is_watched_by_day_than_by_night(at: Told, channels: list[Channel]) -> None:
    quiet = [c for c in channels if c.views.viral_at is None and c.views.corrected_at is None]
    channel = max(quiet, key=lambda c: c.views.at(NOON))
    counts = [int(at(channel, NOON + hour * HOUR)["statistics"]["viewCount"]) for hour in range(25)]
    gains = [later - earlier for earlier, later in pairwise(counts)]
    assert max(gains) > 2 * min(gains) > 0
    turns = [(b - a) * (c - b) < 0 for a, b, c in zip(gains, gains[1:], gains[2:], strict=False)]
    assert sum(turns) <= 3, "one peak and one low a day"


def falls(count: Popularity, moments: list[datetime]) -> bool:
    values = [count.at(moment) for moment in moments]
    return any(after < before for before, after in pairwise(values))


def test_counts_fall_only_where_they_are_corrected_or_have_peaked(channels: list[Channel]) -> None:
    months = [NOON + 30 * number * DAY for number in range(100)]
    counts = [count for channel in channels[:2000] for count in (channel.subscribers, channel.views)]
    fallen = [count for count in counts if falls(count, months)]
    assert fallen
    assert all(count.corrected_at is not None or count.peak is not None for count in fallen)
    assert all(count.at(month) >= 0 for count in counts for month in months[::20])


def test_a_count_begins_with_its_channel(channels: list[Channel]) -> None:
    def before(channel: Channel) -> Iterator[int]:
        return (count.at(channel.created - HOUR) for count in (channel.subscribers, channel.views))

    assert all(count == 0 for channel in channels[:500] for count in before(channel))
    assert all(step_of(channel.created) == channel.views.start for channel in channels[:500])
