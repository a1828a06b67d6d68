"""The command lines of Tributary's own processes."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from devstack.logs import rotate
from devstack.ports import LOCALHOST
from devstack.process import Command
from devstack.program import Program

ROOT = Path(__file__).resolve().parent.parent

_QUEUES = "migration,metadata,videos,discovery,default"
_MOST_WORKER_PROCESSES = 4
_WORKER_STOP_SECONDS = 20  # nothing is lost when it is cut short


class Programs:
    """Makes the programs. `logs` is the folder of their logs; the environment is read when one is made."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = environment

    def log(self, name: str) -> Path:
        """A fresh log of this name; that of the start before is beside it."""
        log = self._logs / f"{name}.log"
        rotate(log)
        return log

    def emulator(self, port_file: Path, memory: Path) -> Program:
        """The emulator of the YouTube API on a free port, which it writes to the first file."""
        files = ("--port-file", str(port_file), "--memory", str(memory))
        return self._program("Emulator", "-m", "emulator", "--port", "0", *files)

    def api(self, port: int) -> Program:
        """The control API and the pages, for this machine only."""
        return self._program(
            *("API", "-m", "gunicorn", "--bind", f"{LOCALHOST}:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
            *("--graceful-timeout", "5"),  # open event streams would hold the stop for 30 s
            "--no-control-socket",  # its place is one per account; two stacks would fight for it
            "app.web:create_app()",
        )

    def worker(self) -> Program:
        """One Celery worker for all queues; CELERY_CONCURRENCY processes, or one per core up to 4."""
        cores = min(_MOST_WORKER_PROCESSES, os.cpu_count() or 1)
        return self._program(
            *("Worker", "-m", "celery", "--app", "workers.run", "worker", "--queues", _QUEUES),
            *("--concurrency", self._environment.get("CELERY_CONCURRENCY", str(cores))),
            *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"),
            stop_seconds=_WORKER_STOP_SECONDS,
        )

    def beat(self, schedule: Path) -> Program:
        """Celery beat; `schedule` is the file in which it keeps when it last did what."""
        return self._program("Beat", "-m", "celery", "--app", "workers.run", "beat", "--schedule", str(schedule))

    def _program(self, title: str, *arguments: str, stop_seconds: float = 15) -> Program:
        command = Command(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(self._environment),
            log=self.log(title.lower()),
        )
        return Program(title, command, stop_seconds=stop_seconds)
