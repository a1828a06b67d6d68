"""What several methods say of a pair together."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graph.model import HALF_LIFE, combined
from tests.graph.edges import NOON

Said = tuple[str, float, datetime]
SAID = st.tuples(
    st.sampled_from(["featured_channels", "subscriptions", "mentions"]),
    st.floats(0, 1),
    st.timedeltas(timedelta(), timedelta(days=60)).map(lambda age: NOON - age),
)


def test_methods_that_agree_raise_it() -> None:
    assert combined([("a", 0.5, NOON)], NOON) == 0.5
    assert combined([("a", 0.5, NOON), ("b", 0.5, NOON)], NOON) == 0.75
    assert combined([("a", 0.5, NOON), ("b", 0.5, NOON), ("c", 0.2, NOON)], NOON) == pytest.approx(0.8)


def test_a_method_is_heard_once_however_often_it_says_it() -> None:
    assert combined([("a", 0.5, NOON), ("a", 0.4, NOON)], NOON) == 0.5


def test_age_halves_it() -> None:
    assert combined([("a", 0.8, NOON - HALF_LIFE)], NOON) == pytest.approx(0.4)
    assert combined([("a", 0.8, NOON + HALF_LIFE)], NOON) == 0.8  # a clock that was ahead
    assert combined([("a", 0.5, NOON), ("a", 0.8, NOON - 2 * HALF_LIFE)], NOON) == 0.5


def test_nothing_says_nothing() -> None:
    assert combined([], NOON) == 0


@given(st.lists(SAID), SAID)
def test_more_edges_never_lower_it(edges: list[Said], one: Said) -> None:
    before, after = combined(edges, NOON), combined([*edges, one], NOON)
    assert 0 <= before <= after <= 1


@given(st.lists(SAID), st.timedeltas(timedelta(), timedelta(days=400)))
def test_it_only_falls_while_nothing_is_seen_again(edges: list[Said], later: timedelta) -> None:
    assert combined(edges, NOON + later) <= combined(edges, NOON)
