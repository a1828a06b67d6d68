"""A Celery worker whose children die at named points: `celery --app bench.chaos.crashing_worker worker`.

It is workers.run with a wiring that passes the points. A child that passes one for which a file of that name lies in
the folder CHAOS_FOLDER takes the file away and kills itself with -9: one file, one death, whoever comes first.

Only the children know of a hub, CHAOS_HUB. The keeper in the main process does not, and asks for no jobs of the push: a
round has only those that the bench asks for.
"""

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from celery import signals
from sqlalchemy import Connection

from app.db import Database
from app.jobs.machine import Machine, Writer
from app.jobs.model import Batch
from app.wiring import Wiring
from app.youtube.wire import Wire
from bench.chaos import crashing_points as at
from workers.run import celery, process

__all__ = ["celery"]

_in_slice = threading.local()


def _passing(point: str) -> None:
    try:
        (Path(os.environ["CHAOS_FOLDER"]) / point).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


class _Wire(Wire):
    def get(self, method: str, params: Mapping[str, str], api_key: str) -> dict[str, Any]:
        _passing(at.BEFORE_CALL)
        answer = super().get(method, params, api_key)
        _passing(at.AFTER_CALL)
        return answer


class _Database(Database):
    @contextmanager
    def begin(self) -> Iterator[Connection]:
        of_slice = getattr(_in_slice, "on", False)
        with super().begin() as tx:
            yield tx
            _passing(at.BEFORE_SLICE if of_slice else at.BEFORE_OTHER)
        _passing(at.AFTER_SLICE if of_slice else at.AFTER_OTHER)


class _Machine(Machine):
    def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
        _in_slice.on = True
        try:
            super().commit(batch, calls, write)
        finally:
            _in_slice.on = False


class _Wiring(Wiring):
    @cached_property
    def db(self) -> Database:
        url = self.settings.database_url.get_secret_value()
        return _Database(url, pool_size=self.settings.calls_in_flight)

    @cached_property
    def wire(self) -> Wire:
        return _Wire(self.settings.youtube_api_url, timeout=self.settings.youtube_timeout)

    @cached_property
    def machine(self) -> Machine:
        return _Machine(self.db, self.clock, self.doorbell, self.progress, self.settings)


@signals.worker_process_init.connect
def _walk_past_the_points(**_: Any) -> None:
    """After workers.run has wired this child. Only children die: whole workers are killed from outside."""
    hub = os.environ["CHAOS_HUB"]
    process.wiring = _Wiring(process.settings.model_copy(update={"push_callback_url": hub, "push_hub_url": hub}))
