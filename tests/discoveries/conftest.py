"""A system whose clock and whose YouTube are in the test's hands, with channels to begin from."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import work_off
from tests.jobs.steps import ask_for_metadata, fill_catalog

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    emulator.set_clock(NOON)
    emulator.set_clock_speed(0)
    return FixedClock(NOON)


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    return wiring


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def know(wiring: Wiring, channel_ids: list[str]) -> None:
    """Put channels into the catalogue, with their metadata."""
    fill_catalog(wiring, channel_ids)
    work_off(wiring, ask_for_metadata(wiring))


def ask(wiring: Wiring, **body: Any) -> Job:
    """Ask the API for a discovery job."""
    answer = create_app(wiring).test_client().post("/api/batch-discovery", json=body)
    assert answer.status_code == 202, answer.text
    return wiring.jobs.read(UUID(answer.json["id"]))  # type: ignore[index]


def discover(wiring: Wiring, **body: Any) -> Job:
    """The same, and work until nothing is due."""
    return work_off(wiring, ask(wiring, **body))
