"""Live progress of jobs in Redis: fast to read, allowed to vanish. PostgreSQL has the same counters at every slice."""

import json
import time
from typing import Any, Protocol
from uuid import UUID

import redis
import upstash_redis
from redis.exceptions import RedisError

from app.logs import logger

_KEEP_SECONDS = 24 * 3600
_ANSWER_SECONDS = 2
_log = logger(__name__)


class Listener(Protocol):
    """Hears what is shown of one job."""

    def wait(self, seconds: float) -> dict[str, Any] | None:
        """The counters that are shown next; None when none are in this time, or Redis is away."""

    def close(self) -> None:
        """Stop listening."""


class Progress(Protocol):
    """Where live counters are written and read."""

    def write(self, job_id: UUID, counters: dict[str, Any]) -> None:
        """Show the counters of a job; never raises, progress must not stop work."""

    def read(self, job_id: UUID) -> dict[str, Any] | None:
        """The counters last shown, or None: then PostgreSQL is asked."""

    def listen(self, job_id: UUID) -> Listener:
        """Hear what is shown of a job from now on; never raises."""

    def ping(self) -> float | None:
        """Milliseconds to the server and back; None when it does not answer."""

    def close(self) -> None:
        """Close the connections."""


class RedisProgress:
    """Counters in a Redis that speaks its own protocol."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=_ANSWER_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            decode_responses=True,
            health_check_interval=25,
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

    def listen(self, job_id: UUID) -> Listener:
        """Subscribe to what is published, on a connection of its own."""
        return _Subscriber(self._redis, job_id)

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


class _Subscriber:
    """A subscription, made again after Redis was away."""

    def __init__(self, client: redis.Redis, job_id: UUID) -> None:
        self._pubsub = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # theirs
        self._channel = _key(job_id)
        self.wait(0)  # subscribes: what is shown from now on is heard

    def wait(self, seconds: float) -> dict[str, Any] | None:
        until = time.monotonic() + seconds
        try:
            if not self._pubsub.subscribed:
                self._pubsub.subscribe(self._channel)
            while (left := until - time.monotonic()) > 0:
                # None also comes early: when the subscription is confirmed.
                if message := self._pubsub.get_message(timeout=left):
                    return dict(json.loads(message["data"]))
        except RedisError:
            time.sleep(max(0.0, until - time.monotonic()))
        return None

    def close(self) -> None:
        self._pubsub.close()


class UpstashProgress:
    """Counters in a database of Upstash, through its REST API, where each command is billed.

    Nobody can listen there, so a write is one command, and a listener looks again and again.
    """

    def __init__(self, url: str, token: str) -> None:
        # What was not shown is shown by the next write: no retries, which would hold the work up for seconds.
        self._redis = upstash_redis.Redis(url, token, rest_retries=0, allow_telemetry=False, read_your_writes=False)
        self._redis._http._client.timeout = _ANSWER_SECONDS  # noqa: SLF001 - else it waits for ever; there is no option

    def write(self, job_id: UUID, counters: dict[str, Any]) -> None:
        """One command: keep the counters."""
        self._run("SET", _key(job_id), json.dumps(counters, default=str), "EX", _KEEP_SECONDS)

    def read(self, job_id: UUID) -> dict[str, Any] | None:
        """What was last written, unless Upstash is away or has forgotten."""
        message = self._run("GET", _key(job_id))
        return dict(json.loads(str(message))) if message else None

    def listen(self, job_id: UUID) -> Listener:
        """Look for what is written."""
        return _Looker(self, job_id)

    def ping(self) -> float | None:
        """Measure one PING."""
        began = time.perf_counter()
        return (time.perf_counter() - began) * 1000 if self._run("PING") else None

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()  # type: ignore[no-untyped-call]  # theirs

    def _run(self, *command: object) -> object:
        """The answer to a command; None when there is none."""
        try:
            return self._redis.execute(list(command))
        except Exception as error:  # noqa: BLE001 - the client stumbles over answers that it does not expect in many ways
            _log.warning("progress_away", error=type(error).__name__)
            return None


class _Looker:
    """Looks once in each wait, at its end."""

    def __init__(self, progress: UpstashProgress, job_id: UUID) -> None:
        self._progress = progress
        self._job_id = job_id
        self._last: dict[str, Any] | None = None

    def wait(self, seconds: float) -> dict[str, Any] | None:
        time.sleep(seconds)
        found = self._progress.read(self._job_id)
        if found == self._last:
            return None
        self._last = found
        return found

    def close(self) -> None:
        """Nothing is open: the connections are the progress's."""


def _key(job_id: UUID) -> str:
    return f"tributary:progress:{job_id}"
