"""What connects channels: mentions, links, featured channels, subscriptions, shared words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

import pytest

from emulator.universe.channels import Channel
from emulator.universe.communities import COMMUNITIES, COMMUNITY_SIZE, THEMES, community_of, scene_of
from emulator.universe.ids import INDEX_BITS, channel_id, channel_number, video_number
from emulator.universe.sections import draw_sections
from emulator.universe.subscriptions import are_shown, draw_subscriptions
from emulator.universe.universe import Universe
from emulator.universe.videos import Video
from emulator.universe.writing import hostile
from emulator.universe.writing.languages import LANGUAGES
from emulator.universe.writing.names import handle_number
from emulator.universe.writing.phrases import PHRASES
from tests.emulator.conftest import NOON

SEED = 7
NUMBERED = 2000
VIDEOS = 20
HANDLE, CHANNEL, VIDEO = (
    re.compile(r"@[^\s/]+-[0-9a-z]+"),
    re.compile(r"UC[\w-]{22}"),
    re.compile(r"youtu\.be/([\w-]{11})"),
)
Edge = tuple[int, int]


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=SEED)


@pytest.fixture(scope="module")
def channels(universe: Universe) -> list[Channel]:
    """The channels of thirty communities."""
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return [channel for channel in found if channel]


@pytest.fixture(scope="module")
def videos(universe: Universe, channels: list[Channel]) -> list[Video]:
    return [video for channel in channels for video in islice(universe.uploads(channel, NOON), VIDEOS)]


@pytest.fixture(scope="module")
def mentions(channels: list[Channel], videos: list[Video]) -> list[Edge]:
    """Who points to whom in a text, read as any reader would."""
    texts = [(channel.number, channel.text.description) for channel in channels]
    texts += [(video.channel.number, f"{video.text.title}\n{video.text.description}") for video in videos]
    return [(writer, named) for writer, text in texts for named in numbers_in(text) if named != writer]


@pytest.fixture(scope="module")
def featured(universe: Universe, channels: list[Channel]) -> list[Edge]:
    return [
        (channel.number, channel_number(friend))
        for channel in channels
        for section in draw_sections(universe, channel, NOON)
        for friend in section.channels
    ]


@pytest.fixture(scope="module")
def followed(channels: list[Channel]) -> list[Edge]:
    shown = [channel.number for channel in channels if are_shown(SEED, channel.number)]
    return [(number, target) for number in shown for target in draw_subscriptions(SEED, number)]


def numbers_in(text: str) -> Iterator[int]:
    handles = (handle_number(handle) for handle in HANDLE.findall(text))
    yield from (number for number in handles if number is not None)
    yield from map(channel_number, CHANNEL.findall(text))
    yield from (video_number(video) >> INDEX_BITS for video in VIDEO.findall(text))


def share_at_home(edges: list[Edge]) -> float:
    return sum(community_of(one) == community_of(other) for one, other in edges) / len(edges)


def test_mentions_and_featured_channels_stay_mostly_in_the_community(
    mentions: list[Edge], featured: list[Edge]
) -> None:
    assert len(mentions) > NUMBERED
    assert share_at_home(mentions) > 0.6
    assert share_at_home(featured) > 0.6


def test_followed_channels_are_of_the_community_or_about_the_same(followed: list[Edge]) -> None:
    by_subscriber = defaultdict(list)
    for edge in followed:
        by_subscriber[edge[0]].append(edge)
    homely = [edges for edges in by_subscriber.values() if share_at_home(edges) > 0.5]
    assert len(homely) > 0.6 * len(by_subscriber)
    related = [a for a, b in followed if (community_of(a) - community_of(b)) % len(THEMES) == 0]
    assert len(related) > 0.6 * len(followed)


def test_the_graph_is_connected_in_the_large(
    channels: list[Channel], mentions: list[Edge], featured: list[Edge], followed: list[Edge]
) -> None:
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in [*mentions, *featured, *followed]:
        neighbours[one].add(other)
        neighbours[other].add(one)
    reached, waiting = {channels[0].number}, [channels[0].number]
    while waiting:
        new = neighbours[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert sum(channel.number in reached for channel in channels) > 0.9 * len(channels)
    assert len({community_of(number) for number in reached}) > 1000


def test_stars_are_named_more_often_than_others(mentions: list[Edge]) -> None:
    named = Counter(number % COMMUNITY_SIZE for _, number in mentions)
    assert named[0] > 3 * named[COMMUNITY_SIZE // 2]


def test_mentions_lead_to_channels_of_which_some_have_died(universe: Universe, mentions: list[Edge]) -> None:
    alive = [universe.channel(channel_id(number), NOON) is not None for _, number in mentions]
    assert 0.9 < sum(alive) / len(alive) < 0.99


def test_every_way_to_name_a_channel_is_used(videos: list[Video]) -> None:
    text = "\n".join(f"{video.text.title}\n{video.text.description}" for video in videos)
    for way in (
        r"(?<!/)@\S+-\w+",
        r"youtube\.com/@\S+-\w+",
        r"youtube\.com/channel/UC",
        r"youtu\.be/",
        r"ft\. @\S+-\w+",
    ):
        assert len(re.findall(way, text)) > 100, way


def test_descriptions_hold_what_real_ones_do(videos: list[Video]) -> None:
    texts = [video.text.description for video in videos if video.text.description not in hostile.DESCRIPTIONS]
    for thing, low, high in (
        (r"^$", 0.15, 0.35),
        (r"(?m)^0:00 \S.*\n\d+:\d\d \S.*\n\d+:\d\d \S", 0.05, 0.3),
        (r"#\w+", 0.15, 0.5),
        (r"https://(?!www\.youtube|youtu\.be)", 0.15, 0.5),
        (r"bit\.ly/", 0.02, 0.2),
    ):
        assert low < sum(re.search(thing, text) is not None for text in texts) / len(texts) < high, thing


def test_rare_tags_are_shared_within_a_community_only(videos: list[Video]) -> None:
    users = defaultdict(set)
    for video in videos:
        for tag in video.tags:
            users[tag].add(video.channel.number)
    for community in range(20):
        sharing = users[scene_of(community)]
        assert len(sharing) > COMMUNITY_SIZE / 3
        assert {community_of(number) for number in sharing} == {community}


def test_channels_share_keywords_with_their_community(channels: list[Channel]) -> None:
    sharing = [channel for channel in channels if scene_of(community_of(channel.number)) in channel.keywords.split()]
    assert 0.2 < len(sharing) / len(channels) < 0.6


def test_every_community_has_a_word_of_its_own() -> None:
    assert len({scene_of(community) for community in range(COMMUNITIES)}) == COMMUNITIES


def test_one_text_in_a_hundred_is_hostile(videos: list[Video]) -> None:
    bad = sum(video.text.title in hostile.TITLES for video in videos)
    assert 0.005 < bad / len(videos) < 0.02


def test_every_language_has_patterns_that_can_be_filled_in() -> None:
    assert PHRASES.keys() == {language.code for language in LANGUAGES}
    for language in LANGUAGES:
        name, topic = max(language.names, key=len), max(language.topics, key=len)
        for pattern in PHRASES[language.code].titles:
            title = pattern.format(name=name, topic=topic, n=99, year=2026)
            assert topic in title
            assert len(title) < 70
        assert "@someone" in PHRASES[language.code].thanks.format(who="@someone")
        assert len(PHRASES[language.code].chapters) >= 3


def test_titles_of_videos_have_the_length_of_youtube(videos: list[Video]) -> None:
    assert max(len(video.text.title) for video in videos) <= 100
    assert max(len(video.text.description) for video in videos) <= 5000
    assert len({video.text.title for video in videos}) > 0.4 * len(videos), "most titles are repeated"
