"""The main job with real workers: exact counts, quota that ends, and everything dying at half time."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
import redis

from bench.processes import wait_for
from emulator.universe.universe import Universe
from tests.hands import sql
from tests.stack.conftest import Driver, Stack

pytestmark = pytest.mark.stack
Drive = Callable[[], Driver]


def real_and_missing(stack: Stack, real: int, missing: int) -> list[str]:
    """Ids that exist and ids that do not, mixed."""
    ids = stack.emulator.channel_ids(count=real) + list(islice(Universe().missing_ids(datetime.now(UTC)), missing))
    return sorted(ids, key=lambda channel_id: channel_id[::-1])


def rows(drive: Driver) -> list[tuple[object, ...]]:
    """What the undisturbed run and the disturbed ones must agree on."""
    return sql(
        drive.wiring,
        "select channel_id, title, handle, country, availability::text, metadata_fetched from channels order by id",
    )


def test_ten_thousand_channels_cost_two_hundred_calls(stack: Stack, drive: Drive) -> None:
    stack.configure()
    system = drive()
    stack.start_worker()
    ids = real_and_missing(stack, 9_600, 400)
    assert system.import_ids(ids).fetched == 10_000

    job = system.wait(system.post("/api/batch-metadata"), "completed")

    assert job.outcomes == {"fetched": 9_600, "unchanged": 0, "not_found": 400, "skipped": 0, "failed": 0}
    assert job.total_items == 10_000
    assert stack.calls_that_left() == 200
    assert job.units_used == 200
    [usage] = system.wiring.keys.usage()
    assert (usage.used, usage.reserved) == (200, 0)
    assert len({row[0] for row in rows(system)}) == 10_000
    assert sql(system.wiring, "select count(*), count(distinct channel) from channel_snapshots") == [(9_600, 9_600)]


def test_quota_ends_and_comes_back(stack: Stack, drive: Drive) -> None:
    stack.configure(keys=3, YOUTUBE_QUOTA='{"default": 50}')
    stack.emulator.set_quota("default", 50)
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=10_000))

    job = system.wait(job_id := system.post("/api/batch-metadata"), "waiting_for_quota")

    assert stack.calls_that_left() == 150
    assert sorted(stack.units_of_emulator().values()) == [50, 50, 50]
    assert job.processed_items == 7_500
    assert job.resume_at == next_midnight_in_los_angeles()
    assert job.why is not None
    assert "midnight in Los Angeles" in job.why

    a_day = timedelta(days=1).total_seconds()
    stack.emulator.advance_clock(a_day)
    (stack.folder / "clock").write_text(str(a_day))
    job = system.wait(job_id, "completed")

    assert (job.fetched, job.units_used) == (10_000, 200)
    assert stack.calls_that_left() == 200
    assert all(units <= 50 for units in stack.units_of_emulator().values())


def next_midnight_in_los_angeles() -> datetime:
    there = datetime.now(ZoneInfo("America/Los_Angeles"))
    return (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def kill_a_worker(stack: Stack) -> None:
    stack.start_worker()
    stack.kill(stack.workers[0])


def flush_redis(stack: Stack) -> None:
    with redis.Redis.from_url(stack.valkey.url) as client:
        client.flushall()


def restart_redis(stack: Stack) -> None:
    stack.valkey.crash()
    stack.valkey.start()


def crash_postgres(stack: Stack) -> None:
    stack.postgres.stop(immediate=True)
    stack.postgres.start()


def pause_a_worker_beyond_its_lease(stack: Stack) -> None:
    """It comes back as a zombie: its fence is too old by then."""
    os.killpg(stack.workers[0].pid, signal.SIGSTOP)
    stack.start_worker()  # afterwards, or the first one could be done before the other has begun
    wait_for(lambda: b"leases_freed" in (stack.folder / "worker-1.log").read_bytes(), 45, "the lease to be taken back")
    os.killpg(stack.workers[0].pid, signal.SIGCONT)


def stop_a_worker(stack: Stack) -> None:
    stack.start_worker()
    assert stack.stop(stack.workers[0]) < 30


DISASTERS = [kill_a_worker, flush_redis, restart_redis, crash_postgres, pause_a_worker_beyond_its_lease, stop_a_worker]
CALLS_AT_ONCE = 2
BLOCK = 2


@pytest.mark.parametrize("disaster", DISASTERS)
def test_a_disaster_at_half_time_loses_nothing(stack: Stack, drive: Drive, disaster: Callable[[Stack], None]) -> None:
    stack.configure(CALLS_IN_FLIGHT=str(CALLS_AT_ONCE), QUOTA_BLOCK=str(BLOCK))
    stack.emulator.set_latency(100)
    system = drive()
    stack.start_worker()
    ids = real_and_missing(stack, 3_840, 160)
    system.import_ids(ids)

    job_id = system.post("/api/batch-metadata")
    system.wait_until_half(job_id)
    stack.look_at_redis()
    disaster(stack)
    job = system.wait(job_id, "completed", 90)

    assert job.outcomes == {"fetched": 3_840, "unchanged": 0, "not_found": 160, "skipped": 0, "failed": 0}
    assert job.total_items == 4_000
    seen = rows(system)
    assert {row[0] for row in seen} == set(ids)
    assert sum(row[4] == "not_found" for row in seen) == 160
    assert sql(system.wiring, "select count(*) from channel_snapshots") == [(3_840,)]
    [usage] = system.wiring.keys.usage()
    [counted] = stack.units_of_emulator().values()
    # Two processes hold a block each. A crash of PostgreSQL can swallow the answer to a take, and the giving back too.
    blocks = 4 if disaster is crash_postgres else 2
    assert counted <= usage.used + usage.reserved <= counted + blocks * BLOCK
