"""Imports of tables from the request to the rows, and what is never written on the way: a password."""

import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import text

from app.jobs.model import Job
from app.jobs.states import Status
from app.keys.vault import Vault, VaultError
from app.web import create_app
from app.wiring import Wiring
from devstack.postgres import PostgresServer
from tests.conftest import MakeWiring
from tests.hands import batch_ids, sql, work_off
from tests.imports.databases import Filled, Mariadb, Postgres
from tests.imports.mariadb import MariadbServer, mariadbd, temporary_mariadb

A, B, C = "UCBJycsmduvYEL83R_U4JriQ", "UCXuqSBlHAE6Xw-yeJA0Tunw", "UC_x5XG1OV2P6uZZ5FSM9Ttw"
CANARY = "canary-Pä55 w:rd/@%"
MADE = count()


@pytest.fixture
def client(wiring: Wiring) -> FlaskClient:
    return create_app(wiring).test_client()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariadbServer]:
    if mariadbd() is None:
        pytest.skip("no mariadbd on this machine")
    with temporary_mariadb() as server:
        yield server


@pytest.fixture(params=["postgresql", "mysql"])
def database(request: pytest.FixtureRequest, postgres: PostgresServer) -> Filled:
    """A server with an account whose password is the canary."""
    name = f"job_source_{next(MADE)}"
    if request.param == "mysql":
        mariadb: MariadbServer = request.getfixturevalue("mariadb")
        Mariadb(mariadb, "mysql").run(f"create database {name}")
        filled: Filled = Mariadb(mariadb, name)
    else:
        postgres.ensure_database(name)
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(f"create role {name} superuser login password '{CANARY}'")
        filled = Postgres(f"postgresql://{name}:canary-P%C3%A455%20w%3Ard%2F%40%25@127.0.0.1:{postgres.port}/{name}")
    filled.run("create table channels (id integer primary key, channel_id varchar(200), title varchar(200))")
    filled.run("insert into channels values (%s, %s, %s)", [(1, A, "Ann"), (2, "bad", "x"), (3, B, None), (5, A, "")])
    return filled


