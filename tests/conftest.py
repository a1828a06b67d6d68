"""Real servers for every test: PostgreSQL and Valkey, started once, and the emulator in place of YouTube.

A test gets a database of its own, cloned from a migrated template (about 60 ms).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import flask
import hypothesis
import psycopg
import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.clock import FixedClock
from app.config import Settings
from app.db import Database
from app.migrator import migrate
from app.web import create_app
from app.wiring import Wiring
from devstack.postgres import PostgresServer, temporary_postgres
from devstack.valkey import ValkeyServer, temporary_valkey
from emulator.control import Control
from emulator.server import EmulatorServer
from tests.conformity import CheckedClient
from tests.replay import Replay, replaying

# How fast examples are made, and tried, says nothing about ours: other processes have the machine too.
hypothesis.settings.register_profile(
    "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared machine")

flask.Flask.test_client_class = CheckedClient

_TEMPLATE = "tributary_template"
MakeWiring = Callable[..., Wiring]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The version that TRIBUTARY_TEST_POSTGRES names: both ends of what is supported are tested."""
    with temporary_postgres(os.environ.get("TRIBUTARY_TEST_POSTGRES", "18")) as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    with temporary_valkey() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: PostgresServer) -> str:
    postgres.ensure_database(_TEMPLATE)
    db = Database(postgres.url(_TEMPLATE), pooled=False)
    migrate(db)
    with db.begin() as tx:
        tx.exec_driver_sql("delete from schedules")  # the one that is there from the start has tests of its own
    db.close()
    return _TEMPLATE


@pytest.fixture
def database_url(postgres: PostgresServer, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        # Copying files takes a third of the processor's time that writing the copy into the log takes.
        admin.execute(f"create database {name} template {template} strategy file_copy")
        yield postgres.url(name)
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[EmulatorServer]:
    with EmulatorServer() as server:
        yield server


@pytest.fixture
def emulator(emulator_server: EmulatorServer) -> Iterator[Control]:
    with Control(emulator_server.url) as control:
        control.reset()
        yield control


@pytest.fixture
def replay() -> Iterator[Replay]:
    with replaying() as server:
        yield server


@pytest.fixture
def settings(database_url: str, valkey: ValkeyServer, emulator_server: EmulatorServer, tmp_path: Path) -> Settings:
    """What a laptop would have, with nothing to wait for."""
    imports = tmp_path / "imports"
    imports.mkdir()
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # an option of pydantic-settings
        secret_key=SecretStr("a secret key of the tests"),
        database_url=SecretStr(database_url),
        redis_url=SecretStr(valkey.url),
        youtube_api_url=emulator_server.url,
        api_rate_limit_delay=0,
        import_root=imports,
        log_format="console",
    )


@pytest.fixture
def make_wiring(settings: Settings) -> Iterator[MakeWiring]:
    """Makes the system with changed settings: `make_wiring(batch_window=2)`, or with a `clock`."""
    made: list[Wiring] = []

    def make(clock: object = None, **changes: object) -> Wiring:
        wiring = Wiring(settings.model_copy(update=changes), given_clock=clock)  # type: ignore[arg-type]
        made.append(wiring)
        return wiring

    yield make
    for wiring in made:
        wiring.close()


@pytest.fixture
def clock() -> FixedClock | None:
    """That of the machine; a room whose clock is to stand still has a fixture of this name."""
    return None


@pytest.fixture
def wiring(make_wiring: MakeWiring, clock: FixedClock | None) -> Wiring:
    """The system, built as in production, with one API key."""
    wiring = make_wiring(clock)
    add_key(wiring, 1)
    return wiring


@pytest.fixture
def api(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


def add_key(wiring: Wiring, number: int, project: str = "") -> str:
    """Give the system an API key; the key."""
    key = f"AIzaSyTestKeyNumber{number:020d}"
    wiring.keys.add(f"key-{number}", SecretStr(key), project or f"project-{number}")
    return key
