"""When something is asked again: the same in Python, which is measured, and in SQL, which decides."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from app.refresh.model import FIRST_STEP, TOP_STEP, Limits, interval_of, most_urgent, next_step, urgency
from app.wiring import Wiring
from tests.hands import sql

LIMITS = Limits(timedelta(hours=6), timedelta(days=25))
STEPS = some.integers(0, TOP_STEP)
AGES = some.timedeltas(timedelta(), timedelta(days=60))
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@given(STEPS, AGES)
def test_a_change_shortens_the_interval_and_none_never_does(step: int, age: timedelta) -> None:
    assert next_step(step, age, changed=True) <= step <= next_step(step, age, changed=False)
    assert {next_step(step, age, changed=changed) for changed in (True, False)} <= set(range(TOP_STEP + 1))


@given(STEPS)
def test_a_look_before_the_time_that_finds_nothing_tells_nothing(step: int) -> None:
    assert next_step(step, interval_of(step) - timedelta(seconds=1), changed=False) == step
    assert next_step(step, interval_of(step), changed=False) == min(step + 1, TOP_STEP)


@given(STEPS, some.integers(1, 720), some.integers(1, 28))
def test_no_interval_leaves_the_limits(step: int, hours: int, days: int) -> None:
    limits = Limits(timedelta(hours=hours), timedelta(days=days))
    interval = limits.interval(step)
    assert interval <= limits.longest
    assert interval >= min(limits.shortest, limits.longest)
    assert urgency(step, limits.longest, limits)[1] >= 1  # whatever was learnt, it is due before it expires


@given(STEPS, AGES, AGES)
def test_the_older_of_two_on_a_step_is_never_the_less_urgent(step: int, one: timedelta, other: timedelta) -> None:
    younger, older = sorted((one, other))
    assert urgency(step, younger, LIMITS) <= urgency(step, older, LIMITS)


@given(some.lists(some.tuples(STEPS, AGES)))
def test_what_would_have_to_be_deleted_comes_first_and_what_is_fresh_never(oldest: list[tuple[int, timedelta]]) -> None:
    chosen = most_urgent(oldest, LIMITS)
    due = [(step, age) for step, age in oldest if age >= LIMITS.interval(step)]
    expiring = [age for _, age in oldest if age >= LIMITS.longest]
    assert (chosen is None) == (not due)
    if expiring:
        assert (chosen, max(expiring)) in oldest


def test_what_changes_always_is_soon_asked_at_every_chance_and_what_never_does_seldom() -> None:
    lively = silent = FIRST_STEP
    for _ in range(5):
        lively = next_step(lively, interval_of(lively), changed=True)
        silent = next_step(silent, interval_of(silent), changed=False)
    assert LIMITS.interval(lively) == timedelta(hours=6)
    assert LIMITS.interval(silent) == timedelta(days=25)


def test_sql_and_python_climb_the_same_ladder(wiring: Wiring) -> None:
    for step in range(TOP_STEP + 1):
        [(interval,)] = sql(wiring, "select refresh_interval(cast(:step as smallint))", step=step)
        assert isinstance(interval, timedelta)
        assert abs(interval - interval_of(step)) < timedelta(seconds=1)
        for age in (interval - timedelta(minutes=1), interval + timedelta(minutes=1)):
            for changed in (True, False):
                query = "select next_refresh_step(cast(:step as smallint), :asked, :now, :changed)"
                found = sql(wiring, query, step=step, asked=NOON - age, now=NOON, changed=changed)
                assert found == [(next_step(step, age, changed=changed),)]
    never = "select next_refresh_step(cast(0 as smallint), null, now(), true)"
    assert sql(wiring, never) == [(FIRST_STEP,)]
