"""How many Pacific days units take: the arithmetic of every forecast."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.keys.forecast import Course, course, course_of
from app.keys.model import NO_KEY, Outlook
from app.wiring import Wiring
from tests.hands import sql
from tests.keys.test_quota_days import DAYS

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)  # in Los Angeles; twelve hours are left of the day
MIDNIGHT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def spend(units: int, *, left: int = 100, limit: int = 100, pace: float = 1.0, now: datetime = NOON) -> Course:
    return course(units, left_today=left, daily_limit=limit, pace=pace, now=now)


def by_day(told: Course) -> list[tuple[str, int]]:
    return [(f"{one.day:%m-%d}", one.units) for one in told.days]


def test_what_fits_into_today_is_a_matter_of_pace() -> None:
    told = spend(60, pace=0.5)
    assert (told.finish_at, told.limited_by) == (NOON + timedelta(minutes=2), "pace")
    assert by_day(told) == [("11-21", 60)]


@pytest.mark.parametrize(
    ("units", "days", "finish_at"),
    [
        (100, [("11-21", 100)], NOON + timedelta(seconds=100)),
        (101, [("11-21", 100), ("11-22", 1)], MIDNIGHT + timedelta(seconds=1)),
        (200, [("11-21", 100), ("11-22", 100)], MIDNIGHT + timedelta(seconds=100)),
        (201, [("11-21", 100), ("11-22", 100), ("11-23", 1)], MIDNIGHT + timedelta(days=1, seconds=1)),
    ],
)
def test_the_last_unit_of_a_day_is_used_and_the_next_one_waits(
    units: int, days: list[tuple[str, int]], finish_at: datetime
) -> None:
    told = spend(units)
    assert (by_day(told), told.finish_at) == (days, finish_at)
    assert told.limited_by == ("pace" if units == 100 else "quota")


def test_nothing_left_today_waits_for_midnight() -> None:
    told = spend(5, left=0)
    assert by_day(told) == [("11-21", 0), ("11-22", 5)]
    assert told.finish_at == MIDNIGHT + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("begins", "hours"),
    [(begins, hours) for _, begins, hours in DAYS if hours != 24],
    ids=["25 hours on 2026-11-01", "23 hours on 2027-03-14"],
)
def test_the_days_on_which_clocks_are_changed(begins: datetime, hours: int) -> None:
    """At a unit an hour such a day has 25 or 23 of them; and the day after begins when it ends."""
    hourly = 1 / 3600
    assert spend(hours, pace=hourly, now=begins).finish_at == begins + timedelta(hours=hours)
    assert len(spend(hours, pace=hourly, now=begins).days) == 1
    assert [one.units for one in spend(hours + 1, pace=hourly, now=begins).days] == [hours, 1]
    waited = spend(3, left=2, limit=2, now=begins)
    assert waited.finish_at == begins + timedelta(hours=hours, seconds=1)
    assert [one.day for one in waited.days] == [date(*begins.timetuple()[:3]) + timedelta(days=n) for n in (0, 1)]


def test_days_end_when_postgresql_says_so(wiring: Wiring) -> None:
    """The ledger's days are PostgreSQL's: a forecast must not have others."""
    asked = "select at, pacific_day(at), pacific_midnight_after(pacific_day(at)) from"
    hours = " generate_series(timestamptz '2026-01-01', '2028-01-01', interval '5 hours') at"
    for at, day, ends in sql(wiring, asked + hours):
        assert isinstance(at, datetime)
        told = spend(1, left=0, pace=1e9, now=at)
        assert (told.days[0].day, told.finish_at) == (day, ends)


def test_a_slow_pace_limits_although_there_is_quota() -> None:
    told = spend(50_000, left=1_000_000, limit=1_000_000, pace=1.0)
    assert by_day(told) == [("11-21", 12 * 3600), ("11-22", 50_000 - 12 * 3600)]
    assert (told.finish_at, told.limited_by) == (NOON + timedelta(seconds=50_000), "pace")


def test_without_quota_there_is_no_end_and_it_is_said_what_to_do() -> None:
    told = spend(1, left=0, limit=0)
    assert (told.finish_at, told.days, told.limited_by) == (None, (), "quota")
    assert "YOUTUBE_QUOTA" in str(told.why)
    nobody = Outlook(units_left=0, daily_limit=0, resets_at=MIDNIGHT, projects=0, keys=0)
    assert course_of(nobody, 1, pace=1, now=NOON).why == NO_KEY


def test_what_is_left_of_today_counts_even_when_the_limit_was_set_to_nothing() -> None:
    assert spend(7, left=7, limit=0).finish_at == NOON + timedelta(seconds=7)


def test_nothing_to_spend_is_finished_at_once_with_or_without_quota() -> None:
    assert spend(0, left=0, limit=0) == Course((), NOON, None)


def test_what_takes_a_lifetime_has_no_end() -> None:
    told = spend(10**9, limit=1)
    assert (told.finish_at, told.limited_by) == (None, "quota")
    assert "ten years" in str(told.why)


@settings(deadline=None)  # some courses have thousands of days
@given(
    units=some.integers(1, 3_000),
    left=some.integers(0, 500),
    limit=some.integers(1, 500),
    pace=some.floats(0.01, 1_000),
    second=some.integers(0, 400 * 86_400),
)
def test_all_units_are_spent_and_no_day_spends_more_than_it_has(
    units: int, left: int, limit: int, pace: float, second: int
) -> None:
    now = NOON + timedelta(seconds=second)
    told = spend(units, left=left, limit=limit, pace=pace, now=now)
    today, *later = told.days
    assert sum(one.units for one in told.days) == units
    assert today.units <= left
    assert all(one.units <= limit for one in later)
    assert all(after.day - before.day == timedelta(days=1) for before, after in zip(told.days, later, strict=False))
    assert told.finish_at is not None
    # Never sooner than the pace allows: the calendar rounds to microseconds.
    assert told.finish_at - now >= timedelta(seconds=units / pace) - timedelta(milliseconds=1)
