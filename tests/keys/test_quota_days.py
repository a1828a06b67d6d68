"""The Pacific day: when it begins and ends, and what is over with it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import FixedClock
from app.jobs.states import Status
from app.keys.model import NoQuotaError
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog

# Each day by its first instant in UTC: before, on and after the two days on which clocks are changed.
DAYS = [
    (date(2026, 10, 31), datetime(2026, 10, 31, 7, tzinfo=UTC), 24),
    (date(2026, 11, 1), datetime(2026, 11, 1, 7, tzinfo=UTC), 25),
    (date(2026, 11, 2), datetime(2026, 11, 2, 8, tzinfo=UTC), 24),
    (date(2026, 12, 31), datetime(2026, 12, 31, 8, tzinfo=UTC), 24),
    (date(2027, 3, 13), datetime(2027, 3, 13, 8, tzinfo=UTC), 24),
    (date(2027, 3, 14), datetime(2027, 3, 14, 8, tzinfo=UTC), 23),
    (date(2027, 3, 15), datetime(2027, 3, 15, 7, tzinfo=UTC), 24),
]


def test_days_of_23_24_and_25_hours(wiring: Wiring) -> None:
    for day, begins, hours in DAYS:
        ends = begins + timedelta(hours=hours)
        for instant in (begins, begins + timedelta(hours=12), ends - timedelta(microseconds=1)):
            [(found, resets_at)] = sql(
                wiring, "select pacific_day(:at), pacific_midnight_after(pacific_day(:at))", at=instant
            )
            assert (found, resets_at) == (day, ends)


@pytest.mark.parametrize(("day", "begins", "hours"), DAYS[1::4])
def test_quota_lasts_until_midnight_in_los_angeles(
    make_wiring: MakeWiring, day: date, begins: datetime, hours: int
) -> None:
    clock = FixedClock(begins)
    wiring = make_wiring(clock, youtube_quota={"default": 3})
    add_key(wiring, 1)
    assert wiring.keys.take("default", 9).day == day
    clock.advance(timedelta(hours=hours) - timedelta(seconds=1))
    with pytest.raises(NoQuotaError) as spent:
        wiring.keys.take("default", 1)
    assert spent.value.resume_at == begins + timedelta(hours=hours)
    clock.advance(timedelta(seconds=1))
    block = wiring.keys.take("default", 9)
    assert (block.day, block.units) == (day + timedelta(days=1), 3)


def test_what_waits_goes_on_after_midnight(make_wiring: MakeWiring, emulator: Control) -> None:
    begins = datetime(2026, 11, 1, 7, tzinfo=UTC)  # 25 hours
    clock = FixedClock(begins + timedelta(hours=3))
    emulator.set_clock(clock.now())
    emulator.set_quota("default", 1)
    wiring = make_wiring(clock, youtube_quota={"default": 1})
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=120))

    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched, job.resume_at) == (Status.WAITING_FOR_QUOTA, 50, begins + timedelta(hours=25))

    clock.advance(timedelta(hours=21, minutes=59))  # a day of 24 hours would be over
    emulator.set_clock(clock.now())
    assert work_off(wiring, job).status is Status.WAITING_FOR_QUOTA

    for fetched, status in ((100, Status.WAITING_FOR_QUOTA), (120, Status.COMPLETED)):
        clock.advance(timedelta(hours=24))
        emulator.set_clock(clock.now())
        job = work_off(wiring, job)
        assert (job.fetched, job.status) == (fetched, status)
    assert emulator.counters().count() == 3  # none of them was refused
    assert broken(wiring) == []


def test_a_block_of_yesterday_pays_nothing_today(make_wiring: MakeWiring) -> None:
    """Google counts a call on the day on which it comes: paid by yesterday's block, today would be under-counted."""
    clock = FixedClock(datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC))
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    with wiring.calls.purse("channels.list", 5) as purse:
        purse.pay()
        clock.advance(timedelta(seconds=1))
        assert purse.pay().block.day == date(2026, 11, 20)
    days = sql(wiring, "select day, reserved, used from quota_days order by day")
    assert days == [(date(2026, 11, 19), 0, 1), (date(2026, 11, 20), 0, 1)]
