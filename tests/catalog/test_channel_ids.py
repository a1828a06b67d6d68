"""A channel id is 16 bytes, and those bytes are the row's key: in Python and in PostgreSQL alike."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.ids import NotAChannelIdError, channel_id_of, channel_key, read_channel_id
from app.catalog.incoming import ImportRows
from app.catalog.model import ImportRow
from app.wiring import Wiring
from tests.hands import sql

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
channel_ids = st.builds(
    "UC{}{}".format, st.text(st.sampled_from(ALPHABET), min_size=21, max_size=21), st.sampled_from("AQgw")
)


@given(st.uuids())
def test_every_key_is_an_id(key: UUID) -> None:
    channel_id = channel_id_of(key)
    assert (channel_id[:2], len(channel_id)) == ("UC", 24)
    assert channel_key(channel_id) == key


@given(channel_ids)
def test_every_id_is_a_key(channel_id: str) -> None:
    assert channel_id_of(channel_key(channel_id)) == channel_id
    for written in (channel_id, f" {channel_id}\n", f"https://www.youtube.com/channel/{channel_id}?view_as=me"):
        assert read_channel_id(written) == channel_id


@given(st.text())
def test_any_text_is_an_id_or_is_refused_with_a_reason(text: str) -> None:
    try:
        channel_key(read_channel_id(text))
        told = "an id"
    except NotAChannelIdError as error:
        told = str(error) and error.hint
    assert told


@pytest.mark.parametrize("last", sorted(set(ALPHABET) - set("AQgw")))
def test_an_id_whose_last_character_does_not_fit_is_refused(last: str) -> None:
    """Its six bits would be cut off: it would be taken for another channel."""
    with pytest.raises(NotAChannelIdError, match="the last character"):
        read_channel_id(f"UC{'a' * 21}{last}")
    with pytest.raises(NotAChannelIdError):
        channel_key(f"UC{'a' * 21}{last}")


def test_postgresql_makes_the_same_ids(wiring: Wiring) -> None:
    chance = random.Random(1)  # noqa: S311 - a sample, always the same
    keys = [UUID(int=0), UUID(int=2**128 - 1), *(UUID(int=chance.getrandbits(128)) for _ in range(2_000))]
    with wiring.db.begin() as tx:
        wiring.catalog.save_imports(tx, ImportRows(ImportRow(key) for key in keys), "test")
    stored = sql(wiring, "select id, channel_id from channels")
    assert len(stored) == len(keys)
    assert all(channel_id_of(UUID(str(key))) == channel_id for key, channel_id in stored)


def test_keys_are_in_the_same_order_here_and_there(wiring: Wiring) -> None:
    """Batches are ranges of keys: cutter and database must agree on what lies between two of them."""
    chance = random.Random(2)  # noqa: S311 - a sample, always the same
    keys = [UUID(int=chance.getrandbits(128)) for _ in range(500)]
    with wiring.db.begin() as tx:
        wiring.catalog.save_imports(tx, ImportRows(ImportRow(key) for key in keys), "test")
    assert [row[0] for row in sql(wiring, "select id from channels order by id")] == sorted(keys)
