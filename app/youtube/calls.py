"""Many calls at once, each paid for before it leaves; what goes wrong is answered by the kind of the error.

What was paid for is handed over even when another call of the same batch fails: the failure comes last.
"""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from app.clock import Clock
from app.config import Settings
from app.keys.model import BudgetSpentError, NoQuotaError, ProjectSuspendedError
from app.keys.purse import Purse
from app.keys.service import Keys
from app.metrics.service import Metrics
from app.youtube.attempts import Attempts
from app.youtube.costs import METHODS, Request
from app.youtube.errors import ApiError, EndpointDownError, ErrorKind, NotSentError
from app.youtube.listing import Listing, Page
from app.youtube.wire import Wire

Content = TypeVar("Content")
Content_co = TypeVar("Content_co", covariant=True)
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought: its number among the requests, the JSON, and the units that all attempts cost."""

    index: int
    payload: dict[str, Any]
    units: int


@dataclass(frozen=True, slots=True)
class StepAnswer(Generic[Content]):
    """One answer of one source: the number of the source, what it made of it, and the units that all attempts cost."""

    index: int
    content: Content
    units: int


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """One page of one list: the number of the list, the page, and the units that all attempts cost."""

    index: int
    page: Page
    units: int


class Calls:
    """Runs the calls of a batch in a bounded pool of threads."""

    def __init__(
        self,
        wire: Wire,
        keys: Keys,
        settings: Settings,
        *,
        clock: Clock,
        metrics: Metrics,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._attempts = Attempts(wire, keys, clock, settings.youtube_deadline, chance, metrics)
        self._keys = keys
        self._threads = settings.calls_in_flight
        self._block_size = settings.quota_block
        self._pace = settings.api_rate_limit_delay

    def purse(self, method: str, calls: int, job_id: UUID | None = None) -> Purse:
        """What `calls` calls of one method, for a job or for none, are paid from; close it when they are done."""
        bucket = METHODS[method].bucket
        return Purse(self._keys, bucket, calls=calls, block_size=self._block_size, pace=self._pace, job_id=job_id)

    def run(self, purse: Purse, requests: Sequence[Request], halt: threading.Event) -> Iterator[list[Answer]]:
        """Yield answers in groups, as they come; then raise the gravest error, if there was one.

        Setting `halt` lets the calls in flight finish and no other leave. NoQuotaError, BudgetSpentError,
        ProjectSuspendedError and our own bugs halt the rest by themselves; a call that failed only for itself
        (ApiError) lets the others go on.
        """
        return self._together(purse, [_Once(request) for request in requests], Answer, halt)

    def run_lists(self, purse: Purse, listings: Sequence[Listing], halt: threading.Event) -> Iterator[list[ListAnswer]]:
        """Likewise with lists: the pages of one come one after another, those of many at once.

        The next page of a list is under way while its last one is looked at. A verdict on a list is its last page.
        """
        return self._together(purse, listings, ListAnswer, halt)

    def run_sources(
        self, purse: Purse, sources: "Sequence[Source[Content]]", halt: threading.Event
    ) -> Iterator[list[StepAnswer[Content]]]:
        """Likewise with whatever asks one call after another; all calls must be paid from the bucket of the purse."""
        return self._together(purse, sources, StepAnswer, halt)

    def _together(
        self,
        purse: Purse,
        sources: "Sequence[Source[Content]]",
        told: Callable[[int, Content, int], Told],
        halt: threading.Event,
    ) -> Iterator[list[Told]]:
        with ThreadPoolExecutor(min(self._threads, max(1, len(sources)))) as pool:

            def ask(request: Request) -> _Reply:
                # In the context of the caller: what is logged there is about the same batch.
                return pool.submit(copy_context().run, self._attempts.call, purse, request, halt)

            asked = _Asked(sources, ask, halt)
            try:
                while asked.waiting:
                    if found := [told(*answered) for answered in asked.next_answers()]:
                        yield found
            except BaseException:  # the consumer left, or the time of the batch is over: what was not sent stays unsent
                halt.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        if asked.errors:
            raise min(asked.errors, key=_gravity)


_Reply = Future[tuple[dict[str, Any], int]]


class _Asked(Generic[Content]):
    """Sources whose calls are under way, one of each at a time."""

    def __init__(
        self, sources: "Sequence[Source[Content]]", ask: Callable[[Request], _Reply], halt: threading.Event
    ) -> None:
        self._sources = sources
        self._ask = ask
        self._halt = halt
        self.waiting: dict[_Reply, int] = {}
        # Each reply announces itself: waiting for thousands would look at all of them for each that comes.
        self._come: SimpleQueue[_Reply] = SimpleQueue()
        self.errors: list[Exception] = []
        for index in range(len(sources)):
            self._ask_on(index)

    def next_answers(self) -> list[tuple[int, Content, int]]:
        """Wait for the next answers: number of the source, what it made of its answer, and the units."""
        found = []
        for _ in range(max(1, self._come.qsize())):
            reply = self._come.get()
            index = self.waiting.pop(reply)
            try:
                content, units = _content(self._sources[index], reply)
            except Exception as error:  # noqa: BLE001 - raised by the caller, when the others have come
                self._note(error)
            else:
                self._ask_on(index)
                if content is not None:
                    found.append((index, content, units))
        return found

    def _ask_on(self, index: int) -> None:
        if request := self._sources[index].request:
            reply = self._ask(request)
            self.waiting[reply] = index
            reply.add_done_callback(self._come.put)

    def _note(self, error: Exception) -> None:
        self.errors.append(error)
        if not isinstance(error, ApiError) or error.kind is ErrorKind.OUR_BUG:
            self._halt.set()


class Source(Protocol[Content_co]):
    """What asks one call after another."""

    @property
    def request(self) -> Request | None:
        """What to ask next; None when it has all it wanted."""

    def take(self, payload: dict[str, Any]) -> Content_co:
        """What the answer brought."""

    def refused(self, error: ApiError) -> Content_co | None:
        """What the error brought; None when it is to ask on, or the error again."""


class _Once:
    """A single request."""

    def __init__(self, request: Request) -> None:
        self.request: Request | None = request

    def take(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.request = None
        return payload

    def refused(self, error: ApiError) -> None:
        raise error


def _content(source: Source[Content], reply: _Reply) -> tuple[Content | None, int]:
    try:
        payload, units = reply.result()
        return source.take(payload), units
    except ApiError as error:
        return source.refused(error), error.units


_GRAVITIES = (ProjectSuspendedError, BudgetSpentError, NoQuotaError, EndpointDownError, ApiError, NotSentError)


def _gravity(error: Exception) -> int:
    """What decides about the batch when several calls failed: a bug, a suspension, the budget, quota, then the rest."""
    if isinstance(error, ApiError) and error.kind is ErrorKind.OUR_BUG:
        return 0
    return next((place for place, kind in enumerate(_GRAVITIES, 1) if isinstance(error, kind)), -1)
