"""One call, attempted until it is answered: each attempt paid before it leaves, what goes wrong told to the ledger."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from app.clock import Clock
from app.keys.model import ProjectSuspendedError
from app.keys.purse import Purse, Ticket
from app.keys.service import Keys
from app.logs import logger
from app.metrics.events import CALL, ERROR, RETRY
from app.metrics.service import Metrics
from app.metrics.tallies import short
from app.traces import span
from app.youtube.breaker import Breaker
from app.youtube.costs import METHODS, Request
from app.youtube.errors import ApiError, ErrorKind, NotSentError
from app.youtube.probes import PROBES
from app.youtube.wire import Wire

ATTEMPTS = 4
# It says itself that the input is more likely to blame than the moment.
_FEWER_ATTEMPTS = {"processingFailure": 2}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 20.0
_PASSING = frozenset({ErrorKind.TRANSIENT, ErrorKind.THROTTLED})
_log = logger(__name__)


@dataclass(slots=True)
class Bill:
    """The units that the attempts of one call have cost so far."""

    units: int = 0


class Attempts:
    """Makes calls. What passes is attempted again, four times and `deadline` seconds at most."""

    def __init__(
        self, wire: Wire, keys: Keys, clock: Clock, deadline: float, chance: Callable[[], float], metrics: Metrics
    ) -> None:
        self._wire = wire
        self._keys = keys
        self._clock = clock
        self._deadline = timedelta(seconds=deadline)
        self._chance = chance
        self._metrics = metrics
        self._breakers = {method: Breaker(method, clock, chance) for method in METHODS}

    def call(self, purse: Purse, request: Request, halt: threading.Event) -> tuple[dict[str, Any], int]:
        """The answer, and the units of all attempts.

        Raises ApiError for what this request is to blame for, with its units, and EndpointDownError where YouTube is:
        nothing was answered while all attempts failed, and a probe was not either.
        """
        breaker, probe = self._breakers[request.method], partial(self._probe, purse, request.method, halt)
        answered_before, bill, failures, deadline = breaker.successes, Bill(), 0, None
        while True:
            breaker.admit(probe)
            try:
                return self._attempt(purse, request, halt, bill), bill.units
            except ApiError as error:
                error.units = bill.units
                if error.kind not in _PASSING:
                    raise
                failures += 1
                pause = self._pause(failures, error)
                now = self._clock.now()
                deadline = deadline or now + self._deadline
                if failures >= _FEWER_ATTEMPTS.get(error.reason, ATTEMPTS) or now + timedelta(seconds=pause) > deadline:
                    if breaker.successes == answered_before:
                        breaker.suspect()
                    breaker.admit(probe)
                    raise
            self._metrics.count(RETRY, request.method)
            halt.wait(pause)

    def _probe(self, purse: Purse, method: str, halt: threading.Event) -> None:
        self._attempt(purse, PROBES[method], halt, Bill())

    def _attempt(self, purse: Purse, request: Request, halt: threading.Event, bill: Bill) -> dict[str, Any]:
        """One attempt; where only the key is refused, with as many keys as it takes."""
        breaker = self._breakers[request.method]
        while True:
            ticket = self._turn(purse, halt)
            bill.units += 1
            try:
                payload = self._timed(request, ticket.secret)
            except ApiError as error:
                if not error.sent:
                    purse.refund(ticket)
                    bill.units -= 1
                if not self._refused_key(purse, ticket, error):
                    _report(breaker, error)
                    raise
            else:
                breaker.succeeded()
                return payload

    def _timed(self, request: Request, secret: str) -> dict[str, Any]:
        began, outcome = time.monotonic(), "answered"
        try:
            with span(f"youtube {request.method}"):
                return self._wire.get(request.method, request.params, secret)
        except ApiError as error:
            outcome = error.kind.value
            self._metrics.count(ERROR, outcome, short(error.reason))
            raise
        finally:
            self._metrics.time(CALL, time.monotonic() - began, request.method, outcome)

    def _turn(self, purse: Purse, halt: threading.Event) -> Ticket:
        """Pay, and wait for the turn of the key."""
        while True:
            ticket = purse.pay()
            if halt.wait(max(0.0, ticket.not_before - time.monotonic())):
                purse.refund(ticket)
                raise NotSentError
            if not self._keys.is_over(ticket.block):
                return ticket
            purse.refund(ticket)  # midnight came while it waited: the call belongs to the new day

    def _refused_key(self, purse: Purse, ticket: Ticket, error: ApiError) -> bool:
        """Tell the ledger what the error means. True when the key was refused and another is to be asked."""
        block = ticket.block
        _log.warning("call_failed", error_kind=error.kind, reason=error.reason, key=block.fingerprint, error=str(error))
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
            case _:
                return False
        purse.drop(block)
        return True

    def _pause(self, failures: int, error: ApiError) -> float:
        """Seconds. Full jitter: many that failed together must not come back together. Google's wish goes first."""
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**failures)
        return (error.retry_after or 0.0) + self._chance() * longest


def _report(breaker: Breaker, error: ApiError) -> None:
    if error.kind in _PASSING:
        breaker.failed(error)
    elif error.http_status is not None:
        breaker.succeeded()
