"""A version that meets the schema of another one: it says so, and what to do."""

import subprocess
import sys

import psycopg
import pytest
from pydantic import SecretStr

from app.db import Database
from app.migrations import newest
from app.migrator import migrate
from app.web import create_app
from devstack.programs import ROOT
from tests.conftest import MakeWiring
from tests.upgrades.conftest import Older, grow_old


def command(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": "x" * 32}
    argv = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_api_on_an_older_schema(db: Database, empty: str, older: Older, make_wiring: MakeWiring) -> None:
    grow_old(db, empty, older, "0012")
    api = create_app(make_wiring(database_url=SecretStr(empty))).test_client()
    for path in ("/readyz", "/health"):
        answer = api.get(path)
        assert answer.status_code == 503
        assert answer.json["database"] == f"has schema 0012, this version needs {newest()}: run `python -m app migrate`"  # type: ignore[index]
    assert api.get("/livez").status_code == 200, "it would be no use to start it again"
    refused = api.get("/api/freshness")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.json["detail"] == "The database has not the schema that this version needs."  # type: ignore[index]
    assert "python -m app migrate" in refused.json["hint"]  # type: ignore[index]
    migrate(db)
    assert api.get("/readyz").json["database"] == "ok"  # type: ignore[index]
    assert api.get("/api/freshness").status_code == 200


def test_the_api_before_the_first_migration(empty: str, make_wiring: MakeWiring) -> None:
    api = create_app(make_wiring(database_url=SecretStr(empty))).test_client()
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "has no tables: run `python -m app migrate`"  # type: ignore[index]
    assert api.get("/api/jobs").status_code == 503


def test_the_api_goes_on_when_the_schema_is_newer(db: Database, empty: str, make_wiring: MakeWiring) -> None:
    """It would be taken out of service before the new version runs, were it not ready."""
    migrate(db)
    with psycopg.connect(empty) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    answer = create_app(make_wiring(database_url=SecretStr(empty))).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["database"].startswith("has schema 9999, this version is of ")  # type: ignore[index]
    ended = command(empty, "migrate")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "error: the database has schema 9999; this version knows those up to" in ended.stderr


@pytest.mark.parametrize("arguments", [("alive", "worker"), ("dictionary",)])
def test_commands_on_a_database_without_tables(empty: str, arguments: tuple[str, ...]) -> None:
    ended = command(empty, *arguments)
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "python -m app migrate" in ended.stderr


def test_a_database_that_psql_has_made_of_init_sql_is_migrated_from_there(empty: str) -> None:
    psql = ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(ROOT / "init.sql"), empty]
    subprocess.run(psql, check=True, capture_output=True, timeout=60)
    ended = command(empty.replace("postgresql://", "postgres://"), "migrate")
    assert (ended.returncode, ended.stdout) == (0, f"the schema is {newest()}\n"), ended.stderr
