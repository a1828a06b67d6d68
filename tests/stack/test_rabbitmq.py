"""RabbitMQ instead of Redis as the broker: what it carries, and that nothing is lost with it."""

import time
from collections.abc import Callable, Iterator

import pytest
import redis

from bench.processes import wait_for
from tests.jobs.invariants import broken
from tests.stack.conftest import Driver, Stack
from tests.stack.rabbit import PROGRAM, RabbitServer, temporary_rabbit

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(not PROGRAM.exists(), reason="RabbitMQ is not installed: apt-get install rabbitmq-server"),
]


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitServer]:
    with temporary_rabbit() as server:
        yield server


@pytest.fixture
def system(stack: Stack, rabbit: RabbitServer, drive: Callable[[], Driver]) -> Driver:
    stack.configure(CELERY_BROKER_URL=rabbit.url, DEFAULT_BATCH_SIZE="50")
    return drive()


def test_a_job_by_rabbitmq(stack: Stack, system: Driver, rabbit: RabbitServer) -> None:
    waiting = system.post("/api/batch-metadata")
    wait_for(lambda: rabbit.messages("metadata") == 1, 10, "the message waits for a worker")
    assert not system.wiring.doorbell.is_quiet("metadata")
    assert system.wiring.doorbell.is_quiet("nobody-has-made-this-queue")
    stack.start_worker()
    system.wait(waiting, "completed")
    assert rabbit.messages("metadata") == 0

    system.import_ids(stack.emulator.channel_ids(count=1_000))
    done = system.wait(system.post("/api/batch-metadata"), "completed")
    assert (done.total_items, done.failed) == (1_000, 0)
    assert broken(system.wiring) == []
    with redis.Redis.from_url(stack.valkey.url) as client:
        keys = {key.decode() for key in client.scan_iter()}
    assert keys
    assert {key for key in keys if "progress" not in key} == set(), "Redis has progress, and no messages"


def test_messages_that_are_lost(stack: Stack, system: Driver, rabbit: RabbitServer) -> None:
    job_id = system.post("/api/bulk-add-channels", channels=[{"channel_id": stack.emulator.channel_ids(count=1)[0]}])
    wait_for(lambda: rabbit.purge("migration") == 1, 10, "there is one to lose")
    stack.start_worker()
    assert system.wait(job_id, "completed", 60).processed_items == 1


def test_rabbitmq_crashes_under_a_job(stack: Stack, system: Driver, rabbit: RabbitServer) -> None:
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=2_000))
    job_id = system.post("/api/batch-metadata")
    wait_for(lambda: system.job(job_id).processed_items >= 200, 60, "the job is under way")
    rabbit.crash()
    meanwhile = system.post("/api/batch-videos", total_limit=1)
    rabbit.start()
    done = system.wait(job_id, "completed", 120)
    assert (done.processed_items, done.failed) == (2_000, 0)
    system.wait(meanwhile, "completed", 120)
    assert broken(system.wiring) == []


@pytest.mark.alone
def test_jobs_are_taken_while_rabbitmq_is_away(system: Driver, rabbit: RabbitServer) -> None:
    system.post("/api/batch-metadata")  # so that a connection is open, and lost
    rabbit.crash()
    for _ in range(2):
        began = time.monotonic()
        system.post("/api/batch-metadata")
        assert time.monotonic() - began < 5
    rabbit.start()
