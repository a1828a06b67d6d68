"""Growth never claims more than what was observed can tell, and never less."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.breaks import BREAKS
from app.history.model import GAP, Growth, Interval, Mark, Observation, growth_of, marks_of, meant

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TRUE_COUNTS = st.integers(0, 10**6) | st.integers(0, 2**63 - 1)
DAYS = st.timedeltas(timedelta(days=1), timedelta(days=5_000))


def told(count: int) -> int:
    """A true count as YouTube tells it, written down independently: the first three figures, then zeros."""
    figures = str(count)
    return int(figures[:3] + "0" * (len(figures) - 3))


def seen(*counts: int | None, name: str = "subscriber_count", every: timedelta = DAY) -> list[Observation]:
    return [Observation(START + n * every, {name: count}) for n, count in enumerate(counts)]


def subscribers(*counts: int | None, every: timedelta = DAY) -> Growth:
    return growth_of("subscriber_count", seen(*counts, every=every))


def marks(observations: Sequence[Observation], kind: str | None = None) -> list[tuple[str, datetime, datetime]]:
    breaks = [one for one in BREAKS if one.concerns(kind)]
    return [(mark.mark, mark.since, mark.until) for mark in marks_of(observations, breaks)]


@given(TRUE_COUNTS, TRUE_COUNTS)
def test_the_true_growth_lies_in_the_interval(before: int, after: int) -> None:
    growth = subscribers(told(before), told(after)).growth
    assert growth is not None
    assert growth.low <= after - before <= growth.high


@given(TRUE_COUNTS, TRUE_COUNTS)
def test_no_narrower_interval_would_be_true(before: int, after: int) -> None:
    """Both ends are reached by true counts that YouTube tells alike."""
    grown = subscribers(told(before), told(after))
    assert grown.first
    assert grown.last
    assert grown.growth
    for one in (grown.first.means, grown.last.means):
        assert told(one.low) == told(one.high)
        assert told(one.low - 1) != told(one.low) or one.low == 0
        assert told(one.high + 1) != told(one.high)
    assert grown.growth.low == grown.last.means.low - grown.first.means.high
    assert grown.growth.high == grown.last.means.high - grown.first.means.low


@given(st.integers(0, 10**12), st.integers(0, 10**12), DAYS)
def test_the_true_growth_a_day_lies_in_the_rate(before: int, after: int, elapsed: timedelta) -> None:
    rate = subscribers(told(before), told(after), every=elapsed).per_day
    assert rate is not None
    true = Fraction(after - before) / Fraction(elapsed // timedelta(microseconds=1), 86_400 * 10**6)
    assert Fraction(rate.low) - Fraction(1, 10**4) <= true <= Fraction(rate.high) + Fraction(1, 10**4)
    grown = subscribers(told(before), told(after), every=elapsed).growth
    assert grown is not None
    assert rate.high - rate.low <= (grown.high - grown.low) / (elapsed / DAY) + 0.03  # rounded by a hundredth each


@given(TRUE_COUNTS, TRUE_COUNTS)
def test_what_is_not_rounded_grows_exactly(before: int, after: int) -> None:
    grown = growth_of("view_count", seen(before, after, name="view_count")).growth
    assert grown == Interval(after - before, after - before)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0, 0),
        (999, 999, 999),
        (1_000, 1_000, 1_009),
        (12_300, 12_300, 12_399),
        (100_000, 100_000, 100_999),
        (48_000_000, 48_000_000, 48_099_999),
        (12_345, 12_345, 12_345),  # not rounded: an answer from before 2019
    ],
)
def test_what_a_subscriber_count_means(count: int, low: int, high: int) -> None:
    assert meant("subscriber_count", count) == Interval(low, high)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [
        (12_300, 12_300, -99, 99),  # no growth that shows
        (12_300, 13_200, 801, 999),
        (13_200, 12_300, -999, -801),
        (999, 1_000, 1, 10),
        (500, 600, 100, 100),
    ],
)
def test_growth_of_subscribers(before: int, after: int, low: int, high: int) -> None:
    assert subscribers(before, after).growth == Interval(low, high)


def test_a_rate_needs_a_day_and_is_rounded_outwards() -> None:
    assert subscribers(100, 200, every=DAY - timedelta(seconds=1)).per_day is None
    rate = subscribers(100, 200, every=3 * DAY).per_day
    assert rate is not None
    assert (rate.low, rate.high) == (33.33, 33.34)


def test_hidden_counts_are_no_growth() -> None:
    assert subscribers().growth is None
    assert subscribers(None, None) == Growth(None, None, None, None)
    alone = subscribers(None, 500, None)
    assert (alone.first, alone.growth) == (alone.last, None)
    around = subscribers(None, 500, None, 700, None)
    assert around.growth == Interval(200, 200)
    assert around.first
    assert around.last
    assert (around.first.observed_at, around.last.observed_at) == (START + DAY, START + 3 * DAY)


def test_hidden_counts_are_marked_until_they_are_told_again() -> None:
    assert marks(seen(5, None, None, 7, None)) == [
        ("hidden", START + DAY, START + 3 * DAY),
        ("hidden", START + 4 * DAY, START + 4 * DAY),
    ]
    assert marks(seen(5, 6, 7)) == marks([]) == []


def test_a_gap_is_longer_than_two_weeks_and_may_lie_at_an_end() -> None:
    assert marks(seen(5, 6, every=GAP)) == []
    assert marks(seen(5, 6, 7, every=GAP + timedelta(seconds=1)))[0][0] == "gap"
    around = marks_of(seen(5, 6), [], since=START - 20 * DAY, until=START + 40 * DAY)
    assert [(mark.since, mark.until) for mark in around] == [
        (START - 20 * DAY, START),
        (START + DAY, START + 40 * DAY),
    ]
    assert around[1].says == "nothing was observed for 39 days"
    nothing = marks_of([], [], since=START, until=START + 20 * DAY)
    assert [mark.mark for mark in nothing] == ["gap"]


def test_views_that_fall_are_marked_and_subscribers_may_fall() -> None:
    assert marks(seen(10, 4)) == []
    fallen = marks_of(seen(1_000, None, 900, 950, name="view_count"), [])
    assert [mark for mark in fallen if mark.mark == "rollback"] == [
        Mark(
            "rollback",
            "view_count",
            START,
            START + 2 * DAY,
            "views fell by 100: views were taken back, or videos removed",
        )
    ]


@pytest.mark.parametrize(
    ("first", "last", "kind", "found"),
    [
        ("2025-03-01", "2026-10-01", None, ["2025-03-31", "2026-08-27"]),
        ("2025-03-01", "2026-10-01", "short", ["2025-03-31", "2026-08-27"]),
        ("2025-03-01", "2026-10-01", "video", ["2026-08-27"]),
        ("2025-03-01", "2025-03-30", None, []),
        ("2025-04-01", "2026-08-26", "short", []),
        ("2025-03-31", "2025-04-02", "short", ["2025-03-31"]),  # some time of that day: before or after, nobody says
        ("2026-08-26", "2026-08-27", "live", ["2026-08-27"]),
        ("2026-08-28", "2026-09-27", None, []),
    ],
)
def test_days_on_which_counting_changed(first: str, last: str, kind: str | None, found: list[str]) -> None:
    days = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last)]
    observations = [Observation(day, {"view_count": 1}) for day in days]
    breaks = [one for one in BREAKS if one.concerns(kind)]
    changed = [mark for mark in marks_of(observations, breaks) if mark.mark == "counting_changed"]
    assert [mark.says[3:13] for mark in changed] == found
    assert all((mark.since, mark.until) == tuple(days) for mark in changed)
