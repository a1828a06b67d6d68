"""Playlists as the universe computes them: what is in them, since when, and what their ids lead back to."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.universe.communities import FOREIGN, POPULATION, community_of, ghost_of
from emulator.universe.ids import channel_id, channel_number
from emulator.universe.lists.contents import Entry, Mix, Series
from emulator.universe.lists.ids import (
    entry_id,
    list_and_mark,
    mark_of,
    old_playlist_id,
    place_of,
    playlist_id,
    playlist_number,
)
from emulator.universe.lists.listings import find_listing
from emulator.universe.lists.playlists import FIRST_NEW_ID, MOST_LISTS, Playlist, Playlists, find_playlist
from emulator.universe.universe import Universe
from tests.emulator.conftest import NOON

NUMBERED = 1000
SOME = 400


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe(seed=7)


@pytest.fixture(scope="module")
def counts(universe: Universe) -> list[int]:
    """How many playlists the first channels have."""
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    return sorted(len(Playlists(universe, channel).numbers(NOON)) for channel in found if channel)


@pytest.fixture(scope="module")
def lists(universe: Universe) -> list[Playlist]:
    """Up to three playlists of each of the first channels."""
    found = (universe.channel(channel_id(number), NOON) for number in range(NUMBERED))
    every = (Playlists(universe, channel) for channel in found if channel)
    return [one.playlist(number, NOON) for one in every for number in one.numbers(NOON)[:3]]


def entries(playlist: Playlist) -> list[Entry]:
    return list(playlist.entries(0, playlist.total))


def facts(entries: Iterable[Entry]) -> list[tuple[object, ...]]:
    """What never changes of entries."""
    return [(entry.place, entry.added, entry.owner.id, entry.index) for entry in entries]


def test_most_channels_have_few_playlists_and_some_hundreds(counts: list[int]) -> None:
    assert 0.2 < counts.count(0) / len(counts) < 0.5
    assert counts[len(counts) * 4 // 5] <= 10
    assert 50 < counts[-1] <= MOST_LISTS


def test_sizes_have_a_heavy_tail_and_some_lists_are_empty(lists: list[Playlist]) -> None:
    sizes = sorted(playlist.total for playlist in lists)
    assert sizes[0] == 0
    assert 3 < sizes[len(sizes) // 2] < 30
    assert sizes[-1] > 300


def test_an_entry_is_added_once_in_order_and_not_before_its_video(lists: list[Playlist]) -> None:
    for playlist in lists[:SOME]:
        found = entries(playlist)
        assert [entry.place for entry in found] == list(range(playlist.total))
        assert len({(entry.owner.id, entry.index) for entry in found}) == len(found)
        assert all(one.added <= other.added for one, other in pairwise(found))
        for entry in found:
            assert playlist.created <= entry.added <= NOON
            assert entry.owner.uploads.published(entry.index) <= entry.added


def test_every_video_leads_to_its_entry(lists: list[Playlist]) -> None:
    for playlist in lists[:SOME]:
        found = entries(playlist)
        assert [playlist.find(ghost_of(entry.owner.number), entry.index) for entry in found] == found
        assert [playlist.marked(playlist.mark(entry)) for entry in found] == found
        assert playlist.marked(mark_of(playlist.total)) is None


def test_entries_stay_and_come_but_never_move(universe: Universe, lists: list[Playlist]) -> None:
    grown = 0
    for playlist in lists[:SOME]:
        later = find_playlist(universe, playlist.id, NOON + timedelta(days=40))
        if later:
            assert facts(later.entries(0, playlist.total)) == facts(entries(playlist))
            grown += later.total > playlist.total
            assert all(entry.added > NOON for entry in later.entries(playlist.total, later.total))
    assert grown > 10


def test_a_series_takes_in_what_its_owner_uploads(lists: list[Playlist]) -> None:
    series = next(one.contents for one in lists if isinstance(one.contents, Series) and one.total > 50)
    numbers = [series.entry(place).index for place in range(50)]
    assert {after - before for before, after in pairwise(numbers)} == {series.stride}
    assert {series.entry(place).owner.id for place in range(50)} == {series.owner.id}


def test_curated_lists_hold_videos_of_channels_that_the_owner_knows(lists: list[Playlist]) -> None:
    mixes = [one for one in lists if isinstance(one.contents, Mix) and one.total > 10]
    owners = [{entry.owner.number for entry in entries(one)} - {one.channel.number} for one in mixes]
    assert max(map(len, owners)) > 7
    assert all(number < POPULATION for found in owners for number in found)
    homes = Counter(
        community_of(number) == community_of(one.channel.number)
        for one, found in zip(mixes, owners, strict=True)
        for number in found
    )
    assert homes[True] > homes[False] > 0


def test_a_video_is_in_several_lists_of_several_channels(lists: list[Playlist]) -> None:
    places = {
        (entry.owner.id, entry.index, playlist.id, playlist.channel.id)
        for playlist in lists
        for entry in playlist.entries(0, 100)
    }
    of_video = Counter(place[:2] for place in places)
    owners = Counter(video for video, _ in {(place[:2], place[3]) for place in places})
    assert of_video.most_common(1)[0][1] > 5
    assert owners.most_common(1)[0][1] > 2


def test_two_universes_of_one_seed_have_the_same_lists(lists: list[Playlist]) -> None:
    other = Universe(seed=7)
    for playlist in lists[:50]:
        again = find_playlist(other, playlist.id, NOON)
        assert again
        assert (again.text, again.created, entries(again)) == (playlist.text, playlist.created, entries(playlist))
    strangers = [find_playlist(Universe(seed=8), playlist.id, NOON) for playlist in lists[:50]]
    assert any(one is None or one.total != mine.total for one, mine in zip(strangers, lists, strict=False))


def test_a_list_is_not_there_before_it_was_made(universe: Universe, lists: list[Playlist]) -> None:
    for playlist in lists[:50]:
        assert find_playlist(universe, playlist.id, playlist.created - timedelta(seconds=1)) is None
        later = find_playlist(universe, playlist.id, playlist.created + timedelta(seconds=1))
        assert later
        assert later.id == playlist.id


def test_lists_of_the_first_years_have_short_ids(lists: list[Playlist]) -> None:
    assert {len(one.id) for one in lists if one.created < FIRST_NEW_ID} == {18}
    assert {len(one.id) for one in lists if one.created >= FIRST_NEW_ID} == {34}


def test_ids_that_nobody_made_lead_nowhere(universe: Universe, lists: list[Playlist]) -> None:
    ids = [one.id for one in lists if one.total]
    for wanted in ids[:100]:
        last = "A" if wanted[-1] != "A" else "B"
        assert find_listing(universe, wanted, NOON)
        assert find_listing(universe, wanted[:-1] + last, NOON) is None
    owner, young = channel_number(lists[0].channel.id), NOON
    assert find_listing(universe, playlist_id(owner, MOST_LISTS), young) is None
    assert find_listing(universe, old_playlist_id(owner, 0), young) is None or lists[0].created < FIRST_NEW_ID


def test_foreign_channels_have_playlists_too(universe: Universe) -> None:
    found = (universe.channel(channel_id(FOREIGN + 7**number), NOON) for number in range(30))
    every = (Playlists(universe, channel) for channel in found if channel)
    lists = [one.playlist(number, NOON) for one in every for number in one.numbers(NOON)[:20]]
    assert any(isinstance(one.contents, Mix) and one.total for one in lists)
    for playlist in lists:
        assert len(playlist.id) == 34
        assert find_listing(universe, playlist.id, NOON) == playlist


@given(st.integers(0, 2**128 - 1), st.integers(0, MOST_LISTS))
def test_a_playlist_id_holds_owner_and_number(owner: int, number: int) -> None:
    assert playlist_number(playlist_id(owner, number)) == (owner, number)


@given(st.integers(0, FOREIGN - 1), st.integers(0, MOST_LISTS))
def test_an_old_playlist_id_holds_owner_and_number(owner: int, number: int) -> None:
    assert playlist_number(old_playlist_id(owner, number)) == (owner, number)


@given(st.integers(0, 2**64 - 1), st.from_regex(r"PL[0-9A-F]{16}", fullmatch=True))
def test_an_entry_id_holds_list_and_place(place: int, list_id: str) -> None:
    entry = entry_id(list_id, mark_of(place))
    assert list_and_mark(entry) == (list_id, mark_of(place))
    assert place_of(mark_of(place)) == place


@given(st.text(max_size=60))
def test_any_text_may_be_asked_for(text: str) -> None:
    universe = Universe(seed=7)
    assert find_listing(universe, text, NOON) is None
    found = list_and_mark(text)
    assert found is None or place_of(found[1]) is None


def test_newest_lists_come_first(universe: Universe, lists: list[Playlist]) -> None:
    several = (Playlists(universe, one.channel) for one in lists)
    dates = next(
        [one.playlist(n, NOON).created for n in one.numbers(NOON)] for one in several if len(one.numbers(NOON)) > 9
    )
    assert all(one > other for one, other in islice(pairwise(dates), 20))
