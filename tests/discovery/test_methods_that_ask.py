"""The methods that ask YouTube, against the emulator: what they find is what its universe says."""

import pytest

from discovery.contract import Place, Seed
from discovery.driving import drive
from discovery.methods.comment_authors import CommentAuthors
from discovery.methods.featured_channels import FeaturedChannels
from discovery.methods.keyword_search import KeywordSearch
from discovery.methods.playlist_owners import PlaylistOwners
from discovery.methods.public_subscriptions import PublicSubscriptions
from discovery.methods.trending_charts import TrendingCharts
from emulator.control import Control
from emulator.universe.atlas import REGIONS
from emulator.universe.channels import Channel
from emulator.universe.charts import CHARTED_CATEGORIES, Charts
from emulator.universe.comments.comments import Conversation
from emulator.universe.communities import community_of, scene_of
from emulator.universe.ids import channel_id, channel_number
from emulator.universe.lists.playlists import Playlists, find_playlist
from emulator.universe.sections import draw_sections
from emulator.universe.subscriptions import are_shown, draw_subscriptions, subscribed
from emulator.universe.universe import Universe
from tests.discovery.asking import NOON, Youtube, channels, stored


def test_featured_channels_are_those_of_the_shelves(youtube: Youtube, universe: Universe, emulator: Control) -> None:
    found = 0
    for channel in channels(universe, 60):
        trace = youtube.explore(FeaturedChannels(), channel)
        shelves = [section for section in draw_sections(universe, channel, NOON) if section.channels]
        assert [one.channel for one in trace.found] == [one for section in shelves for one in section.channels]
        assert {one.evidence for one in trace.found} <= {"section multipleChannels"}
        found += len(trace.found)
    assert found > 30
    assert emulator.counters().used(bucket="default") == 60


def test_owners_are_those_of_the_videos_in_the_lists(youtube: Youtube, universe: Universe) -> None:
    found = 0
    for channel in channels(universe, 40):
        trace = youtube.explore(PlaylistOwners(), channel)
        assert len(trace.asks) <= 6
        for one in trace.found:
            playlist = find_playlist(universe, one.evidence.removeprefix("playlist "), NOON)
            assert playlist
            assert playlist.channel.id == channel.id != one.channel
            assert one.channel in {entry.owner.id for entry in playlist.entries(0, playlist.total)}
        found += len({one.channel for one in trace.found})
    assert found > 50


def test_stored_lists_are_not_asked_for_again_and_one_that_is_gone_ends_nothing(
    youtube: Youtube, universe: Universe
) -> None:
    channel = next(one for one in channels(universe, 200) if len(Playlists(universe, one).numbers(NOON)) > 2)
    lists = Playlists(universe, channel)
    known = [lists.playlist(number, NOON).id for number in lists.numbers(NOON)][:2]
    seed = Seed(channel.id, playlist_ids=(f"PL{'x' * 32}", *known))
    trace = drive(PlaylistOwners().explore(seed), youtube)
    assert [ask.params.get("playlistId") for ask in trace.asks] == list(seed.playlist_ids)
    assert trace.found == [one for one in youtube.explore(PlaylistOwners(), channel).found if one.evidence[9:] in known]


def test_public_subscriptions_are_the_first_two_hundred_that_live(youtube: Youtube, universe: Universe) -> None:
    shown = [one for one in channels(universe, 400) if are_shown(universe.seed, one.number)][:20]
    assert any(len(draw_subscriptions(universe.seed, one.number)) > 200 for one in shown)
    for channel in shown:
        trace = youtube.explore(PublicSubscriptions(), channel)
        assert [one.channel for one in trace.found] == followed(universe, channel)[:200]
        assert {one.evidence for one in trace.found} <= {"subscription"}
        assert len(trace.asks) <= 4


def followed(universe: Universe, channel: Channel) -> list[str]:
    targets = [universe.channel(channel_id(n), NOON) for n in draw_subscriptions(universe.seed, channel.number)[:200]]
    return [one.id for one in targets if one and subscribed(universe.seed, channel, one) <= NOON]


