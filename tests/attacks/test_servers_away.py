"""PostgreSQL or Redis away, in every way that was thought of: each route answers soon, and says to come back."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.access.model import Scope
from app.config import Settings
from app.web import create_app
from app.wiring import Wiring
from devstack.postgres import PostgresServer
from devstack.valkey import ValkeyServer
from tests.attacks.doors import Door, doors
from tests.attacks.relay import Relay, relay_to
from tests.conftest import add_key
from tests.devstack.waiting import wait_until

pytestmark = pytest.mark.alone

PATIENCE = 5.0
_AT_ONCE = 8
"""As many threads as gunicorn gives to a process."""
_WAYS = (Relay.swallow, Relay.drop, Relay.refuse)


def away(door: Door, answer: TestResponse) -> bool:
    """The answer of an API whose database is away: come back in a moment."""
    is_problem = answer.content_type == "application/problem+json" or door.rule in {"/readyz", "/health"}
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0 and is_problem


def asked_of_all(app: Flask) -> list[tuple[Door, TestResponse]]:
    """What each route answers; as many are asked at a time as gunicorn has threads."""

    def ask(door: Door) -> tuple[Door, TestResponse]:
        began = time.monotonic()
        answer = door.knock(app.test_client())
        assert time.monotonic() - began < PATIENCE, door.name
        return door, answer

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(ask, doors(app)))


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Makes the API, as gunicorn does, on other servers; every route has answered, and connections are open."""
    made: list[Wiring] = []
    (settings.import_root / "list.csv").write_text("channel_id\n")

    def serve(**changes: str) -> Flask:
        urls = {name: SecretStr(url) for name, url in changes.items()}
        push = {"push_callback_url": "https://tributary.example"}
        made.append(Wiring(settings.model_copy(update={**urls, **push}), impatient=True))
        add_key(made[0], 1)
        app = create_app(made[0])
        app.extensions["before"] = {door.name: answer.status_code for door, answer in asked_of_all(app)}
        assert not {500, 503} & set(app.extensions["before"].values())
        return app

    yield serve
    for wiring in made:
        wiring.close()


def shut(app: Flask) -> set[str]:
    """The routes that say to come back. All others must say what they said before: they need no database."""
    answers = asked_of_all(app)
    others = {door.name: answer.status_code for door, answer in answers if not away(door, answer)}
    assert others.items() <= app.extensions["before"].items()
    assert {"GET /livez", "GET /openapi.json", "GET /api/redis-test"} <= others.keys()
    return {door.name for door, _ in answers} - others.keys()


def through(url: str, relay: Relay) -> str:
    return url.replace(f":{urlsplit(url).port}/", f":{relay.port}/")


@pytest.mark.parametrize("leave", _WAYS)
def test_without_postgresql_every_route_says_to_come_back(
    serve: Callable[..., Flask], database_url: str, postgres: PostgresServer, leave: Callable[[Relay], None]
) -> None:
    with relay_to(postgres.port) as relay:
        app = serve(database_url=through(database_url, relay))
        leave(relay)

        assert len(shut(app)) > 50
        again = [app.test_client().get("/api/jobs") for _ in range(3)]
        assert {answer.status_code for answer in again} == {503}


@pytest.mark.alone
@pytest.mark.parametrize("leave", _WAYS)
def test_who_has_a_token_waits_no_longer(
    settings: Settings, database_url: str, postgres: PostgresServer, leave: Callable[[Relay], None]
) -> None:
    with relay_to(postgres.port) as relay:
        url = SecretStr(through(database_url, relay))
        wiring = Wiring(settings.model_copy(update={"environment": "production", "database_url": url}), impatient=True)
        bearer = {"Authorization": f"Bearer {wiring.tokens.create('probe', Scope.READ, None)[1]}"}
        api = create_app(wiring).test_client()
        assert api.get("/readyz", headers=bearer).status_code == 200
        leave(relay)

        began = time.monotonic()
        assert api.get("/readyz", headers=bearer).status_code == 503
        assert time.monotonic() - began < PATIENCE
        wiring.close()


@pytest.mark.parametrize("leave", _WAYS)
def test_without_redis_every_route_does_what_it_does(
    serve: Callable[..., Flask], valkey: ValkeyServer, leave: Callable[[Relay], None]
) -> None:
    with relay_to(urlsplit(valkey.url).port or 0) as relay:
        app = serve(redis_url=through(valkey.url, relay))
        leave(relay)
        assert [(door.name, answer.text) for door, answer in asked_of_all(app) if answer.status_code >= 500] == []


