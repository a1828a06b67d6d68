"""Databases of earlier days: the migrations up to a revision, and what stood in such a database then."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command

from app.db import Database
from app.migrations import SCRIPTS, config, newest
from devstack.postgres import PostgresServer

Older = Callable[[str], Path]
BACKFILL = """
update channels set source = 'before 9999'
where id in (select id from channels where source <> 'before 9999' limit 60)"""
_REVISION = """
from pathlib import Path
from app.migrations import run
revision = "{revision}"
down_revision = "{before}"
def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
"""
DATA = Path(__file__).parent / "data"


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    """The address of a database without a table."""
    name = f"upgrade_{uuid4().hex}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name}")
        yield postgres.url(name)
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def older(tmp_path: Path) -> Older:
    """The folder of migrations as it was when a revision was the newest."""

    def make(newest: str) -> Path:
        scripts = tmp_path / newest / "sql" / "migrations"
        shutil.copytree(SCRIPTS.parent, scripts.parent)
        for path in (scripts / "versions").iterdir():
            if path.name[:4] > newest or path.name == "__pycache__":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return scripts

    return make


@pytest.fixture
def db(empty: str) -> Iterator[Database]:
    db = Database(empty, pooled=False)
    yield db
    db.close()


def fill(url: str, revision: str) -> None:
    """Write what stood in a database of this revision."""
    with psycopg.connect(url) as connection:
        connection.execute((DATA / f"{revision}.sql").read_bytes())


def grow_old(db: Database, url: str, older: Older, *revisions: str) -> None:
    """A database that was filled at each of these revisions, and stands at the last."""
    for revision in revisions:
        settings = config(older(revision))
        with db.session() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
        fill(url, revision)


def with_another(older: Older, *revisions: dict[str, str]) -> Path:
    """The migrations of a version to come: those of today, and 9999 and so on with these steps."""
    scripts = older("9999")
    before = newest()
    for number, steps in enumerate(revisions):
        revision = str(9999 - len(revisions) + 1 + number)
        folder = scripts / "versions" / f"{revision}_to_come"
        folder.mkdir()
        for name, statement in steps.items():
            (folder / name).write_text(statement)
        folder.with_suffix(".py").write_text(_REVISION.format(revision=revision, before=before))
        before = revision
    return scripts
