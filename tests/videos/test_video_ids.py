"""A video id is 64 bits, and those bits are the row's key: in Python and in PostgreSQL alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.videos.ids import NotAVideoIdError, is_video_id, video_id_of, video_key
from app.wiring import Wiring
from tests.hands import sql

KEYS = st.integers(-(2**63), 2**63 - 1)


@given(KEYS)
def test_every_key_is_an_id(key: int) -> None:
    video_id = video_id_of(key)
    assert len(video_id) == 11
    assert is_video_id(video_id)
    assert video_key(video_id) == key


@pytest.mark.parametrize("text", ["", "dQw4w9WgXc", "dQw4w9WgXcQQ", "dQw4w9WgXcB", "dQw4w9WgX Q", "dQw4w9WgXcQ\n"])
def test_what_is_no_id_is_refused_with_a_hint(text: str) -> None:
    assert not is_video_id(text)
    with pytest.raises(NotAVideoIdError) as refused:
        video_key(text)
    assert "watch?v=" in str(refused.value.hint)


@pytest.mark.parametrize("video_id", ["dQw4w9WgXcQ", "jNQXAC9IVRw", "__________8", "----------A"])
def test_postgresql_makes_the_same_text(wiring: Wiring, video_id: str) -> None:
    made = "translate(rtrim(encode(int8send(cast(:key as bigint)), 'base64'), '='), '+/', '-_')"
    assert sql(wiring, f"select {made}", key=video_key(video_id)) == [(video_id,)]
