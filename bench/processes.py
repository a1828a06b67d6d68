"""Whole Celery workers in process groups of their own, as the tests and the chaos bench start and kill them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.broker import QUEUES
from app.config import Settings
from app.wiring import Wiring
from devstack.process import Command, spawn

ROOT = Path(__file__).parents[1]
Process = subprocess.Popen[bytes]
_OPTIONS = (
    "worker", "--queues", ",".join(QUEUES), "--without-gossip", "--without-mingle", "--without-heartbeat",
    "--loglevel", "INFO",
)  # fmt: skip


def wait_for(condition: Callable[[], bool], seconds: float, what: str, pause: float = 0.05) -> None:
    """Look again and again until it is so. Raises AssertionError when it takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)


def start_worker(
    name: str, environment: Mapping[str, str], log: Path, app: str = "workers.run", processes: int = 2
) -> Process:
    """One Celery worker of two processes, whose home is the folder of its log; it does not outlive us."""
    told = ("--concurrency", str(processes), "--hostname", f"{name}@test")
    argv = [sys.executable, "-m", "celery", "--app", app, *_OPTIONS, *told]
    inherited = {"PATH": os.environ["PATH"], "HOME": str(log.parent)}
    return spawn(Command(argv, ROOT, {**inherited, **environment}, log, death_signal=signal.SIGKILL))


def kill_worker(worker: Process) -> None:
    """SIGKILL of a worker and all its processes."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wiring_of(environment: Mapping[str, str]) -> Wiring:
    """The system of this environment, as the process that asks sees it."""
    told: dict[str, Any] = {
        name.lower(): json.loads(value) if value.startswith("{") else value for name, value in environment.items()
    }
    return Wiring(Settings(_env_file=None, **told))  # type: ignore[call-arg]  # an option of pydantic-settings
