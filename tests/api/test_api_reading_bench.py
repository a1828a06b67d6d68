"""The benchmark of reading in small: every route that it asks has something to answer."""

from pathlib import Path

import pytest

from app.wiring import Wiring
from bench import reading
from bench.growth import steps, world
from bench.gunicorn import OURS, asked_of, served
from tests.conftest import add_key

pytestmark = pytest.mark.stack
_CHANNELS = 60


def test_every_route_that_is_measured_answers(wiring: Wiring, tmp_path: Path) -> None:
    add_key(wiring, 1)
    world.fill(wiring, 0, _CHANNELS)
    list(steps.writing(wiring, _CHANNELS, 10))
    named = reading.addresses(wiring, _CHANNELS)
    with served(OURS, wiring, str(tmp_path)) as url:
        found = list(reading.routes(url, named))
        assert len(found) > 40
        assert len(asked_of(url + found[-1], 4, 2)) == 4
