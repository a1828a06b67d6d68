"""The emulator's clock: set, moved, fast, slow and standing still."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from emulator.clock import Clock
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.emulator.conftest import NOON


def test_a_clock_that_stands_still_can_be_moved_exactly(control: Control) -> None:
    control.set_clock_speed(0)
    assert control.set_clock(NOON).now == NOON
    assert control.advance_clock(3600).now == NOON + timedelta(hours=1)
    assert control.clock().now == NOON + timedelta(hours=1)
    assert control.advance_clock(-7200.5).now == NOON - timedelta(hours=1, seconds=0.5)


def test_a_fast_clock_runs_ahead_of_the_real_one(control: Control) -> None:
    begin, real = control.set_clock_speed(3600).now, datetime.now(UTC)
    ahead, later = control.clock().now - begin, datetime.now(UTC)
    assert control.clock().speed == 3600
    assert timedelta() < ahead <= (later - real + timedelta(seconds=1)) * 3600


def test_a_change_of_speed_does_not_move_the_time() -> None:
    clock = Clock(speed=0)
    clock.set(NOON)
    for speed in (0.5, 0, 1, 0):
        clock.set_speed(speed)
        assert timedelta() <= clock.now() - NOON < timedelta(minutes=1)
    shown = clock.now()
    clock.set_speed(86_400)
    clock.set_speed(0)
    assert timedelta() <= clock.now() - shown < timedelta(days=10)


def test_setting_the_time_keeps_the_speed(control: Control) -> None:
    control.set_clock_speed(0)
    assert control.set_clock(NOON).speed == 0
    assert control.set_clock(None).speed == 1
    assert abs(control.clock().now - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_reset_brings_back_the_speed_of_the_start() -> None:
    with EmulatorServer(speed=0) as emulator, Control(emulator.url) as control:
        assert control.clock() == control.clock()
        control.set_clock_speed(60)
        control.reset()
        assert control.clock() == control.clock()
        assert control.clock().speed == 0


@pytest.mark.parametrize(
    ("verb", "path", "body", "told"),
    [
        ("PUT", "clock/speed", '{"speed": -1}', "speed"),
        ("PUT", "clock/speed", '{"speed": 1e9}', "speed"),
        ("PUT", "clock/speed", "{}", "speed"),
        ("PUT", "clock", '{"now": "1999-12-31T00:00:00Z"}', "from 2006 to 2200"),
        ("POST", "clock/advance", '{"seconds": 1e300}', "seconds"),
        ("POST", "clock/advance", '{"seconds": -1e9}', "from 2006 to 2200"),
    ],
)
def test_a_time_in_which_nothing_exists_is_refused(
    control: Control, http: httpx.Client, verb: str, path: str, body: str, told: str
) -> None:
    response = http.request(verb, f"/_emulator/{path}", content=body)
    assert response.status_code == 400
    assert told in response.json()["error"]
    assert abs(control.clock().now - NOON) < timedelta(minutes=1)
