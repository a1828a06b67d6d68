"""A system whose clock and whose YouTube are in the test's hands."""

from collections import Counter
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.jobs.model import Job
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import work_off
from tests.noon import stand_still


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def run(wiring: Wiring, **body: Any) -> Job:
    """Ask the API for a job over playlists, and work until nothing is due."""
    return work_off(wiring, ask(wiring, **body))


def ask(wiring: Wiring, **body: Any) -> Job:
    """Ask the API for a job over playlists."""
    answer = create_app(wiring).test_client().post("/api/batch-playlists", json=body)
    assert answer.status_code == 202, answer.text
    return wiring.jobs.read(UUID(answer.json["id"]))  # type: ignore[index]


def every(api: FlaskClient, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list of the API, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        answer = api.get(path, query_string={"limit": 7, **query} | ({"after": after} if after else {}))
        assert answer.status_code == 200, answer.text
        page = answer.json
        assert page is not None
        found += page[name]
        if (after := page["next"]) is None:
            return found


def calls(emulator: Control) -> Counter[str]:
    """What was asked with the key of the tests, by method; not what a witness has asked."""
    key = sha256(f"AIzaSyTestKeyNumber{1:020d}".encode()).hexdigest()[:12]
    counted: Counter[str] = Counter()
    for line in emulator.counters().calls:
        counted[line.method] += line.calls if line.key == key else 0
    return counted
