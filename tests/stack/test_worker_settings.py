"""CELERY_CONCURRENCY and the two limits of a worker's processes, seen in the processes of a real worker."""

import signal
import sys
from collections.abc import Callable

import psutil
import pytest

from app.broker import QUEUES
from bench.processes import ROOT, wait_for
from devstack.process import Command, spawn
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("setting", "renewed"),
    [
        ({}, False),
        ({"CELERY_WORKER_MAX_TASKS_PER_CHILD": "1"}, True),
        ({"CELERY_WORKER_MAX_MEMORY_PER_CHILD": "50000"}, True),  # less than any has
    ],
)
def test_processes_of_a_worker(
    stack: Stack,
    drive: Callable[[], Driver],
    setting: dict[str, str],
    renewed: bool,  # noqa: FBT001
) -> None:
    stack.configure(1, CELERY_CONCURRENCY="3")
    stack.environment |= setting
    system = drive()
    argv = [sys.executable, "-m", "celery", "--app", "workers.run", "worker", "--queues", ",".join(QUEUES)]
    log = stack.folder / "worker-0.log"
    worker = spawn(Command(argv, ROOT, stack.environment, log, death_signal=signal.SIGKILL))
    stack.workers.append(worker)
    children: Callable[[], set[int]] = lambda: {one.pid for one in psutil.Process(worker.pid).children()}  # noqa: E731
    wait_for(lambda: len(children()) == 3, 30, "three processes")
    first = children()
    for _ in range(3):
        system.import_ids(stack.emulator.channel_ids(count=10))
    if renewed:
        wait_for(lambda: bool(children() - first), 30, "another process")
    assert len(first - children()) == 0 or renewed
