"""When a schedule fires: pure arithmetic, with the days on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schedules.rhythm import LOOKBACK, BadRhythmError, Rhythm

# Clocks in Los Angeles: back at 02:00 on 2026-11-01, forward at 02:00 on 2027-03-14.
AUTUMN, SPRING = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)
ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu")
CRONS = ("30 2 * * *", "0,30 1-3 * * *", "*/20 * * * *", "15 * * * 0", "0 0 1 * *", "59 23 * * 1-5", "5 0 L * *")


def times(cron: str, zone: str, after: datetime, number: int) -> list[str]:
    found = islice(Rhythm(cron, None, zone).after(after), number)
    return [f"{time:%m-%d %H:%M}" for time in found]


def test_a_time_that_does_not_exist_comes_once_right_after_the_gap() -> None:
    # 02:30 -> 03:00 PDT, which is 10:00 UTC; the day after at 02:30 PDT, 09:30 UTC.
    found = times("30 2 * * *", "America/Los_Angeles", SPRING - timedelta(days=1), 3)
    assert found == ["03-13 10:30", "03-14 10:00", "03-15 09:30"]


def test_several_times_inside_the_gap_are_one() -> None:
    found = times("0,15,30 2,3 * * *", "America/Los_Angeles", SPRING + timedelta(hours=8), 3)
    assert found == ["03-14 10:00", "03-14 10:15", "03-14 10:30"]


def test_a_pace_inside_the_gap_does_not_come_that_day() -> None:
    found = times("*/30 2 * * *", "America/Los_Angeles", SPRING - timedelta(days=1), 4)
    assert found == ["03-13 10:00", "03-13 10:30", "03-15 09:00", "03-15 09:30"]


def test_a_time_that_exists_twice_comes_the_first_time_only() -> None:
    found = times("30 1 * * *", "America/Los_Angeles", AUTUMN, 2)
    assert found == ["11-01 08:30", "11-02 09:30"]


def test_between_two_equal_hours_nothing_is_repeated() -> None:
    # 09:10 UTC is the second 01:10: that day's 01:30 has passed, although a clock on the wall would not know.
    assert times("30 1 * * *", "America/Los_Angeles", AUTUMN + timedelta(hours=9, minutes=10), 1) == ["11-02 09:30"]


@pytest.mark.parametrize(("day", "hours"), [(AUTUMN, 25), (SPRING, 23), (AUTUMN + timedelta(days=3), 24)])
def test_every_hour_follows_real_time(day: datetime, hours: int) -> None:
    zone = "America/Los_Angeles"
    midnight = next(Rhythm("0 0 * * *", None, zone).after(day))
    following = next(Rhythm("0 0 * * *", None, zone).after(midnight))
    found = list(Rhythm("0 * * * *", None, zone).due(midnight, following - timedelta(seconds=1)))
    assert len(found) == hours


@given(st.sampled_from(CRONS), st.sampled_from(ZONES), st.integers(0, 2 * 365 * 1_440), st.data())
def test_times_go_forward_from_wherever_one_looks(cron: str, zone: str, minute: int, data: st.DataObject) -> None:
    rhythm, after = Rhythm(cron, None, zone), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found = list(islice(rhythm.after(after), 8))
    assert all(before < later for before, later in zip([after, *found], found, strict=False))
    # Whoever begins to look between two of them finds the same ones.
    at = data.draw(st.integers(0, 6))
    assert next(rhythm.after(found[at])) == found[at + 1]
    middle = found[at] + (found[at + 1] - found[at]) / 2
    assert next(rhythm.after(middle)) == found[at + 1]


def test_seconds_are_counted_from_1970_so_that_all_processes_agree() -> None:
    after = datetime(2026, 11, 23, 9, 10, 0, 5, tzinfo=UTC)
    found = list(islice(Rhythm(None, 3_600, "Europe/Berlin").after(after), 2))
    assert found == [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (10, 11)]
    assert next(Rhythm(None, 3_600, "UTC").after(found[0])) == found[1]


def test_what_is_due_has_both_ends() -> None:
    first = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert Rhythm("0 * * * *", None, "UTC").due(first, first) == [first]
    assert len(Rhythm("0 * * * *", None, "UTC").due(first, first + timedelta(hours=3))) == 4


def test_of_a_long_absence_the_last_thirty_days_are_counted() -> None:
    first = datetime(2020, 1, 1, tzinfo=UTC)
    now = first + timedelta(days=900, minutes=5)
    due = Rhythm("0 0 * * *", None, "UTC").due(first, now)
    assert due[-1] == now - timedelta(minutes=5)
    assert len(due) == LOOKBACK.days
    # A year's time that has passed long ago is still the one that is due.
    assert Rhythm("0 0 1 1 *", None, "UTC").due(first, first + timedelta(days=100)) == [first]


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("", "fields"),
        ("61 * * * *", "minute"),
        ("* * * *", "fields"),
        ("0 30 2 * * *", "five fields"),
        ("0 0 31 2 *", "day-of-month"),
        ("0 0 * * MON#9", "day-of-week"),
        ("*/0 * * * *", "minute"),
        ("5-1 * * * *", "minute"),
        ("@daily", "fields"),
        ("0 0 * * \x00", "day-of-week"),
        ("\u0661 * * * *", "minute"),
        ("0 0 * * ²L", "day-of-week"),
        ("'; drop table schedules; --", "cron"),
        (",".join(["1"] * 90) + ", * * * *", "minute"),
        ("0 0 LW/2/2 * *", "day-of-month"),
    ],
)
def test_what_is_no_cron_expression_is_refused_with_the_field_and_the_way_out(cron: str, told: str) -> None:
    with pytest.raises(BadRhythmError, match=told) as refused:
        Rhythm(cron, None, "UTC").check()
    assert refused.value.field == "cron"
    assert "five fields" in refused.value.hint


@given(st.text(alphabet="0123456789*/,-LW#MONJAN \t", min_size=1, max_size=40))
def test_every_text_is_a_rhythm_or_refused(cron: str) -> None:
    rhythm = Rhythm(cron, None, "America/Los_Angeles")
    try:
        rhythm.check()
    except BadRhythmError:
        return
    found = list(islice(rhythm.after(AUTUMN), 2))
    assert found == sorted(set(found))


@pytest.mark.parametrize("zone", ["", "Europe", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "utc\x00", "PST"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadRhythmError, match="no time zone") as refused:
        Rhythm("0 0 * * *", None, zone).check()
    assert refused.value.field == "time_zone"


@pytest.mark.parametrize(("cron", "every"), [(None, None), ("0 * * * *", 60)])
def test_there_is_one_rhythm(cron: str | None, every: int | None) -> None:
    with pytest.raises(BadRhythmError, match="one rhythm"):
        Rhythm(cron, every, "UTC").check()
