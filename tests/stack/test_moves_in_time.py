"""A wish reaches batches that run in other processes, whatever they are waiting for."""

from collections.abc import Callable

import pytest

from app.jobs.states import MOVES
from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytestmark = [pytest.mark.stack, pytest.mark.alone]


@pytest.mark.parametrize("wish", ["pause", "cancel"])
@pytest.mark.parametrize("many", [False, True], ids=["one job", "all jobs"])
def test_a_wish_to_stop_reaches_the_batch_within_five_seconds(
    stack: Stack, drive: Callable[[], Driver], wish: str, *, many: bool
) -> None:
    # Leases as in production: the wish must not wait for one to run out. The keeper has no part in it.
    stack.configure(LEASE_SECONDS="20", KEEPER_SECONDS="60", CALLS_IN_FLIGHT="1", BATCH_WINDOW="1")
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=5_000))
    stack.emulator.set_latency(300)  # a hundred calls: half a minute for the batch
    job_id = system.post("/api/batch-metadata", batch_size=5_000)
    wait_for(lambda: system.job(job_id).processed_items > 0, 30, "the batch to be under way")

    if many:
        assert (
            system.api.post("/api/jobs/moves", json={"move": wish, "filter": {"status": "running"}}).status_code == 202
        )
    else:
        assert system.api.post(f"/api/jobs/{job_id}/{wish}").status_code == 202
    # Five seconds for the batch; the job that moves others is carried out first.
    job = system.wait(job_id, MOVES[wish].target, seconds=10 if many else 5)

    assert 0 < job.processed_items < job.total_items == 5_000
    assert sql(system.wiring, "select attempts from job_batches where job_id = :id", id=job_id) == [(0,)]
