from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.clock import FixedClock
from app.exports.method import Rules
from app.exports.service import Exports
from app.web import create_app
from app.wiring import Wiring
from tests.conftest import MakeWiring
from tests.exports.rows import NOW

Get = Callable[..., TestResponse]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock) -> Wiring:
    """With spans of few rows, so that there are many of them."""
    made = make_wiring(clock)
    made.__dict__["exports"] = Exports(made.db, clock, Rules("30 days", ["a break"]), span_rows=7)
    return made


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


@pytest.fixture
def get(api: FlaskClient) -> Get:
    """The answer at /api/exports/..., with these parameters."""

    def getting(what: str, status: int = 200, **query: Any) -> TestResponse:
        answer = api.get(f"/api/exports/{what}", query_string=query)
        assert answer.status_code == status, answer.text
        answer.get_data()
        return answer

    return getting