def test_a_server_that_comes_back_is_asked_again(
    serve: Callable[..., Flask], database_url: str, postgres: PostgresServer
) -> None:
    with relay_to(postgres.port) as relay:
        app = serve(database_url=through(database_url, relay))
        asked = {"json": {}, "headers": {"Idempotency-Key": uuid4().hex}}
        relay.swallow()
        assert app.test_client().post("/api/batch-metadata", **asked).status_code == 503
        relay.carry()

        wait_until(lambda: app.test_client().post("/api/batch-metadata", **asked).status_code == 202)
        assert app.test_client().post("/api/batch-metadata", **asked).status_code == 202
        assert len(app.test_client().get("/api/jobs?job_type=metadata&status=pending").get_json()["jobs"]) == 2


def test_a_slow_answer_is_waited_for(settings: Settings) -> None:
    """A query may take its time, where its server is alive."""
    with closing(Wiring(settings, impatient=True)) as wiring, wiring.db.begin() as tx:
        began = time.monotonic()
        tx.exec_driver_sql("select pg_sleep(2.5)")
        assert time.monotonic() - began > 2.4


@pytest.mark.alone
def test_who_is_locked_out_hears_of_it(serve: Callable[..., Flask], database_url: str) -> None:
    """What somebody else has locked for long is no reason to keep people waiting."""
    app = serve()
    with psycopg.connect(database_url) as other:
        other.execute("lock table processing_jobs in access exclusive mode")
        began = time.monotonic()
        answer = app.test_client().get("/api/jobs")
        assert time.monotonic() - began < PATIENCE
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@contextmanager
def changed(url: str, postgres: PostgresServer, statement: str, back: str) -> Iterator[None]:
    """The database as an administrator changes it, for those who connect from now on."""
    database = urlsplit(url).path[1:]
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(sql.Identifier(database)))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database])
        try:
            yield
        finally:
            admin.execute(sql.SQL(back).format(sql.Identifier(database)))


def test_a_database_that_takes_in_nobody(
    serve: Callable[..., Flask], database_url: str, postgres: PostgresServer
) -> None:
    app = serve()
    with changed(
        database_url, postgres, "alter database {} allow_connections false", "alter database {} allow_connections true"
    ):
        assert len(shut(app)) > 50


def test_a_standby_is_read_and_writes_wait(
    serve: Callable[..., Flask], database_url: str, postgres: PostgresServer
) -> None:
    """After a switch of servers the address may lead to one that takes no writes, for a while."""
    app = serve()
    read_only = "alter database {} set default_transaction_read_only = "
    with changed(database_url, postgres, read_only + "on", read_only + "off"):
        answers = asked_of_all(app)
    assert [(door.name, answer.text) for door, answer in answers if answer.status_code == 500] == []
    refused = {door.name for door, answer in answers if answer.status_code == 503}
    assert {"POST /api/batch-metadata", "POST /api/bulk-add-channels", "POST /api/schedules"} <= refused
    assert {"GET /api/jobs", "GET /api/channels", "GET /api/system-status", "GET /readyz"}.isdisjoint(refused)


def test_a_full_disk_stops_what_writes(serve: Callable[..., Flask], database_url: str) -> None:
    app = serve()
    with psycopg.connect(database_url) as admin:
        admin.execute(
            "create function full_disk() returns trigger language plpgsql as"
            " $$ begin raise sqlstate '53100' using message = 'could not extend file'; end $$"
        )
        admin.execute("create trigger full_disk before insert on processing_jobs execute function full_disk()")
    answer = app.test_client().post("/api/batch-metadata", json={})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_stream_stays_until_its_reader_goes(
    serve: Callable[..., Flask], database_url: str, postgres: PostgresServer
) -> None:
    """A browser that is told 503 does not come again: who listens is kept, and hears more when the server is back."""
    with relay_to(postgres.port) as relay:
        app = serve(database_url=through(database_url, relay))
        job = app.test_client().post("/api/batch-metadata", json={}).get_json()["id"]
        stream = app.test_client().get(f"/api/jobs/{job}/stream").iter_encoded()
        assert b"retry" in next(stream)
        assert b"event: job" in next(stream)
        relay.swallow()
        assert app.test_client().get("/api/jobs").status_code == 503
        relay.carry()
        wait_until(lambda: app.test_client().post(f"/api/jobs/{job}/pause").status_code == 202)
        assert any(b"event: moved" in piece for piece in stream)
