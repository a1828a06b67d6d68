"""Many calls at once, each paid for before it leaves; what goes wrong is answered by the kind of the error.

What was paid for is handed over even when another call of the same batch fails: the failure comes last.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from app.config import Settings
from app.errors import TributaryError
from app.keys.model import NoQuotaError, ProjectSuspendedError
from app.keys.purse import Purse, Ticket
from app.keys.service import Keys
from app.logs import logger
from app.youtube.costs import METHODS, Request
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.wire import Wire

_ATTEMPTS = 4
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 20.0
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought: its number among the requests, the JSON, and the units that all attempts cost."""

    index: int
    payload: dict[str, Any]
    units: int


class NotSentError(TributaryError):
    """The call did not leave: the batch is to stop, or another call of it met an obstacle for all."""


class Calls:
    """Runs the calls of a batch in a bounded pool of threads."""

    def __init__(
        self, wire: Wire, keys: Keys, settings: Settings, *, chance: Callable[[], float] = random.random
    ) -> None:
        self._wire = wire
        self._keys = keys
        self._threads = settings.calls_in_flight
        self._block_size = settings.quota_block
        self._pace = settings.api_rate_limit_delay
        self._chance = chance

    def purse(self, method: str, calls: int) -> Purse:
        """What `calls` calls of one method are paid from; close it when they are done."""
        bucket = METHODS[method].bucket
        return Purse(self._keys, bucket, calls=calls, block_size=self._block_size, pace=self._pace)

    def run(self, purse: Purse, requests: Sequence[Request], halt: threading.Event) -> Iterator[list[Answer]]:
        """Yield answers in groups, as they come; then raise the gravest error, if there was one.

        Setting `halt` lets the calls in flight finish and no other leave. NoQuotaError, ProjectSuspendedError and our
        own bugs halt the rest by themselves; a call that failed only for itself (ApiError) lets the others go on.
        """
        errors: list[Exception] = []
        with ThreadPoolExecutor(min(self._threads, max(1, len(requests)))) as pool:
            waiting = {pool.submit(self._call, purse, request, halt): n for n, request in enumerate(requests)}
            try:
                while waiting:
                    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    answers = [_answer(waiting.pop(future), future, errors, halt) for future in done]
                    if found := [answer for answer in answers if answer is not None]:
                        yield found
            except BaseException:  # the consumer left, or the time of the batch is over: what was not sent stays unsent
                halt.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        if errors:
            raise min(errors, key=_gravity)

    def _call(self, purse: Purse, request: Request, halt: threading.Event) -> tuple[dict[str, Any], int]:
        units = 0
        failures = 0
        while True:
            ticket = purse.pay()
            if halt.wait(max(0.0, ticket.not_before - time.monotonic())):
                purse.refund(ticket)
                raise NotSentError
            if self._keys.is_over(ticket.block):
                purse.refund(ticket)  # midnight came while it waited: the call belongs to the new day
                continue
            units += 1
            try:
                return self._wire.get(request.method, request.params, ticket.secret), units
            except ApiError as error:
                if not error.sent:
                    purse.refund(ticket)
                    units -= 1
                failures += self._react(purse, ticket, error)
                if failures >= _ATTEMPTS:
                    raise
                halt.wait(self._pause(failures, error))

    def _react(self, purse: Purse, ticket: Ticket, error: ApiError) -> int:
        """Tell the ledger what the error means. 1 when the attempt counts, 0 when another key is asked instead."""
        block = ticket.block
        _log.warning("call_failed", kind=error.kind, reason=error.reason, key=block.fingerprint, error=str(error))
        self._keys.note_error(block, f"{error.kind}: {error.reason}", error.project_number)
        match error.kind:
            case ErrorKind.BUCKET_EXHAUSTED:
                self._keys.exhausted(block)
            case ErrorKind.KEY_DEAD | ErrorKind.KEY_MISCONFIGURED | ErrorKind.PROJECT_MISCONFIGURED:
                whole_project = error.kind is ErrorKind.PROJECT_MISCONFIGURED
                self._keys.disable(block, f"{error.reason}: {error.message}", whole_project=whole_project)
            case ErrorKind.PROJECT_SUSPENDED:
                self._keys.suspended(block, error.reason)
                purse.drop(block)
                raise ProjectSuspendedError(f"Google suspended a project: {error.message}") from error
            case ErrorKind.THROTTLED | ErrorKind.TRANSIENT:
                return 1
            case _:
                raise error
        purse.drop(block)
        return 0

    def _pause(self, failures: int, error: ApiError) -> float:
        """Full jitter: many workers that failed together must not come back together. Google's own wish goes first."""
        if failures == 0:
            return 0.0
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**failures)
        return min(_LONGEST_PAUSE, error.retry_after or 0.0) + self._chance() * longest


def _answer(
    index: int, future: Future[tuple[dict[str, Any], int]], errors: list[Exception], halt: threading.Event
) -> Answer | None:
    error = future.exception()
    if error is None:
        payload, units = future.result()
        return Answer(index, payload, units)
    if not isinstance(error, Exception):
        raise error
    errors.append(error)
    if not isinstance(error, ApiError) or error.kind is ErrorKind.OUR_BUG:
        halt.set()
    return None


def _gravity(error: Exception) -> int:
    """What decides about the batch when several calls failed: a bug, then a suspension, then quota, then the rest."""
    if isinstance(error, ProjectSuspendedError):
        return 1
    if isinstance(error, NoQuotaError):
        return 2
    if isinstance(error, ApiError):
        return 0 if error.kind is ErrorKind.OUR_BUG else 3
    return 4 if isinstance(error, NotSentError) else -1
