from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from emulator.control import Control
from emulator.server import EmulatorServer
from tests.emulator.asking import Asker

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
"""Noon in California, and far from the end of an hour, in which counters stand still."""


@pytest.fixture(scope="session")
def server() -> Iterator[EmulatorServer]:
    with EmulatorServer(seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def http(server: EmulatorServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def one_control(server: EmulatorServer) -> Iterator[Control]:
    with Control(server.url) as control:
        yield control


@pytest.fixture
def control(one_control: Control) -> Control:
    """Control over an emulator as it was at the start, at noon."""
    one_control.reset()
    one_control.set_clock(NOON)
    return one_control


@pytest.fixture
def ask(control: Control, http: httpx.Client) -> Asker:
    assert control.counters().calls == ()
    return Asker(http)
