"""GET /api/quota: what is left at midnight Pacific at the pace of the last hours, and what waits for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.keys.model import Outlook, SpentLately
from app.keys.reset import AtReset, Waiting, at_reset
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.steps import ask_for_metadata, fill_catalog

NOON = datetime(2026, 11, 21, 20, tzinfo=UTC)  # in Los Angeles; twelve hours are left of the day
MIDNIGHT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def foreseen(left: int, *, spent: int = 0, hours: float = 2, waiting: Waiting | None = None) -> AtReset:
    since = NOON - timedelta(hours=hours) if spent else None
    outlook = Outlook(units_left=left, daily_limit=10_000, resets_at=MIDNIGHT, projects=1, keys=1)
    return at_reset(outlook, SpentLately(spent, since), waiting or Waiting(), NOON)


def test_at_a_slow_pace_something_is_left() -> None:
    told = foreseen(9_000, spent=1_000)
    assert (told.units_an_hour, told.left_at_reset, told.ends_at) == (500, 3_000, None)
    assert told.in_words == (
        "at 500 units an hour, as lately, 3,000 units are left at midnight in Los Angeles (08:00 UTC, in 12 h); "
        "no job waits for any"
    )


def test_at_a_fast_pace_it_is_told_when_they_end() -> None:
    told = foreseen(3_000, spent=2_000, waiting=Waiting(jobs=2, units=3_001))
    assert (told.left_at_reset, told.ends_at, told.short) == (0, NOON + timedelta(hours=3), 1)
    assert told.in_words == (
        "at 1,000 units an hour, as lately, the 3,000 units left end at 23:00 UTC, 9 h before midnight in Los Angeles "
        "(08:00 UTC, in 12 h); 2 active jobs need about 3,001 units more, 1 more than is left: the rest waits for the "
        "reset"
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (foreseen(9_000), "nothing was spent lately: 9,000 units are left until midnight in Los Angeles"),
        (foreseen(1), "nothing was spent lately: 1 unit is left until midnight"),
        (foreseen(0, spent=9), "nothing is left until midnight in Los Angeles (08:00 UTC, in 12 h)"),
        (foreseen(50, spent=1, hours=0.001), "at 6 units an hour"),  # one unit, just now, is not a thousand an hour
        (foreseen(9, waiting=Waiting(1, 1)), "1 active job needs about 1 unit more, which is there"),
        (foreseen(9, waiting=Waiting(3, 5, 1)), "2 active jobs need about 5 units more, which is there; of 1 active"),
        (foreseen(9, waiting=Waiting(1, 0, 1)), "; of 1 active job nobody can tell yet"),
    ],
)
def test_words(told: AtReset, words: str) -> None:
    assert words in told.in_words


def test_without_a_key_it_says_so(make_wiring: MakeWiring) -> None:
    told = default(create_app(make_wiring()).test_client())
    assert (told["left"], told["projects"]) == (0, 0)
    assert "no API key can be used" in told["forecast"]["in_words"]


def default(api: FlaskClient) -> dict[str, Any]:
    told: dict[str, Any] = api.get("/api/quota").get_json()["buckets"]["default"]
    return told


def test_the_pace_is_that_of_the_last_hours(make_wiring: MakeWiring) -> None:
    clock = FixedClock(NOON - timedelta(hours=9))
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    add_key(wiring, 2)
    api = create_app(wiring).test_client()
    for hours, units in ((0, 5_000), (8, 300), (1, 100)):  # the first is long ago
        clock.advance(timedelta(hours=hours))
        wiring.keys.give_back(wiring.keys.take("default", units), spent=units)
    told = default(api)
    assert (told["used"], told["left"], told["daily_limit"]) == (5_400, 14_600, 20_000)
    assert told["forecast"]["units_an_hour"] == 400
    assert told["forecast"]["left_at_reset"] == 14_600 - 12 * 400
    projects = api.get("/api/quota").get_json()["projects"]
    assert sum(one["buckets"]["default"]["used"] for one in projects) == 5_400


def test_hours_of_yesterday_count_and_its_units_do_not(make_wiring: MakeWiring) -> None:
    clock = FixedClock(MIDNIGHT - timedelta(minutes=30))
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    wiring.keys.give_back(wiring.keys.take("default", 90), spent=90)
    late = wiring.keys.take("default", 10)
    clock.advance(timedelta(hours=1))
    wiring.keys.give_back(late, spent=10)
    told = default(create_app(wiring).test_client())
    assert (told["used"], told["left"]) == (0, 10_000)
    assert told["forecast"]["units_an_hour"] == pytest.approx(100 / 1.5, abs=0.1)
    assert sql(wiring, "select array_upper(used_by_hour, 1) from quota_days order by day") == [(24,)]


def test_what_active_jobs_need_is_told(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=120))
    ask_for_metadata(wiring)
    told = default(api)["forecast"]
    assert (told["waiting_jobs"], told["waiting_units"], told["short"]) == (1, 3, 0)
    assert told["in_words"].endswith("1 active job needs about 3 units more, which is there")
