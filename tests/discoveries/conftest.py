"""A system whose clock and whose YouTube are in the test's hands, with channels to begin from."""

from typing import Any
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import work_off
from tests.jobs.steps import ask_for_metadata, fill_catalog
from tests.noon import stand_still


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


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
