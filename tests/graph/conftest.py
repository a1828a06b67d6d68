from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from tests.graph.edges import NOON

Get = Callable[..., Any]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def get(api: FlaskClient) -> Get:
    """The document at an address, with these parameters."""

    def getting(path: str, **query: object) -> Any:  # noqa: ANN401 - a document
        answer = api.get(path, query_string={name.rstrip("_"): value for name, value in query.items()})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    return getting
