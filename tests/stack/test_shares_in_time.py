"""Who shares real workers, and how soon those who wait are served."""

from collections.abc import Callable

import pytest

from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
Drive = Callable[[], Driver]
NEW_KEY = {"key_name": "second", "api_key": "AIzaSySecondSecondSecondSecondSecondSec"}


def test_a_job_of_two_batches_is_done_long_before_one_of_two_hundred(stack: Stack, drive: Drive) -> None:
    stack.configure(KEEPER_SECONDS="5", LEASE_SECONDS="20")
    stack.emulator.set_latency(100)
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=10_000))
    large = system.post("/api/batch-metadata", batch_size=50, total_limit=9_900)
    wait_for(lambda: system.job(large).processed_items > 0, 30, "the large job to be under way")
    small = system.post("/api/batch-metadata", batch_size=50, total_limit=100)
    system.wait(small, "completed", 30)
    assert system.job(large).processed_items < 9_900 / 2


def test_a_flood_of_imports_does_not_hold_up_metadata(stack: Stack, drive: Drive) -> None:
    stack.configure()
    system = drive()
    system.wiring.imports.ask_for_rows([(each, None) for each in stack.emulator.channel_ids(count=50)], "me")
    stack.start_worker()
    wait_for(lambda: system.wiring.catalog.without_metadata() == 50, 30, "something to fetch")
    stack.kill(stack.workers[0])
    rows = [(each, None) for each in stack.emulator.channel_ids(count=2_000, start=50)]
    flood = [system.wiring.imports.ask_for_rows(rows, "me").id for _ in range(150)]
    metadata = system.post("/api/batch-metadata", total_limit=50)
    stack.start_worker()
    system.wait(metadata, "completed", 60)
    left = [job_id for job_id in flood if system.job(job_id).status != "completed"]
    assert len(left) > len(flood) / 2


@pytest.mark.alone
def test_a_new_key_is_used_within_two_seconds(stack: Stack, drive: Drive) -> None:
    stack.configure(YOUTUBE_QUOTA='{"default": 1}', KEEPER_SECONDS="60")
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=100))
    waiting = system.post("/api/batch-metadata", batch_size=50)
    system.wait(waiting, "waiting_for_quota")

    assert system.api.post("/api/api-keys", json=NEW_KEY).status_code == 201
    anew = "select count(*) from job_batches where fence = 2 and job_id = :id"
    wait_for(lambda: sql(system.wiring, anew, id=waiting) == [(1,)], 2, "a worker to have taken what waited")
    system.wait(waiting, "completed", 30)


def test_a_budget_holds_whoever_is_killed(stack: Stack, drive: Drive) -> None:
    stack.configure(CALLS_IN_FLIGHT="2", QUOTA_BLOCK="2")
    stack.emulator.set_latency(100)
    system = drive()
    doomed = [stack.start_worker(), stack.start_worker()]
    system.import_ids(stack.emulator.channel_ids(count=4_000))
    job_id = system.post("/api/batch-metadata", max_units=40)
    wait_for(lambda: system.job(job_id).processed_items > 500, 60, "some of it")
    stack.start_worker()
    for worker in doomed:
        stack.kill(worker)
    job = system.wait(job_id, "paused", 60)

    assert job.why == 'the budget of 40 units is spent; resume with {"max_units": M} to go on'
    assert job.units_taken == 40
    # Each process that died had a block of two.
    assert 40 - 4 * 2 <= stack.calls_that_left() <= 40
    assert job.fetched <= 50 * stack.calls_that_left()
    assert sql(system.wiring, "select count(*) from job_shares where reserved + used > max_units") == [(0,)]
