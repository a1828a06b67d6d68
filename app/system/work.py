"""The doctor at the work: who does it, who pays, and what stands still."""

from collections.abc import Iterator

from app.broker import QUEUES
from app.db import Queries
from app.keys.model import NO_KEY
from app.system.finding import Finding, ok, warning, wrong
from app.system.service import System
from app.wiring import Wiring
from app.words import count, duration

Q = Queries("system")
_MOST_JOBS = 10
_STILL_MINUTES = 10


def workers(wiring: Wiring) -> Iterator[Finding]:
    """Who was heard lately."""
    heard = System(wiring).workers()
    for role, step in (
        ("worker", f"start one: celery --app workers.run worker --queues {','.join(QUEUES)}"),
        ("beat", "start it: celery --app workers.run beat; schedules are fired by workers, too, if later"),
    ):
        alive = [one["worker"] for one in heard if one["role"] == role and one["alive"]]
        silent = [one["worker"] for one in heard if one["role"] == role and not one["alive"]]
        if alive:
            yield ok(f"{role}s" if role == "worker" else role, f"alive: {', '.join(alive)}")
        elif role == "worker":
            yield wrong("workers", f"none is alive{_last_heard(silent)}", step)
        else:
            yield warning("beat", f"it is not alive{_last_heard(silent)}", step)


def _last_heard(silent: list[str]) -> str:
    return f"; silent: {', '.join(silent)}; their logs say why" if silent else ""


def keys(wiring: Wiring) -> Iterator[Finding]:
    """Which keys can be used and read, and what is left to spend."""
    listed = wiring.keys.listed()
    unreadable = set(wiring.keys.unreadable())
    step = "set SECRET_KEY_PREVIOUS to the SECRET_KEY of before and run `keys rotate`, or add the key again"
    for key in listed:
        name = f"key {key.id}, {key.key_name}"
        if key.id in unreadable:
            yield wrong("keys", f"{name}, was encrypted under another SECRET_KEY", step)
        elif key.suspended_why:
            told = f"{name}: Google suspended its project {key.project}: {key.suspended_why}"
            yield wrong("keys", told, f"`keys test {key.id}` says what to do")
        elif not key.is_active:
            yield warning("keys", f"{name}, is off: {key.disabled_reason}", f"`keys test {key.id}` says what to click")
    usable = [key for key in listed if key.is_active and not key.suspended_why and key.id not in unreadable]
    if not usable:
        yield wrong("keys", NO_KEY, "`keys add NAME`, or set YOUTUBE_API_KEY_1 and restart")
        return
    outlook = wiring.keys.outlook("default")
    units = f"{outlook.units_left:,} of {count(outlook.daily_limit, 'unit')} left today"
    left = f"{count(len(usable), 'key')} in use; {units}"
    if outlook.units_left:
        yield ok("keys", left)
    else:
        until = f"{outlook.resets_at:%Y-%m-%d %H:%M} UTC"
        yield warning("keys", left, f"nothing: jobs wait until {until} and go on by themselves; docs/quota.md for more")


def jobs(wiring: Wiring) -> Iterator[Finding]:
    """Jobs that do not move, and batches that nobody holds."""
    now = wiring.clock.sql_now()
    with wiring.db.begin() as tx:
        still = list(tx.execute(Q["still_jobs"], {"now": now, "minutes": _STILL_MINUTES, "most": _MOST_JOBS}))
        expired = tx.execute(Q["expired_leases"], {"now": now}).one()
    for job in still:
        told = f"{job.job_type} {job.id} is {job.status}"
        if job.status == "paused":
            yield warning("jobs", f"{told}: {job.why}", f"`jobs resume {job.id}`, or `jobs cancel {job.id}`")
        elif job.status == "waiting_for_quota":
            until = f" until {job.resume_at:%Y-%m-%d %H:%M} UTC" if job.resume_at else ""
            yield warning("jobs", f"{told}{until}: {job.why}", "nothing: it goes on by itself; `keys list` says when")
        else:
            said = f": {job.why}" if job.why else ""
            told = f"{told}, and nothing has happened for {duration(job.silent)}{said}"
            yield wrong("jobs", told, "look at the workers above, and into their logs")
    if not still:
        yield ok("jobs", "none stands still")
    if expired.batches:
        told = f"{count(expired.batches, 'batch', 'batches')} held by dead workers"
        yield wrong("leases", told, "start a worker: its keeper frees them within seconds")
    else:
        yield ok("leases", "no batch is held by a dead worker")
