"""Live progress of jobs in Redis: fast to read, allowed to vanish. PostgreSQL has the same counters at every slice."""

import json
import time
from typing import Any, Protocol
from uuid import UUID

import redis
from redis.exceptions import RedisError

from app.logs import logger

_KEEP_SECONDS = 24 * 3600
_log = logger(__name__)


class Progress(Protocol):
    """Where live counters are written and read."""

    def write(self, job_id: UUID, counters: dict[str, Any]) -> None:
        """Show the counters of a job; never raises, progress must not stop work."""

    def read(self, job_id: UUID) -> dict[str, Any] | None:
        """The counters last shown, or None: then PostgreSQL is asked."""

    def ping(self) -> float | None:
        """Milliseconds to the server and back; None when it does not answer."""

    def close(self) -> None:
        """Close the connections."""


class RedisProgress:
    """Counters in a Redis that speaks its own protocol."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=2, socket_timeout=2, decode_responses=True, health_check_interval=25
        )

    def write(self, job_id: UUID, counters: dict[str, Any]) -> None:
        """Two commands in one round trip: keep the counters, and tell those who listen."""
        message = json.dumps(counters, default=str)
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.set(_key(job_id), message, ex=_KEEP_SECONDS)
                pipe.publish(_key(job_id), message)
                pipe.execute()
        except RedisError as error:
            _log.warning("progress_not_shown", error=type(error).__name__)

    def read(self, job_id: UUID) -> dict[str, Any] | None:
        """What was last written, unless Redis is away or has forgotten."""
        try:
            message = self._redis.get(_key(job_id))
        except RedisError:
            return None
        return dict(json.loads(str(message))) if message else None

    def ping(self) -> float | None:
        """Measure one PING."""
        began = time.perf_counter()
        try:
            self._redis.ping()
        except RedisError:
            return None
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


def _key(job_id: UUID) -> str:
    return f"tributary:progress:{job_id}"
