"""Playlists with real workers: whatever ends a worker or its quota, the rows are those of an undisturbed run."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from bench.processes import wait_for
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.stack.conftest import Driver, Stack
from tests.stack.test_main_job import Drive, flush_redis, kill_a_worker

pytestmark = pytest.mark.stack
CALLS_AT_ONCE = 2
CHANNELS = 25
ROWS = """select p.playlist_id, p.title, p.item_count, p.items_fetched_at is not null as was_read, m.entry, m.video,
    m.position, m.kind::text, m.title, m.gone_at, v.title as of_video, v.kind::text as kind_of_video
    from playlists p left join playlist_items m on m.playlist = p.id left join videos v on v.id = m.video
    order by p.playlist_id, m.entry"""


def undisturbed(stack: Stack, system: Driver) -> tuple[list[tuple[object, ...]], int, int]:
    """The rows of a run without trouble, which are forgotten then, the pages that it asked for, and all its calls."""
    before, calls_before = pages(stack), stack.calls_that_left()
    job = system.wait(ask(stack, system), "completed", 90)
    rows, calls = sql(system.wiring, ROWS), stack.calls_that_left() - calls_before
    assert job.units_used == calls > 100
    assert rows
    change(system.wiring, "truncate playlists, playlist_items, unfinished_lists, videos, video_snapshots cascade")
    return rows, pages(stack) - before, calls


def pages(stack: Stack) -> int:
    """How many pages of playlists and of their entries were asked for."""
    return sum(line.calls for line in stack.emulator.counters().calls if line.method.startswith("playlist"))


def ask(stack: Stack, system: Driver) -> UUID:
    return system.post("/api/batch-playlists", channel_ids=stack.emulator.channel_ids(count=CHANNELS), batch_size=5)


@pytest.mark.parametrize("disaster", [kill_a_worker, flush_redis])
def test_a_disaster_in_the_middle_loses_nothing_and_pays_no_page_twice(
    stack: Stack, drive: Drive, disaster: Callable[[Stack], None]
) -> None:
    stack.configure(CALLS_IN_FLIGHT=str(CALLS_AT_ONCE), QUOTA_BLOCK="2")
    stack.emulator.set_clock_speed(0)  # so that titles and dates are those of the other run
    system = drive()
    stack.start_worker()
    rows, needed, calls = undisturbed(stack, system)
    before = pages(stack)
    stack.emulator.set_latency(50)

    job_id = ask(stack, system)
    wait_for(lambda: system.job(job_id).units_used > calls / 2, 60, "half of it")
    disaster(stack)
    stack.emulator.set_latency(0)
    job = system.wait(job_id, "completed", 90)

    assert (job.processed_items, job.failed, job.skipped) == (job.total_items, 0, 0)
    assert sql(system.wiring, ROWS) == rows
    assert sql(system.wiring, "select 1 from unfinished_lists") == []
    # Two processes had so many calls in the air or just answered, for which nobody was there any more.
    assert needed <= pages(stack) - before <= needed + 4 * CALLS_AT_ONCE
    assert broken(system.wiring) == []


def test_the_quota_ends_in_the_middle_and_comes_back(stack: Stack, drive: Drive) -> None:
    stack.configure(CALLS_IN_FLIGHT=str(CALLS_AT_ONCE), QUOTA_BLOCK="2")
    stack.emulator.set_clock_speed(0)
    system = drive()
    stack.start_worker()
    rows, needed, calls = undisturbed(stack, system)
    before = pages(stack)
    limit = calls + calls // 2
    stack.emulator.set_quota("default", limit)
    change(
        system.wiring, "update api_projects set quota_limits = cast(:limits as jsonb)", limits=f'{{"default": {limit}}}'
    )

    job = system.wait(job_id := ask(stack, system), "waiting_for_quota", 90)
    assert (job.units_used, stack.calls_that_left()) == (calls // 2, limit)
    stack.emulator.set_quota("default", 2 * limit)  # its clock stands still, so that it tells what it told before
    (stack.folder / "clock").write_text(str(timedelta(days=1).total_seconds()))
    job = system.wait(job_id, "completed", 90)

    assert (job.processed_items, job.failed, job.skipped) == (job.total_items, 0, 0)
    assert sql(system.wiring, ROWS) == rows
    assert pages(stack) - before == needed
    assert job.units_used == stack.calls_that_left() - calls
    assert broken(system.wiring) == []
