"""The Celery worker: `celery --app workers.run worker`, and `celery --app workers.run beat`.

The main process keeps; its children carry out batches. No connection is open when a child is forked.
"""

import os
import socket
import sys
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from celery import Task, signals

from app.broker import ADVANCE_JOB, KEEP, RUN_BATCH, TRACE
from app.config import SettingsError, load_settings
from app.logs import lines_of, set_up_logs
from app.wiring import Wiring
from workers.batches import run_batch
from workers.cutting import cutter
from workers.keeper import Keeper, compare_counters, keep, tick
from workers.registry import kinds
from workers.schema import await_schema
from workers.work import SharedFlag


class Process:
    """What this process works with. Children are forked, so each makes its own connections after the fork."""

    def __init__(self) -> None:
        try:
            self.settings = load_settings()
        except SettingsError as error:
            sys.exit(f"{error}\n{error.hint}")
        self.wiring = Wiring(self.settings, pooled=False, service="worker")
        self.worker = f"{socket.gethostname()}-{os.getpid()}"
        self.keeper: Keeper | None = None
        # Made before the children, shared with them: the main process hears that the worker is to stop, they act on it.
        self.stopping = SharedFlag()


process = Process()
celery = process.wiring.celery


@signals.setup_logging.connect
def _set_up_logs(**_: Any) -> None:
    """Ours instead of Celery's: one format, and secrets redacted."""
    set_up_logs(process.settings, worker=process.worker)


@signals.worker_init.connect
def _be_seen(sender: Any, **_: Any) -> None:  # noqa: ANN401 - Celery's type does not tell of its options
    """Without heartbeats Flower takes a worker that has nothing to do for one that is away."""
    if process.settings.celery_send_events:
        sender.options["without_heartbeat"] = False


@signals.celeryd_after_setup.connect
def _await_schema(**_: Any) -> None:
    await_schema(process.wiring.db)


@signals.worker_ready.connect
def _begin_to_keep(**_: Any) -> None:
    process.keeper = Keeper(process.wiring, process.worker)
    process.keeper.start()


@signals.worker_shutting_down.connect
def _hand_back(**_: Any) -> None:
    """Batches under way give back what they have not begun: a stop takes as long as one call, and costs no attempt."""
    process.stopping.set()


@signals.worker_shutdown.connect
def _end_to_keep(**_: Any) -> None:
    if process.keeper is not None:
        process.keeper.stop()


@signals.worker_process_init.connect
def _connect_anew(**_: Any) -> None:
    process.keeper = None
    process.wiring = Wiring(process.settings, service="worker")


@signals.worker_process_shutdown.connect
def _tell_what_is_left(**_: Any) -> None:
    process.wiring.metrics.write()
    process.wiring.traces.close()


@celery.task(name=RUN_BATCH, bind=True)
def run_one_batch(task: "Task[..., None]", batch_id: int) -> None:
    """Carry out the batch that the message names."""
    with _heard(task):
        run_batch(process.wiring, batch_id, process.worker, process.stopping)


@celery.task(name=ADVANCE_JOB, bind=True)
def advance_job(task: "Task[..., None]", job_id: str) -> None:
    """Cut the first batches of the job that the message names."""
    with _heard(task):
        _advance(job_id)


def _heard(task: "Task[..., None]") -> AbstractContextManager[Any]:
    """The message as part of the trace that its sender told."""
    return process.wiring.traces.root(task.name, "consumer", task.request.get(TRACE), worker=process.worker)


def _advance(job_id: str) -> None:
    machine = process.wiring.machine
    job_type = machine.job_type(UUID(job_id))
    if job_type is not None and job_type in kinds():
        with lines_of(job=job_id, kind=job_type):
            machine.advance(UUID(job_id), cutter(kinds()[job_type]))


@celery.task(name=KEEP)
def keep_by_beat() -> None:
    """The keeper's round, sent by beat: it also shows that beat lives and that messages arrive."""
    tick(process.wiring, "beat", "beat")
    keep(process.wiring)
    compare_counters(process.wiring)
