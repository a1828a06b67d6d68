from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.schedules.model import Plan, Schedule
from app.web import create_app
from app.wiring import Wiring
from tests.conftest import MakeWiring

AddSchedule = Callable[..., Schedule]


@pytest.fixture
def clock() -> FixedClock:
    """A Monday, ten minutes after nine."""
    return FixedClock(datetime(2026, 11, 23, 9, 10, tzinfo=UTC))


@pytest.fixture
def moved(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    """The system on the clock of the test."""
    return make_wiring(clock=clock)


@pytest.fixture
def api(moved: Wiring) -> FlaskClient:
    return create_app(moved).test_client()


@pytest.fixture
def add(moved: Wiring) -> AddSchedule:
    """Makes a schedule: every full hour, unless told otherwise."""

    def adding(name: str = "hourly", **changes: Any) -> Schedule:
        usual: dict[str, Any] = {"job_type": "metadata", "params": {}, "cron": "0 * * * *", "every_seconds": None}
        usual |= {"time_zone": "UTC", "enabled": True, "grace_seconds": 3_600}
        return moved.schedules.add(name, Plan(**usual | changes))

    return adding
