"""How often somebody may ask: a bucket that holds a minute's worth and fills steadily (GCRA).

One command to Redis, so that all processes count together. Where Redis is away, or is paid for by the command
(Upstash), each process counts for itself: a limit must not stop the work that it protects.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.logs import logger

_MINUTE = 60.0
_ANSWER_SECONDS = 0.5
_ASK_AGAIN = 10.0
_MOST_KEYS = 10_000
_log = logger(__name__)

# The value is the moment at which the bucket is full again, by the clock of Redis.
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + tonumber(ARGV[1])
if full - now > tonumber(ARGV[2]) then return {0, tostring(full - now)} end
redis.call('SET', KEYS[1], string.format('%.6f', full), 'EX', math.ceil(full - now) + 1)
return {1, tostring(full - now)}
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may go on, and how many more."""

    allowed: bool
    limit: int
    """requests a minute"""
    ahead: float
    """seconds until the bucket is full again"""

    @property
    def remaining(self) -> int:
        """How many requests could be made at once now."""
        return max(0, int((_MINUTE - self.ahead) * self.limit / _MINUTE + 1e-6)) if self.allowed else 0

    @property
    def wait(self) -> int:
        """Seconds until the next request is allowed."""
        return ceil(max(0.0, self.ahead - _MINUTE)) or 1


class Limiter(Protocol):
    """Counts who asks."""

    def take(self, who: str, limit: int) -> Verdict:
        """Count a request; `limit` a minute are allowed, at most so many at once. Never raises."""

    def close(self) -> None:
        """Close the connections."""


class OwnLimiter:
    """Counts in this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self, who: str, limit: int) -> Verdict:
        """Count a request."""
        with self._lock:
            now = self._now()
            if len(self._full) > _MOST_KEYS:
                self._full = {key: full for key, full in self._full.items() if full > now}
            ahead = max(self._full.get(who, 0.0), now) + _MINUTE / limit - now
            if ahead > _MINUTE + 1e-6:
                return Verdict(allowed=False, limit=limit, ahead=ahead)
            self._full[who] = now + ahead
            return Verdict(allowed=True, limit=limit, ahead=ahead)

    def close(self) -> None:
        """Nothing is open."""


class RedisLimiter:
    """Counts in Redis, and in this process while that is away."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=_ANSWER_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            # A request waits for this: the next one tries again.
            retry=Retry(NoBackoff(), 0),
        )
        self._own = OwnLimiter()
        self._asked_again_at = 0.0
        self._is_away = False

    def take(self, who: str, limit: int) -> Verdict:
        """Count a request."""
        if time.monotonic() < self._asked_again_at:
            return self._own.take(who, limit)
        try:
            allowed, ahead = self._redis.eval(
                _TAKE, 1, f"tributary:limit:{who}", str(_MINUTE / limit), str(_MINUTE + 1e-6)
            )
        except RedisError as error:
            self._told_away(error)
            return self._own.take(who, limit)
        self._is_away = False
        return Verdict(allowed=bool(allowed), limit=limit, ahead=float(ahead))

    def _told_away(self, error: RedisError) -> None:
        if not self._is_away:
            _log.warning("limits_are_counted_here", error=type(error).__name__)
        self._is_away = True
        self._asked_again_at = time.monotonic() + _ASK_AGAIN

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