def test_a_private_list_costs_a_unit_and_names_nobody(youtube: Youtube, universe: Universe) -> None:
    hidden = next(one for one in channels(universe, 100) if not are_shown(universe.seed, one.number))
    trace = youtube.explore(PublicSubscriptions(), hidden)
    assert (len(trace.asks), trace.found) == (1, [])


def test_comment_authors_have_written_where_the_evidence_says(youtube: Youtube, universe: Universe) -> None:
    """Who has begun a thread, and who has only replied."""
    found = began = 0
    for channel in channels(universe, 12):
        trace = youtube.explore(CommentAuthors(), channel)
        assert len(trace.asks) == 1
        for one in trace.found[:40]:
            video = universe.video(one.evidence.removeprefix("video "), NOON)
            assert video
            assert video.channel.id == channel.id != one.channel
            told = Conversation(universe, video, NOON)
            written = map(told.comment, range(min(told.timeline.total, 2_000)))
            parents = [comment.parent_id for comment in written if comment.author.channel_id == one.channel]
            assert parents or told.timeline.total > 2_000
            began += None in parents
            found += bool(parents)
    assert found > 50
    assert 0 < began < found


@pytest.mark.parametrize(
    "method", [FeaturedChannels(), PlaylistOwners(), PublicSubscriptions(), CommentAuthors()], ids=lambda one: one.name
)
def test_a_channel_that_is_gone_ends_with_the_first_call(
    youtube: Youtube, universe: Universe, method: FeaturedChannels
) -> None:
    trace = youtube.explore(method, next(universe.missing_ids(NOON)))
    assert (len(trace.asks), trace.found) == (1, [])


def test_search_takes_from_its_own_bucket_and_finds_who_uses_the_words(
    youtube: Youtube, universe: Universe, emulator: Control
) -> None:
    seeds = [stored(universe, channel, videos=0) for channel in channels(universe, 30)]
    traces = [(seed, drive(KeywordSearch().explore(seed), youtube)) for seed in seeds]
    asked = [trace for seed, trace in traces if seed.keywords]
    assert {len(trace.asks) for trace in asked} == {1}
    assert all(not trace.asks for seed, trace in traces if not seed.keywords)
    used = emulator.counters()
    assert (used.used(bucket="search"), used.used(bucket="default")) == (len(asked), 0)
    named = [(seed, one) for seed, trace in traces for one in trace.found if scene(seed) in one.evidence]
    assert len(named) > 50
    at_home = [community(seed.channel_id) == community(one.channel) for seed, one in named]
    assert sum(at_home) > 0.5 * len(at_home)


@pytest.mark.parametrize(
    ("keywords", "asked"),
    [
        (("boats", "Paper Boats", "paper boats", "origami", "kites"), "paper boats|origami|boats"),
        (("boats|kites", '"papers" -boats', "-", "|"), "papers boats|boats kites"),
        (("a", "k" * 41, "\0", ""), None),
    ],
)
def test_a_search_is_for_any_of_the_three_longest_keywords(keywords: tuple[str, ...], asked: str | None) -> None:
    trace = drive(KeywordSearch().explore(Seed("UC_x5XG1OV2P6uZZ5FSM9Ttw", keywords=keywords)), lambda _: {})
    assert [ask.params["q"] for ask in trace.asks] == ([asked] if asked else [])


def community(channel: str) -> int:
    return community_of(channel_number(channel))


def scene(seed: Seed) -> str:
    return scene_of(community(seed.channel_id))


@pytest.mark.parametrize("name", ["DE", "JP/10"])
def test_charts_name_the_channels_of_their_videos(youtube: Youtube, universe: Universe, name: str) -> None:
    assert name in TrendingCharts().places
    trace = drive(TrendingCharts().explore(Place(name)), youtube)
    region, _, category = name.partition("/")
    videos = Charts(universe).chart(region, category or "0", NOON)
    assert {(one.channel, one.evidence) for one in trace.found} == {(v.channel.id, f"video {v.id}") for v in videos}
    assert len(trace.found) > 50
    assert len(trace.asks) <= 4


def test_charts_are_asked_for_only_where_youtube_has_them() -> None:
    places = [name.partition("/") for name in TrendingCharts().places]
    assert {region for region, _, _ in places} == set(REGIONS)
    assert {category or "0" for _, _, category in places} <= set(CHARTED_CATEGORIES)
