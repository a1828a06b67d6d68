"""Videos with real workers: whatever dies at half time, the rows are those of an undisturbed run."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.jobs.model import Job
from bench.processes import wait_for
from tests.hands import sql
from tests.jobs.steps import change
from tests.stack.conftest import Driver, Stack
from tests.stack.test_main_job import Drive, flush_redis, kill_a_worker

pytestmark = pytest.mark.stack
CALLS_AT_ONCE = 2
ROWS = """select c.channel_id, c.videos_fetched, v.video_id, v.title, v.kind, v.kind_evidence,
    v.language, v.published_at from channels c left join videos v on v.channel = c.id order by c.id, v.id"""


def known_channels(stack: Stack, drive: Drive, number: int) -> Driver:
    system = drive()
    stack.start_worker()
    system.import_ids(stack.emulator.channel_ids(count=number))
    system.wait(system.post("/api/batch-metadata"), "completed")
    return system


def check(stack: Stack, system: Driver, job: Job, lost: int, units_before: int) -> None:
    """Everything is there once, at the price of an undisturbed run but for `lost` calls."""
    [(channels, videos)] = sql(
        system.wiring, "select count(*) filter (where video_count > 0), sum(least(video_count, 25)) from channels"
    )
    assert (job.fetched, job.processed_items) == (channels, job.total_items)
    assert sql(system.wiring, "select count(*), count(distinct video) from video_snapshots") == [(videos, videos)]
    assert {row[1] for row in sql(system.wiring, ROWS)} == {True}
    assert sql(system.wiring, "select 1 from upload_listings") == []
    least = int(str(channels)) + int(str(videos)) // 50
    batches = int(str(sql(system.wiring, "select count(*) from job_batches where job_id = :id", id=job.id)[0][0]))
    assert least <= stack.calls_that_left() - units_before <= least + batches + lost


def pause_a_worker(stack: Stack) -> None:
    """It comes back as a zombie: its fence is too old by then."""
    os.killpg(stack.workers[0].pid, signal.SIGSTOP)
    stack.start_worker()
    wait_for(lambda: b"leases_freed" in (stack.folder / "worker-1.log").read_bytes(), 30, "the lease to be taken back")
    os.killpg(stack.workers[0].pid, signal.SIGCONT)


@pytest.mark.parametrize("disaster", [kill_a_worker, flush_redis, pause_a_worker])
def test_a_disaster_at_half_time_loses_and_wastes_nothing(
    stack: Stack, drive: Drive, disaster: Callable[[Stack], None]
) -> None:
    stack.configure(CALLS_IN_FLIGHT=str(CALLS_AT_ONCE), QUOTA_BLOCK="2")
    stack.emulator.set_clock_speed(0)  # so that titles and dates are those of the other run
    system = known_channels(stack, drive, 300)
    before = stack.calls_that_left()
    stack.emulator.set_latency(50)
    job_id = system.post("/api/batch-videos", batch_size=50)
    system.wait_until_half(job_id)
    disaster(stack)
    job = system.wait(job_id, "completed", 90)
    # Two processes had so many calls in the air, for which nobody was there any more; a packet of fifty may be split.
    check(stack, system, job, lost=4 * CALLS_AT_ONCE, units_before=before)
    disturbed = sql(system.wiring, ROWS)

    for table in ("videos", "video_snapshots", "video_changes"):
        change(system.wiring, f"truncate {table}")
    change(system.wiring, "update channels set videos_fetched = false, videos_fetched_at = null")
    stack.emulator.set_latency(0)
    system.wait(system.post("/api/batch-videos", batch_size=50), "completed", 90)
    assert sql(system.wiring, ROWS) == disturbed


def test_the_quota_ends_and_comes_back(stack: Stack, drive: Drive) -> None:
    stack.configure(YOUTUBE_QUOTA='{"default": 150}')
    stack.emulator.set_quota("default", 150)
    system = known_channels(stack, drive, 150)
    before = stack.calls_that_left()
    job = system.wait(job_id := system.post("/api/batch-videos", batch_size=30), "waiting_for_quota")
    assert stack.calls_that_left() == 150
    assert 0 < job.processed_items < 150

    a_day = timedelta(days=1).total_seconds()
    stack.emulator.advance_clock(a_day)
    (stack.folder / "clock").write_text(str(a_day))
    job = system.wait(job_id, "completed")

    assert stack.calls_that_left() - before == job.units_used
    assert max(stack.units_of_emulator().values()) <= 150
    assert sql(system.wiring, "select bool_and(videos_fetched) from channels") == [(True,)]
    lists = job.fetched + job.not_found
    videos = int(str(sql(system.wiring, "select count(*) from videos")[0][0]))
    # At the end of the quota each batch may have had a call of less than fifty.
    assert job.units_used <= lists + videos // 50 + 2 * 5
