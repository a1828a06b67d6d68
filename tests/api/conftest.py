from collections.abc import Iterator

import psycopg
import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.config import Settings
from app.web import create_app
from app.wiring import Wiring
from devstack.postgres import PostgresServer
from devstack.valkey import ValkeyServer


@pytest.fixture(scope="session")
def refusing_api(
    postgres: PostgresServer, template: str, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """One API for all requests that must be refused: at the end its database is as empty as at the beginning."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database refusing template {template} strategy file_copy")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # an option of pydantic-settings
        secret_key=SecretStr("a secret key of the tests"),
        database_url=SecretStr(postgres.url("refusing")),
        redis_url=SecretStr(valkey.url),
        import_root=tmp_path_factory.mktemp("imports"),
        log_format="console",
    )
    wiring = Wiring(settings)
    yield create_app(wiring).test_client()
    assert wiring.jobs.listed(status=None, before=None, limit=1) == []
    assert wiring.keys.listed() == []
    wiring.close()
