from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from emulator.control import Control
from emulator.server import EmulatorServer
from emulator.settings import DEFAULT_QUOTAS
from tests.emulator.asking import Asker
from tests.emulator.conformance.asking import Door
from tests.emulator.conformance.finds import Finds
from tests.emulator.conformance.walk import Walk

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


@pytest.fixture(scope="session")
def walk() -> Iterator[Walk]:
    """The discovery document's methods and what to ask them, on an emulator in which nothing runs out."""
    with (
        EmulatorServer(seed=7, quotas=dict.fromkeys(DEFAULT_QUOTAS, 10**9)) as running,
        Control(running.url) as control,
        httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client,
    ):
        control.set_clock(NOON)
        door = Door(client)
        yield Walk(door, Finds(door, control.channel_ids(500)))


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
