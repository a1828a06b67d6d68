"""A worker that is killed shows in /metrics: nobody hears it any more, and what it held is taken over."""

from collections.abc import Callable

import pytest

from bench.processes import wait_for
from tests.hands import sql
from tests.observability.conftest import read_metrics, value
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack


def test_a_killed_worker_is_silent_and_its_batches_are_rescued(stack: Stack, drive: Callable[[], Driver]) -> None:
    stack.configure()
    system = drive()
    doomed = stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=1_000))
    stack.emulator.set_latency(2_000)
    job_id = system.post("/api/batch-metadata", batch_size=500)
    held = "select count(*) from job_batches where state = 'running'"
    wait_for(lambda: sql(system.wiring, held) == [(2,)], 30, "both processes at work")
    told = read_metrics(system.api)
    [(worker,)] = sql(system.wiring, "select worker from worker_ticks")
    assert value(told, "workers_alive", role="worker") == 1
    assert value(told, "jobs_lease_rescues_total", kind="metadata") is None
    stack.kill(doomed)
    stack.emulator.set_latency(0)
    stack.start_worker()

    def rescued() -> bool:
        return value(read_metrics(system.api), "jobs_lease_rescues_total", kind="metadata") == 2

    wait_for(rescued, 30, "the other worker to have taken both")
    assert system.wait(job_id, "completed").fetched == 1_000
    told = read_metrics(system.api)
    assert (value(told, "workers_silent_seconds", worker=str(worker), role="worker") or 0) > 3
    assert value(told, "jobs_items_total", kind="metadata", outcome="fetched") == 1_000, "nothing lost, nothing twice"

    def timed() -> bool:
        series = {"kind": "metadata", "outcome": "Done"}
        return value(read_metrics(system.api), "jobs_batch_seconds_count", **series) == 2

    wait_for(timed, 20, "the workers to have written what they counted")
