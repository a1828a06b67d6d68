"""The universe: pure, plausible, and full of what real channels are full of."""

import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.universe.channels import Channel, published
from emulator.universe.draws import Draws
from emulator.universe.growth import rounded_down
from emulator.universe.ids import CHANNEL_ID, channel_id, channel_number, is_channel_id
from emulator.universe.universe import Universe
from emulator.universe.writing import hostile, names
from emulator.universe.writing.languages import LANGUAGES
from tests.emulator.conftest import NOON

NUMBERS = st.integers(0, 2**128 - 1)
SAMPLE = 4000
SCRIPTS = {
    *("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "THAI", "CJK", "HIRAGANA"),
    *("KATAKANA", "HANGUL"),
}

DIGEST = """
import hashlib
from datetime import UTC, datetime
from emulator.universe.ids import channel_id
from emulator.universe.universe import Universe
universe, at = Universe(seed=5), datetime(2026, 11, 20, 20, tzinfo=UTC)
channels = [universe.channel(channel_id(number), at) for number in range(300)]
print(hashlib.sha256(repr(channels).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def channels() -> list[Channel]:
    universe = Universe(seed=3)
    found = (universe.channel(channel_id(number), NOON) for number in range(SAMPLE))
    return [channel for channel in found if channel]


@given(NUMBERS)
def test_every_number_has_an_id_and_back(number: int) -> None:
    assert is_channel_id(channel_id(number))
    assert channel_number(channel_id(number)) == number


@given(st.from_regex(CHANNEL_ID, fullmatch=True))
def test_every_well_formed_id_has_a_number_and_back(text: str) -> None:
    assert channel_id(channel_number(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "UC", "UC_x5XG1OV2P6uZZ5FSM9Tt", "UC_x5XG1OV2P6uZZ5FSM9Ttww", "uc_x5XG1OV2P6uZZ5FSM9Ttw",
     "UC_x5XG1OV2P6uZZ5FSM9Ttx", "UC_x5XG1OV2P6uZZ5FSM9Tt=", "UC_x5XG1OV2P6uZZ5FSM9Ttw\n", "UU_x5XG1OV2P6uZZ5FSM9Ttw"],
)  # fmt: skip
def test_what_is_not_well_formed_is_nobody(text: str) -> None:
    assert not is_channel_id(text)
    assert Universe(missing_share=0).channel(text, NOON) is None


@given(NUMBERS)
@settings(max_examples=50)
def test_any_well_formed_id_has_a_channel_where_none_is_missing(number: int) -> None:
    channel = Universe(missing_share=0).channel(channel_id(number), NOON)
    assert channel is not None
    assert channel.terminated is None


def test_two_processes_see_the_same_universe() -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], env={"PYTHONHASHSEED": hash_seed}, check=True, capture_output=True
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(seen) == 1


def test_another_seed_is_another_universe() -> None:
    one, two = Universe(seed=1), Universe(seed=2)
    ids = [channel_id(number) for number in range(200)]
    assert [one.channel(name, NOON) for name in ids] != [two.channel(name, NOON) for name in ids]
    assert [one.channel(name, NOON) is None for name in ids] != [two.channel(name, NOON) is None for name in ids]


def test_the_missing_share_is_kept_and_stable() -> None:
    universe = Universe(seed=3, missing_share=0.25)
    gone = [universe.channel(channel_id(number), NOON) is None for number in range(SAMPLE)]
    assert 0.22 < sum(gone) / SAMPLE < 0.29
    assert gone == [Universe(3, 0.25).channel(channel_id(number), NOON) is None for number in range(SAMPLE)]


def test_existing_and_missing_ids_are_listed_in_order() -> None:
    universe = Universe(seed=3, missing_share=0.5)
    there = set(islice(universe.existing_ids(NOON), 40))
    gone = set(islice(universe.missing_ids(NOON), 40))
    assert not there & gone
    assert all(channel_number(name) < 200 for name in there | gone)
    assert list(Universe(missing_share=0).missing_ids(NOON)) == []


def test_a_channel_is_not_there_before_it_was_made(channels: list[Channel]) -> None:
    universe = Universe(seed=3)
    for channel in channels[:20]:
        assert universe.channel(channel.id, channel.created - timedelta(seconds=1)) is None
        assert universe.channel(channel.id, channel.created) is not None


def test_a_terminated_channel_is_gone_for_good(channels: list[Channel]) -> None:
    universe = Universe(seed=3)
    doomed = [channel for channel in channels if channel.terminated]
    assert doomed
    for channel in doomed:
        assert channel.terminated
        assert channel.terminated > NOON
        assert universe.channel(channel.id, channel.terminated) is None


def test_counts_have_heavy_tails(channels: list[Channel]) -> None:
    for counts in (
        sorted(channel.subscribers.at(NOON) for channel in channels),
        sorted(channel.views.at(NOON) for channel in channels),
        sorted(channel.uploads.total(NOON) for channel in channels),
    ):
        middle, top = counts[len(counts) // 2], counts[-1]
        assert 5 < middle < 200_000
        assert top > 100 * middle
        assert sum(counts[-len(counts) // 100 :]) > 0.2 * sum(counts)


def test_most_of_the_world_is_there(channels: list[Channel]) -> None:
    spoken = Counter(channel.language for channel in channels)
    assert len(spoken) == len(LANGUAGES) >= 15
    assert spoken["en"] == max(spoken.values())
    letters = set("".join(channel.text.title for channel in channels))
    assert {unicodedata.name(letter, "").partition(" ")[0] for letter in letters} >= SCRIPTS


def test_some_channels_are_hostile(channels: list[Channel]) -> None:
    bad = [channel for channel in channels if channel.text.title in hostile.TITLES]
    assert 0.002 < len(bad) / len(channels) < 0.03
    assert any(len(channel.text.description) > 4000 for channel in bad)


def test_titles_and_descriptions_have_the_lengths_of_youtube(channels: list[Channel]) -> None:
    assert all(len(channel.text.title) <= 100 for channel in channels)
    assert all(len(channel.text.description) <= 5000 for channel in channels)
    assert not any("\0" in channel.text.title + channel.text.description for channel in channels)
    assert 0.1 < sum(channel.text.description == "" for channel in channels) / len(channels) < 0.5


def test_handles_are_unique_and_lead_back(channels: list[Channel]) -> None:
    universe = Universe(seed=3)
    handles = [channel.handle.casefold() for channel in channels if channel.handle]
    assert len(set(handles)) == len(handles)
    for channel in channels[:300]:
        if channel.handle:
            assert 4 <= len(channel.handle) <= 31
            found = universe.by_handle(channel.handle, NOON)
            assert found is not None
            assert found.id == channel.id


@given(NUMBERS)
def test_even_the_largest_number_fits_into_a_handle(number: int) -> None:
    handle = names.handle("words", number)
    assert len(handle) <= 30
    assert names.handle_number(handle.upper()) == number
    assert names.username_number(names.username(number).upper()) == number


@given(st.text())
def test_any_text_can_be_asked_for_as_a_handle(text: str) -> None:
    universe = Universe(missing_share=0)
    universe.by_handle(text, NOON)
    universe.by_username(text, NOON)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (7, 7), (999, 999), (1000, 1000), (1009, 1000), (12_399, 12_300), (123_999_999, 123_000_000)],
)
def test_rounding_down_to_three_figures(count: int, shown: int) -> None:
    assert rounded_down(count) == shown


def test_draws_of_one_topic_do_not_disturb_another() -> None:
    first = Draws(1, "face", b"x")
    first.below(10)
    assert Draws(1, "fate", b"x").below(10**9) == Draws(1, "fate", b"x").below(10**9)
    assert Draws(1, "fate", b"x").below(10**9) != Draws(1, "face", b"x").below(10**9)


def test_draws_do_not_run_dry() -> None:
    draws = Draws(1, "long", b"x")
    many = Counter(draws.below(10) for _ in range(20_000))
    assert set(many) == set(range(10))
    assert min(many.values()) > 1800


@pytest.mark.parametrize(
    ("created", "text"),
    [
        (datetime(2010, 5, 4, 3, 2, 1, 999, tzinfo=UTC), "2010-05-04T03:02:01Z"),
        (datetime(2020, 5, 4, 3, 2, 1, 717700, tzinfo=UTC), "2020-05-04T03:02:01.7177Z"),
        (datetime(2020, 5, 4, 3, 2, 1, tzinfo=UTC), "2020-05-04T03:02:01Z"),
    ],
)
def test_dates_are_written_as_the_api_does(created: datetime, text: str) -> None:
    assert published(created) == text
