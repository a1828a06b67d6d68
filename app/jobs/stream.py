"""A job as server-sent events: its whole state first, then every change, until it has ended.

What workers show in Redis arrives at once. While nothing does, or Redis is away, PostgreSQL is asked.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, json, request, stream_with_context
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from app.errors import TributaryError
from app.jobs.model import Job
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Outcome

MOST_STREAMS = 4
"""In one process of the API: each holds one of its eight threads, and the others must go on answering."""
_LONGEST_SECONDS = 300.0
_WAIT_SECONDS = 2.0
_COMMENT_SECONDS = 15.0
_LIVE = ("expected_items", "total_items", "processed_items", "units_used", *(outcome.value for outcome in Outcome))
_STANDS = ("status", "why", "resume_at", "stop_request", "error_message")
_COUNTERS = ("processed_items", "total_items", "expected_items", "outcomes", "units_used", "progress",
             "items_per_second", "eta_seconds", "updated_at")  # fmt: skip
Show = Callable[[Job], dict[str, Any]]
Eta = Callable[[Job], dict[str, Any] | None]


class TooManyStreamsError(TributaryError):
    """This process of the API serves as many streams as it can."""

    status = 503
    hint = "try again later, or look at GET /api/jobs/{id} every two seconds instead"


def caught_up(job: Job, live: dict[str, Any] | None) -> Job:
    """The job with the counters that workers have shown since it was read."""
    if not live or str(live.get("updated_at", "")) <= job.updated_at.isoformat():
        return job
    told = {**live, **live.get("outcomes", {})}
    counters = {name: told[name] for name in _LIVE if name in told}
    return replace(job, updated_at=datetime.fromisoformat(live["updated_at"]), **counters)


class Streams:
    """The streams that one process of the API serves."""

    def __init__(self, jobs: Jobs, show: Show, eta: Eta, seconds: float = _LONGEST_SECONDS) -> None:
        self._jobs = jobs
        self._show = show
        self._eta = eta
        self._seconds = seconds
        self._free = threading.BoundedSemaphore(MOST_STREAMS)

    def answer(self, job: Job) -> Response:
        """The stream of a job; 204, which ends reconnecting, for a reader who has seen its end."""
        stream = Stream(self._jobs, job, self._show, self._eta, self._seconds)
        seen = request.headers.get("Last-Event-ID")
        if job.status in ENDED and seen == stream.state_id():
            return Response(status=204)
        if not self._free.acquire(blocking=False):
            raise TooManyStreamsError
        answer = Response(stream_with_context(stream.events(seen)), mimetype="text/event-stream")
        answer.call_on_close(self._free.release)
        answer.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back until there are many
        return answer


class Stream:
    """What one reader is told about one job."""

    def __init__(self, jobs: Jobs, job: Job, show: Show, eta: Eta, seconds: float) -> None:
        self._jobs = jobs
        self._job = job
        self._show = show
        self._eta = eta
        self._until = time.monotonic() + seconds
        self._notice = jobs.notice(job)
        self._looked_at = time.monotonic()

    def events(self, seen: str | None) -> Iterator[str]:
        """All events, in the text of the protocol; `seen` is the id of the last one that the reader has."""
        yield f"retry: {int(_WAIT_SECONDS * 1000)}\n\n"
        with closing(self._jobs.listen(self._job.id)) as listener:
            if seen != self.state_id():
                yield self._event("job", self._whole())
            told_at = time.monotonic()
            while self._job.status not in ENDED and time.monotonic() < self._until:
                before = self._state()
                self._take(listener.wait(_WAIT_SECONDS))
                if event := self._change(before):
                    yield event
                elif time.monotonic() - told_at > _COMMENT_SECONDS:
                    yield ": still here\n\n"
                else:
                    continue
                told_at = time.monotonic()
        if self._job.status in ENDED:
            yield self._event("ended", self._whole())

    def state_id(self) -> str:
        """Names the state that the last event has led to."""
        return hashlib.sha256(json.dumps(self._state(), sort_keys=True).encode()).hexdigest()[:16]

    def _take(self, live: dict[str, Any] | None) -> None:
        """Take in what was shown. A job that has moved, or of which nothing is shown, is read anew."""
        if live is not None and live.get("status") == self._job.status:
            self._job = caught_up(self._job, live)
            return
        # One statement a second and stream at most: after a wait in vain, which took two, it may be two.
        time.sleep(max(0.0, self._looked_at + 1 - time.monotonic()))
        self._looked_at = time.monotonic()
        try:
            self._job = self._jobs.read(self._job.id)
            self._notice = self._jobs.notice(self._job) if live is None else None
        except (DBAPIError, NoConnectionError):
            return  # away or busy: the reader stays, because a browser that is answered 503 does not come again

    def _change(self, before: dict[str, Any]) -> str | None:
        state = self._state()
        if self._job.status in ENDED or state == before:
            return None
        if any(state[name] != before[name] for name in _STANDS):
            return self._event("moved", self._whole())
        return self._event("progress", {name: state[name] for name in _COUNTERS})

    def _state(self) -> dict[str, Any]:
        return {**self._show(self._job), "why": self._job.why or self._notice}

    def _whole(self) -> dict[str, Any]:
        """The state, and when the job is finished. That moves with the time, so it makes no event by itself."""
        try:
            return {**self._state(), "eta": self._eta(self._job)}
        except (DBAPIError, NoConnectionError):
            return {**self._state(), "eta": None}

    def _event(self, name: str, data: dict[str, Any]) -> str:
        return f"id: {self.state_id()}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
