"""A refresh with real workers, one of which is killed at half time."""

from collections.abc import Callable

import pytest

from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
CALLS_AT_ONCE, BLOCK = 2, 2


def test_a_killed_worker_leaves_the_same_rows(stack: Stack, drive: Callable[[], Driver]) -> None:
    stack.configure(CALLS_IN_FLIGHT=str(CALLS_AT_ONCE), QUOTA_BLOCK=str(BLOCK))
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=2_000))
    system.wait(system.post("/api/batch-metadata"), "completed")
    change(system.wiring, "update channels set asked_at = asked_at - interval '10 days', refresh_step = 8")
    spent = stack.calls_that_left()
    stack.emulator.set_latency(100)

    job_id = system.post("/api/batch-refresh")
    system.wait_until_half(job_id)
    stack.start_worker()
    stack.kill(stack.workers[0])
    job = system.wait(job_id, "completed", 90)

    assert (job.total_items, job.fetched + job.unchanged, job.failed) == (2_000, 2_000, 0)
    # What was under way when the worker died is asked again: two processes, each with two calls at once.
    assert 40 <= stack.calls_that_left() - spent <= 40 + 2 * CALLS_AT_ONCE
    refreshed = "select count(*) from channels where asked_at > now() - interval '1 day' and refresh_step in (4, 9)"
    assert sql(system.wiring, refreshed) == [(2_000,)]
    assert broken(system.wiring) == []
