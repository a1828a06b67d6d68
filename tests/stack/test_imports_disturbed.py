"""Imports that are killed, paused and handed back: every row has one outcome, and nothing is done twice."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from app.catalog.ids import channel_id_of
from app.jobs.states import Status
from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
Drive = Callable[[], Driver]
ROWS, EVERY = 60_000, 100


def make_list(folder: Path) -> tuple[int, int, int]:
    """A list in which every hundredth row is bad, and every fiftieth is that of another line; how many are what."""
    chance = random.Random(1)  # noqa: S311 - no secret
    ids = [channel_id_of(UUID(int=chance.getrandbits(128))) for _ in range(ROWS)]
    lines = ["bad" if n % EVERY == 0 else ids[n - 7] if n % EVERY == EVERY // 2 else ids[n] for n in range(ROWS)]
    (folder / "list.csv").write_text("\n".join(["channel_id", *lines]) + "\n")
    bad, repeated = lines.count("bad"), ROWS // EVERY
    return ROWS - bad - repeated, repeated, bad


def goes_on(system: Driver, job_id: UUID, before: int) -> bool:
    return system.job(job_id).processed_items > before


def test_an_import_goes_on_at_the_last_page_whatever_kills_it(stack: Stack, drive: Drive) -> None:
    stack.configure(LEASE_SECONDS="1", KEEPER_SECONDS="0.5")
    system = drive()
    fetched, unchanged, failed = make_list(stack.folder)
    job_id = system.post("/api/migrate", source_path="list.csv", batch_size=1_000)
    for _ in range(3):
        before, doomed = system.job(job_id).processed_items, stack.start_worker()
        wait_for(partial(goes_on, system, job_id, before), 30, "pages to be written")
        stack.kill(doomed)
    assert system.job(job_id).status is Status.RUNNING
    stack.start_worker()

    job = system.wait(job_id, Status.COMPLETED, seconds=60)

    assert (job.fetched, job.unchanged, job.failed, job.total_items) == (fetched, unchanged, failed, ROWS)
    assert sql(system.wiring, "select count(*) from channels") == [(fetched,)]
    rejects = sql(system.wiring, "select line from job_items where job_id = :id order by id", id=job_id)
    assert rejects == [(n + 2,) for n in range(0, ROWS, EVERY)]


def test_an_import_is_paused_within_five_seconds_and_goes_on(stack: Stack, drive: Drive) -> None:
    stack.configure(LEASE_SECONDS="20", KEEPER_SECONDS="5")
    system = drive()
    make_list(stack.folder)
    stack.start_worker()
    job_id = system.post("/api/migrate", source_path="list.csv", batch_size=200)
    wait_for(lambda: system.job(job_id).processed_items > 0, 30, "pages to be written")
    assert system.api.post(f"/api/jobs/{job_id}/pause").status_code == 202
    paused = system.wait(job_id, Status.PAUSED, seconds=5)
    assert 0 < paused.processed_items < ROWS
    assert system.api.post(f"/api/jobs/{job_id}/resume").status_code == 202
    assert system.wait(job_id, Status.COMPLETED, seconds=120).total_items == ROWS


def test_a_worker_that_is_stopped_hands_its_import_back(stack: Stack, drive: Drive) -> None:
    stack.configure(LEASE_SECONDS="20", KEEPER_SECONDS="5")
    system = drive()
    make_list(stack.folder)
    worker = stack.start_worker()
    job_id = system.post("/api/migrate", source_path="list.csv", batch_size=200)
    wait_for(lambda: system.job(job_id).processed_items > 0, 30, "pages to be written")
    assert stack.stop(worker) < 30
    last = "select state, attempts, lost from job_batches where job_id = :id order by id desc limit 1"
    assert sql(system.wiring, last, id=job_id) == [("ready", 0, 0)]
