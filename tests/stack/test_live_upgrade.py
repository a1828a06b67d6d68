"""Upgrades while a job runs: old code goes on with the new schema, and new code waits for it."""

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.db import Database
from app.jobs.states import Status
from app.migrator import Patience, migrate
from bench.processes import wait_for
from tests.stack.conftest import Driver, Stack
from tests.upgrades.conftest import BACKFILL, Older, grow_old, older, with_another

pytestmark = pytest.mark.stack
__all__ = ["older"]
Drive = Callable[[], Driver]

# A version to come adds a column, fills it, and searches by it: what the version before does not know.
EXPAND = {"1_column.sql": "alter table channels add note text; alter table job_batches add note text"}
FILL = {"1_note.pieces.sql": BACKFILL}
INDEX = {"1_index.concurrently.sql": "create index concurrently if not exists channels_note on channels (note, title)"}


def test_a_job_runs_while_the_schema_changes(stack: Stack, drive: Drive, older: Older) -> None:
    stack.configure(DEFAULT_BATCH_SIZE="50")
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=3_000))
    job_id = system.post("/api/batch-metadata")
    wait_for(lambda: system.job(job_id).processed_items >= 200, 60, "the job is under way")

    db = Database(stack.postgres.url("tributary"), pooled=False)
    migrate(db, Patience(lock=0.5, pause=0.2), scripts=with_another(older, EXPAND, FILL, INDEX))
    assert system.job(job_id).status is Status.RUNNING, "else nothing was tried"

    done = system.wait(job_id, "completed", 120)
    assert done.processed_items == done.total_items == 3_000
    assert done.failed == 0
    ready = system.api.get("/readyz")
    assert (ready.status_code, ready.json["database"][:15]) == (200, "has schema 9999")  # type: ignore[index]
    assert b"Traceback" not in (stack.folder / "worker-0.log").read_bytes()
    db.close()


def test_a_worker_waits_for_the_schema_that_it_needs(stack: Stack, drive: Drive, older: Older) -> None:
    stack.configure()
    url = stack.postgres.url("tributary")
    with psycopg.connect(url) as connection:
        connection.execute("drop schema public cascade; drop schema analyst cascade; create schema public")
    db = Database(url, pooled=False)
    grow_old(db, url, older, "0012")
    log = stack.folder / "worker-0.log"
    stack.start_worker()
    wait_for(lambda: log.exists() and b"has schema 0012, this version needs" in log.read_bytes(), 30, "it says so")
    stopped = stack.start_worker()
    wait_for(lambda: _waits(stack.folder / "worker-1.log"), 30, "and so does the other")
    assert stack.stop(stopped) < 10

    migrating = threading.Thread(target=migrate, args=(db,))
    migrating.start()
    migrating.join(60)
    system = drive()
    system.import_ids(stack.emulator.channel_ids(count=20))
    assert b"Traceback" not in log.read_bytes()
    assert log.read_bytes().count(b"this version needs") == 1
    db.close()


def _waits(log: Path) -> bool:
    return log.exists() and b"this version needs" in log.read_bytes()
