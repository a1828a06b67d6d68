"""Redis is away at the very moment at which all processes of a worker end their batches."""

import pytest

from bench.processes import wait_for
from tests.hands import sql
from tests.stack.conftest import Stack
from tests.stack.test_main_job import Drive

pytestmark = pytest.mark.stack
PROCESSES = 2


def test_a_worker_hears_again_although_it_could_acknowledge_nothing(stack: Stack, drive: Drive) -> None:
    stack.configure()
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=300))
    stack.emulator.set_latency(2_000)
    job_id = system.post("/api/batch-metadata", batch_size=50)

    def batches(state: str) -> int:
        statement = "select count(*) from job_batches where job_id = :id and state = :state"
        return int(str(sql(system.wiring, statement, id=job_id, state=state)[0][0]))

    wait_for(lambda: batches("running") == PROCESSES, 30, "every process to have a batch")
    stack.valkey.stop()
    wait_for(lambda: batches("done") >= PROCESSES, 30, "the batches to end")
    stack.emulator.set_latency(0)
    stack.valkey.start()

    system.wait(job_id, "completed", 60)
