"""What a keeper does for the push: note what has ended, and ask for the jobs that are due.

Any number of keepers may look at once: one of them holds the row of the hub, the others pass over it. A job of a type
is asked for when the one before has ended; what comes meanwhile is collected, and taken by the next.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection

from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.jobs import store as jobs_store
from app.jobs.model import JobFilter
from app.jobs.service import Jobs
from app.jobs.states import ENDED
from app.jobs.types import POLL, PUSH, JobType
from app.push import store

REQUESTS_AT_ONCE = 1_000
"""What one job asks the hub at most. Renewals that are not urgent wait until there are as many, or an hour is over."""
VIDEOS_AT_ONCE = 50
"""What one call takes: as many announced videos are fetched without waiting for more."""
_BY = "push"


def keep(db: Database, clock: Clock, jobs: Jobs, settings: Settings) -> None:
    """One look. Where push is off nothing is asked for any more, and only what has ended is noted."""
    with db.begin() as tx:
        if not store.lock_hub(tx):
            return
        now = store.read_now(tx, clock.sql_now())
        store.look_after(tx, now)
        if settings.push_callback_url is None:
            return
        requests = store.due_requests(tx, REQUESTS_AT_ONCE, now)
        if requests.urgent or requests.count >= REQUESTS_AT_ONCE:
            _ask(tx, jobs, PUSH, requests.count, {"total_limit": REQUESTS_AT_ONCE, "due_at": now.isoformat()})
        silent_since = now - timedelta(days=settings.push_silent_days)
        polls = store.due_polls(tx, settings.push_poll_units, silent_since)
        # Once a day, so that what a poll may cost is what a day may cost.
        if polls and _has_ended(tx, POLL) and store.may_poll(tx, now):
            params = {"total_limit": settings.push_poll_units, "silent_since": silent_since.isoformat()}
            _ask(tx, jobs, POLL, polls, params)


def _ask(tx: Connection, jobs: Jobs, job_type: JobType, count: int, params: Mapping[str, object]) -> None:
    if _has_ended(tx, job_type):
        jobs.ask(job_type, params, expected_items=count, requested_by=_BY)


def _has_ended(tx: Connection, job_type: JobType) -> bool:
    """Whether the newest job of a type has: at most one has not, and that is the newest."""
    newest = jobs_store.list_jobs(tx, JobFilter(job_type=job_type.name), before=None, limit=1)
    return not newest or newest[0].status in ENDED