def the_job(wiring: Wiring, client: FlaskClient, body: dict[str, Any], **headers: str) -> Job:
    answer = client.post("/api/migrate", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    [job] = [job for job in wiring.jobs.listed(before=None, limit=100) if str(job.id) == answer.json["id"]]  # type: ignore[index]
    return job


@pytest.mark.parametrize("batch_size", [1, 3, 5_000])
def test_the_body_that_others_have_sent_works(
    wiring: Wiring, client: FlaskClient, database: Filled, batch_size: int
) -> None:
    job = work_off(wiring, the_job(wiring, client, {**database.body, "batch_size": batch_size}))
    assert job.status is Status.COMPLETED
    assert (job.fetched, job.unchanged, job.failed, job.total_items) == (2, 1, 1, 4)
    assert sql(wiring, "select channel_id, title from channels order by title") == [(A, "Ann"), (B, None)]
    place = database.place
    [(origin,)] = sql(wiring, "select distinct source from channels")
    assert origin == f"{database.kind}:127.0.0.1:{place.port}/{place.database}"


def test_the_password_is_nowhere_but_sealed(
    wiring: Wiring, client: FlaskClient, database: Filled, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = database.place
    parts = {"host": "127.0.0.1", "port": place.port, "database": place.database, "user": place.user}
    bodies = [database.body, {"source_type": database.kind, "source": {**parts, "password": place.password}}]
    for body in bodies:
        job = work_off(wiring, the_job(wiring, client, body))
        shown = client.get(f"/api/jobs/{job.id}").text + client.get("/api/jobs").text + client.get("/api/stats").text
        everything = shown + caplog.text + the_database(wiring)
        for secret in (CANARY, "canary", json.dumps(CANARY)[1:-1]):
            assert secret not in everything
        assert job.params["sealed"]
        assert "sealed" not in shown
        assert job.params["sealed"] not in shown


def the_database(wiring: Wiring) -> str:
    """Every row of every table."""
    with wiring.db.begin() as tx:
        names = tx.scalars(text("select quote_ident(tablename) from pg_tables where schemaname = 'public'")).all()
        return "".join(str(tx.execute(text(f"select * from {name}")).all()) for name in names)  # noqa: S608 - ours


def test_a_wrong_password_is_refused_and_not_repeated(client: FlaskClient, database: Filled) -> None:
    place = database.place
    wrong = {"host": "127.0.0.1", "port": place.port, "database": place.database, "user": place.user}
    answer = client.post(
        "/api/migrate", json={"source_type": database.kind, "source": {**wrong, "password": "canary-wrong"}}
    )
    assert answer.status_code == 422
    assert "canary" not in answer.text
    assert answer.json["hint"]  # type: ignore[index]


def test_a_repeated_request_is_the_same_job(wiring: Wiring, client: FlaskClient, database: Filled) -> None:
    """Although its password is sealed anew each time, and the table may be gone by then."""
    job = the_job(wiring, client, database.body, **{"Idempotency-Key": "one"})
    database.run("drop table channels")
    assert the_job(wiring, client, database.body, **{"Idempotency-Key": "one"}).id == job.id
    other = client.post("/api/migrate", json={**database.body, "table": "more"}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 422


def test_the_address_is_that_of_the_first_look(
    wiring: Wiring, client: FlaskClient, database: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is given another address meanwhile leads nowhere else."""
    body = {**database.body, "batch_size": 1}
    job = the_job(wiring, client, {**body, "source_path": body["source_path"].replace("@127.0.0.1", "@localhost")})
    wrong, resolve = {"localhost": "127.0.0.99"}, socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **by: resolve(wrong.get(host, host), *more, **by))
    assert work_off(wiring, job).fetched == 2


def test_a_host_that_is_no_longer_allowed(make_wiring: MakeWiring, database: Filled) -> None:
    before, after = make_wiring(), make_wiring(import_allowed_hosts="db.example.org")
    job = the_job(before, create_app(before).test_client(), database.body)
    job = work_off(after, job)
    assert job.status is Status.FAILED
    assert "is not allowed" in str(job.error_message)


def test_a_server_that_is_away_is_tried_again(wiring: Wiring, client: FlaskClient, database: Filled) -> None:
    job = the_job(wiring, client, database.body)
    with wiring.db.begin() as tx:
        tx.execute(text("update processing_jobs set params = jsonb_set(params, '{server,port}', '9')"))
    job = work_off(wiring, job)
    assert job.status is Status.RUNNING
    assert batch_ids(wiring, job.id)
    assert "cannot be read at the moment" in str(wiring.jobs.notice(job))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"source_type": "mysql", "source_path": "mysql://u:canary@db.example.org/x"}, "source"),
        ({"source_type": "mysql", "source_path": "mysql://u:canary@169.254.169.254/x"}, "source"),
        ({"source_type": "postgresql", "source_path": "postgresql://u:canary@127.0.0.1,evil:5432/x"}, "source"),
        ({"source_type": "postgresql", "source": {"host": "/var/run/postgresql", "database": "x"}}, "source"),
        ({"source_type": "mysql", "source_path": "canary://u:canary@127.0.0.1/x"}, "source_path"),
        ({"source_type": "mysql", "source_path": "mysql://u:canary@127.0.0.1:port/x"}, "source_path"),
        ({"source_type": "mysql", "source_path": "mysql://u:canary@127.0.0.1"}, "source_path"),
        ({"source_type": "mysql", "source": {"host": "127.0.0.1", "database": "x", "password": 1}}, "source.password"),
        ({"source_type": "mysql", "source": {"host": "h"}}, "source.database"),
        ({"source_type": "mysql"}, "source_path"),
        ({"source_type": "csv", "source": {"host": "127.0.0.1", "database": "x"}}, "source_type"),
        ({"source_type": "csv", "source_path": "x.csv", "table": "x"}, "source_type"),
        ({"source_type": "sqlite", "source_path": "../x.sqlite"}, "source_path"),
        ({"source_type": "sqlite", "source_path": "/etc/passwd"}, "source_path"),
    ],
)
def test_what_is_refused_names_its_field_and_no_password(
    wiring: Wiring, client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/migrate", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"] == field  # type: ignore[index]
    assert "canary@" not in answer.text
    assert wiring.jobs.listed(before=None, limit=1) == []


def test_a_table_of_an_sqlite_file(wiring: Wiring, client: FlaskClient) -> None:
    with sqlite3.connect(wiring.settings.import_root / "list.db") as file:
        file.execute("create table a (url, name)")
        file.execute("create table b (url, name)")
        file.execute("insert into b values (?, 'Cat')", [f"https://www.youtube.com/channel/{C}"])
    file.close()
    body = {"source_type": "sqlite", "source_path": "list.db", "table": "b"}
    assert work_off(wiring, the_job(wiring, client, body)).fetched == 1
    assert sql(wiring, "select channel_id, title, source from channels") == [(C, "Cat", "sqlite:list.db:b")]


@pytest.mark.parametrize(
    "made",
    [
        "create view v as with recursive r(n) as (select 1 union all select n + 1 from r) select n as id, n x from r",
        "create view v as select 1 as id, load_extension('x') as x",
        "create view v as select 1 as id, writefile('x', 'x') as x",
        "create view v as select 1 as id, zeroblob(1000000000) as x",
    ],
)
def test_a_file_with_a_trap_costs_nothing(
    wiring: Wiring, client: FlaskClient, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.imports.sources.sqlite_file.ANSWER_SECONDS", 0.3)
    with sqlite3.connect(wiring.settings.import_root / "trap.db") as file:
        file.execute(made)
    file.close()
    body = {"source_type": "sqlite", "source_path": "trap.db", "table": "v", "key": "id"}
    answer = client.post("/api/migrate", json=body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_file_that_is_no_database(wiring: Wiring, client: FlaskClient, content: bytes) -> None:
    file: Path = wiring.settings.import_root / "broken.db"
    file.write_bytes(content)
    answer = client.post("/api/migrate", json={"source_type": "sqlite", "source_path": "broken.db"})
    assert answer.status_code == 422, answer.text
    assert file.read_bytes() == content


def test_secrets_of_other_purposes_cannot_be_opened(wiring: Wiring) -> None:
    key: SecretStr = wiring.settings.secret_key
    with pytest.raises(VaultError):
        Vault(key).open(Vault(key, purpose="import sources").seal(CANARY))
