"""The rude server, a wire to it, and the folder of recorded answers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.youtube.wire import Wire
from tests.youtube.rude_server import Server, listening


@pytest.fixture
def server() -> Iterator[Server]:
    with listening() as rude:
        yield rude


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    made = Wire(server.url, timeout=5.0)
    yield made
    made.close()


@pytest.fixture
def recorded() -> Path:
    """The folder of recorded answers; CONTRIBUTING.md says how to have one."""
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("TRIBUTARY_REAL_DATA is not set")
    return Path(root) / "recorded"
