"""What a keeper does for the push: note what has ended, and ask for the jobs that are due.

Any number of keepers may look at once: one of them holds the row of the hub, the others pass over it. A job of a type
is asked for when the one before has ended; what comes meanwhile is collected, and taken by the next.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.jobs import store as jobs_store
from app.jobs.model import Job, JobFilter
from app.jobs.service import Jobs
from app.jobs.states import ENDED, Outcome, Status
from app.jobs.types import POLL, PUSH, UPLOADS, JobType
from app.push import store
from app.youtube.costs import MAX_IDS

REQUESTS_AT_ONCE = 1_000
"""What one job asks the hub at most. Renewals that are not urgent wait until there are as many, or an hour is over."""
VIDEOS_AT_ONCE = 1_000
"""What one job fetches at most of the videos that were announced."""
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
        _fetch(tx, jobs, timedelta(minutes=settings.push_fetch_minutes), now)
        requests = store.due_requests(tx, REQUESTS_AT_ONCE, now)
        if requests.urgent or requests.count >= REQUESTS_AT_ONCE:
            _ask(tx, jobs, PUSH, requests.count, {"total_limit": REQUESTS_AT_ONCE, "due_at": now.isoformat()})
        silent_since = now - timedelta(days=settings.push_silent_days)
        polls = store.due_polls(tx, settings.push_poll_units, silent_since)
        # Once a day, so that what a poll may cost is what a day may cost.
        if polls and _has_ended(tx, POLL) and store.may_poll(tx, now):
            params = {"total_limit": settings.push_poll_units, "silent_since": silent_since.isoformat()}
            _ask(tx, jobs, POLL, polls, params)


def _fetch(tx: Connection, jobs: Jobs, patience: timedelta, now: datetime) -> None:
    """Whole calls as soon as there is one; what is left of them when the first video has waited long enough."""
    waiting = store.due_videos(tx, VIDEOS_AT_ONCE, now - patience)
    count = waiting.count if waiting.urgent else waiting.count - waiting.count % MAX_IDS
    if not count:
        return
    last = _newest(tx, UPLOADS)
    if last is not None and last.completed_at is not None:
        if _gave_up(tx, last, last.completed_at):
            return  # the next look counts anew
        if last.status is not Status.COMPLETED and last.completed_at > now - patience:
            return  # it failed or was cancelled, and another would at once, again and again
    _ask(tx, jobs, UPLOADS, count, {"total_limit": count})


def _gave_up(tx: Connection, job: Job, moment: datetime) -> int:
    """Let wait no longer what a job has given up: a retry takes it up, or another announcement; how many."""
    if not job.failed:
        return 0
    failed = jobs_store.list_items(tx, job.id, outcome=Outcome.FAILED, after=0, limit=VIDEOS_AT_ONCE)
    return store.forget_announced(tx, [remark.item for _, remark in failed], moment)


def _ask(tx: Connection, jobs: Jobs, job_type: JobType, count: int, params: Mapping[str, object]) -> None:
    if _has_ended(tx, job_type):
        jobs.ask(job_type, params, expected_items=count, requested_by=_BY)


def _has_ended(tx: Connection, job_type: JobType) -> bool:
    """Whether all jobs of a type have: also the newest, if it is paused, and older ones, if that is a retry."""
    newest = _newest(tx, job_type)
    is_over = newest is None or newest.status in ENDED
    return is_over and not jobs_store.count_unfinished(tx, [job_type.name], None)


def _newest(tx: Connection, job_type: JobType) -> Job | None:
    return next(iter(jobs_store.list_jobs(tx, JobFilter(job_type=job_type.name), before=None, limit=1)), None)
