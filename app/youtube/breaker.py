"""One breaker for each method of the API: while YouTube does not answer it, no unit is spent on it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from app.clock import Clock
from app.youtube.errors import ApiError, EndpointDownError

_MOST_FAILURES = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 600.0


class Breaker:
    """Closed, suspected, or open until a moment; shared by the threads of a process, and by nobody else.

    Suspicion (ten failures in a row, or a call that failed to the end while no other succeeded) costs one probe, a
    harmless request whose own fault it cannot be. When it fails too, the method rests, and each pause, longer than the
    last, ends with another probe. Any answer closes the breaker.
    """

    def __init__(self, method: str, clock: Clock, chance: Callable[[], float]) -> None:
        self._method = method
        self._clock = clock
        self._chance = chance
        self._gate = threading.Lock()
        self._lock = threading.Lock()
        self._failures = 0
        self._error = ApiError()
        self._pause = _FIRST_PAUSE
        self._open_until: datetime | None = None
        self.successes = 0
        """Answers so far: whoever sees the same number twice knows that nothing was answered in between."""

    def succeeded(self) -> None:
        """YouTube answered, even if it said no."""
        with self._lock:
            self.successes += 1
            self._failures = 0
            self._pause = _FIRST_PAUSE
            self._open_until = None

    def failed(self, error: ApiError) -> None:
        """YouTube did not answer, or with an error of its own."""
        with self._lock:
            self._failures += 1
            self._error = error
        if self._failures >= _MOST_FAILURES:
            self.suspect()

    def suspect(self) -> None:
        """Let no call through before a probe was answered."""
        with self._lock:
            if self._open_until is None:
                self._open_until = self._clock.now()

    def admit(self, probe: Callable[[], object]) -> None:
        """Let a call through, or raise EndpointDownError.

        `probe` makes a call and reports how it went, as all calls do. One thread makes it, the others wait for it.
        """
        if self._open_until is None:
            return
        with self._gate:
            if self._open_until is None:
                return
            if self._open_until <= self._clock.now():
                with suppress(ApiError):
                    probe()
                self._rest()
            self._refuse()

    def _rest(self) -> None:
        """Stay open for a while, unless something was answered. Workers that failed together come back one by one."""
        with self._lock:
            if self._open_until is not None:
                wished = min(_LONGEST_PAUSE, self._error.retry_after or 0.0)
                seconds = max(wished, self._pause * (1 + self._chance()) / 2)
                self._open_until = self._clock.now() + timedelta(seconds=seconds)
                self._pause = min(_LONGEST_PAUSE, 2 * self._pause)

    def _refuse(self) -> None:
        until = self._open_until
        if until is not None:
            seconds = max(1.0, (until - self._clock.now()).total_seconds())
            raise EndpointDownError(self._method, self._error, seconds)
