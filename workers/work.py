"""A claimed batch at work: its lease, its commits, and the wish to stop."""

import ctypes
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from types import TracebackType
from typing import Protocol, Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.jobs.machine import Machine
from app.jobs.model import Batch, LostLeaseError, Slice
from app.keys.purse import Purse
from app.logs import logger
from app.wiring import Wiring
from app.youtube.calls import Answer, ListAnswer, Source, StepAnswer
from app.youtube.costs import Request
from app.youtube.listing import Listing

Content = TypeVar("Content")


class _Billed(Protocol):
    """What was paid for."""

    @property
    def units(self) -> int:
        """What all attempts have cost."""


Paid = TypeVar("Paid", bound=_Billed)
_log = logger(__name__)
# Commands to Redis may be billed: besides its end, a batch shows 2, 12 and 62 s, and readers ask PostgreSQL meanwhile.
_FIRST_SHOW, _PAUSES_GROW = 2.0, 5
_LISTEN_EVERY = 0.2


class Flag(Protocol):
    """Something that can be set: an event of threads or of processes."""

    def is_set(self) -> bool:
        """Whether it is."""


class SharedFlag:
    """A byte that the main process and its children share; no lock, which a killed child could hold for ever."""

    def __init__(self) -> None:
        self._byte = multiprocessing.RawValue(ctypes.c_bool, False)

    def set(self) -> None:
        """Raise it, for good."""
        self._byte.value = True

    def is_set(self) -> bool:
        """Whether it is raised."""
        return bool(self._byte.value)


class Work:
    """What a kind of job needs to carry out one batch. `halt` is set when the batch should stop where it is.

    `stopping` is set when the worker process is asked to end.
    """

    def __init__(self, wiring: Wiring, batch: Batch, stopping: Flag) -> None:
        self.wiring = wiring
        self.batch = batch
        self.halt = threading.Event()
        self._stopping = stopping
        self.unsettled_units = 0
        self.has_settled = False
        self._machine: Machine = wiring.machine
        self._closed = threading.Event()
        keep_lease = partial(copy_context().run, self._keep_lease)
        self._renewer = threading.Thread(target=keep_lease, name=f"lease-{batch.id}", daemon=True)
        self._show_pause = _FIRST_SHOW
        self._show_at = time.monotonic() + _FIRST_SHOW
        # Often enough that a wish to stop is heard within five seconds.
        self._renew_every = min(3.0, wiring.settings.lease_seconds / 4)

    def __enter__(self) -> Self:
        self._renewer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closed.set()
        self._renewer.join()

    def fetch(self, requests: Sequence[Request]) -> Iterator[list[Answer]]:
        """Make the calls, several at a time, each paid for; answers come in groups, in no order."""
        if requests:
            run = partial(self.wiring.calls.run, requests=requests, halt=self.halt)
            yield from self._paid(requests[0].method, len(requests), run)

    def fetch_lists(self, method: str, listings: Sequence[Listing], calls: int) -> Iterator[list[ListAnswer]]:
        """Likewise with lists, read page by page by `method`; `calls` is how many pages that may be at most."""
        if listings:
            run = partial(self.wiring.calls.run_lists, listings=listings, halt=self.halt)
            yield from self._paid(method, calls, run)

    def fetch_sources(
        self, method: str, sources: Sequence[Source[Content]], calls: int
    ) -> Iterator[list[StepAnswer[Content]]]:
        """Likewise with what asks one call after another, all from the bucket of `method`; `calls` is a guess."""
        if sources:
            run = partial(self.wiring.calls.run_sources, sources=sources, halt=self.halt)
            yield from self._paid(method, calls, run)

    def _paid(self, method: str, calls: int, run: Callable[[Purse], Iterator[list[Paid]]]) -> Iterator[list[Paid]]:
        with self.wiring.calls.purse(method, calls, self.batch.job_id) as purse:
            settled = 0
            try:
                for answers in run(purse):
                    yield answers
                    settled += sum(answer.units for answer in answers)  # only once they are committed
            finally:
                self.unsettled_units += purse.spent - settled

    def commit(self, calls: Sequence[int], write: Callable[[Connection], Slice]) -> None:
        """Write what these calls brought, in one transaction, as Machine.commit says. Raises LostLeaseError."""
        self._machine.commit(self.batch, calls, write)
        self.has_settled = True
        if time.monotonic() >= self._show_at:
            self._show_pause *= _PAUSES_GROW
            self._show_at = time.monotonic() + self._show_pause
            self._machine.show(self.batch.job_id)

    def _keep_lease(self) -> None:
        renew_at = time.monotonic() + self._renew_every
        while not self._closed.wait(_LISTEN_EVERY):
            if self._stopping.is_set():
                self.halt.set()
            if time.monotonic() >= renew_at:
                self._renew()
                renew_at = time.monotonic() + self._renew_every

    def _renew(self) -> None:
        try:
            wish = self._machine.renew(self.batch)
        except LostLeaseError:
            wish = "stop"
        except DBAPIError as error:
            # PostgreSQL is away: nobody can take the batch over meanwhile either.
            _log.warning("lease_not_renewed", error=type(error.orig).__name__)
            return
        if wish is not None:
            self.halt.set()
