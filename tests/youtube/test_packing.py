"""Fifty ids for the price of one call."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.youtube.costs import METHODS, Request
from app.youtube.methods.asking import missing, packed
from app.youtube.methods.channels import channels_request
from app.youtube.methods.playlists import playlists_request
from app.youtube.methods.video_stats import video_stats_request
from app.youtube.methods.videos import videos_request

BY_ID: dict[str, Callable[[Sequence[str]], Request]] = {
    "channels.list": channels_request,
    "playlists.list": playlists_request,
    "videos.batchGetStats": video_stats_request,
    "videos.list": videos_request,
}


def test_every_method_that_takes_ids_is_tested_here() -> None:
    assert set(BY_ID) == {name for name, cost in METHODS.items() if cost.max_ids}


@pytest.mark.parametrize("request_for", BY_ID.values(), ids=BY_ID)
def test_one_call_takes_fifty_ids_in_their_order(request_for: Callable[[Sequence[str]], Request]) -> None:
    ids = [f"id{n}" for n in range(50)]
    assert request_for(ids).params["id"] == ",".join(ids)


@pytest.mark.parametrize("number", [0, 51])
@pytest.mark.parametrize("request_for", BY_ID.values(), ids=BY_ID)
def test_a_call_that_youtube_would_refuse_is_not_made(
    request_for: Callable[[Sequence[str]], Request], number: int
) -> None:
    with pytest.raises(ValueError, match=f"{number} ids: one call takes 1 to 50"):
        request_for(["x"] * number)


@given(st.lists(st.integers(0, 150).map(str), max_size=300))
def test_each_id_is_packed_once_in_the_order_it_came(ids: list[str]) -> None:
    packs = list(packed(iter(ids)))
    assert [name for pack in packs for name in pack] == list(dict.fromkeys(ids))
    assert all(len(pack) == 50 for pack in packs[:-1])
    assert all(1 <= len(pack) <= 50 for pack in packs)


def test_what_an_answer_leaves_out_is_told() -> None:
    assert missing(["a", "b", "c", "b"], ["c", "z"]) == ("a", "b")
    assert missing(["a"], ["a"]) == ()
