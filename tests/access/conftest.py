"""The API as it is in production, and tokens for it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.access.model import Scope
from app.web import create_app
from app.wiring import Wiring
from tests.conftest import MakeWiring

Headers = dict[str, str]
MakeToken = Callable[..., Headers]


@pytest.fixture
def production(make_wiring: MakeWiring) -> Wiring:
    """Without limits for strangers: all tests come from one address."""
    return make_wiring(environment="production", rate_limit_without_token=0, sign_ins_per_minute=0)


@pytest.fixture
def strict(production: Wiring) -> FlaskClient:
    """The API in production."""
    return create_app(production).test_client()


@pytest.fixture
def token(wiring: Wiring) -> MakeToken:
    """Makes a token: `token("read")` is the header to send it with."""

    def make(scope: str, name: str = "", days: int | None = None) -> Headers:
        _, text = wiring.tokens.create(name or f"{scope}-1", Scope(scope), days)
        return {"Authorization": f"Bearer {text}"}

    return make
