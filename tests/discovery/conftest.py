from collections.abc import Iterator

import pytest

from emulator.control import Control
from emulator.server import EmulatorServer
from emulator.universe.universe import Universe
from tests.discovery.asking import NOON, Youtube


@pytest.fixture(scope="module")
def universe() -> Universe:
    """What the emulator tells of, for who wants to know the truth."""
    return Universe()


@pytest.fixture
def youtube(emulator: Control, emulator_server: EmulatorServer) -> Iterator[Youtube]:
    emulator.set_clock(NOON)
    emulator.set_clock_speed(0)
    asker = Youtube(emulator_server.url)
    yield asker
    asker.close()
