"""Whatever ends a worker or its quota: the rows are those of a run without trouble, and no page is paid twice."""

import pytest

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.mortal import dies
from tests.playlists.conftest import ask, calls, run

_ROWS = """
    select p.playlist_id, p.item_count, p.items_fetched_at is not null, m.entry, m.video, m.position, m.kind::text,
           m.title, m.gone_at
    from playlists p left join playlist_items m on m.playlist = p.id order by p.playlist_id, m.entry"""


@pytest.fixture
def channels(emulator: Control) -> list[str]:
    """With lists of three pages, two and one."""
    return emulator.channel_ids(count=3)[2:]


@pytest.fixture
def undisturbed(make_wiring: MakeWiring, clock: FixedClock, emulator: Control, channels: list[str]) -> Wiring:
    """A run without trouble; its rows are remembered, and then forgotten."""
    wiring = make_wiring(clock, calls_in_flight=1, batch_attempts=1_000, quota_block=1)
    add_key(wiring, 1)
    assert run(wiring, channel_ids=channels, batch_size=2).status is Status.COMPLETED
    assert calls(emulator)["playlistItems.list"] == 6
    return wiring


def forget(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    """As if nothing had been asked: what is stored already would not be paid again."""
    change(wiring, "truncate playlists, playlist_items, unfinished_lists, videos, processing_jobs, quota_days cascade")
    emulator.reset()
    emulator.set_clock(clock.now())


def test_a_worker_that_is_killed_at_every_commit(
    undisturbed: Wiring, clock: FixedClock, emulator: Control, channels: list[str]
) -> None:
    wanted, paid = sql(undisturbed, _ROWS), calls(emulator)
    forget(undisturbed, emulator, clock)
    job = ask(undisturbed, channel_ids=channels, batch_size=2)
    deaths = 0
    while dies(undisturbed):
        deaths += 1
    job = undisturbed.jobs.read(job.id)
    assert (job.status, job.processed_items) == (Status.COMPLETED, job.total_items)
    assert deaths > 3
    assert sql(undisturbed, _ROWS) == wanted
    assert sql(undisturbed, "select count(*) from unfinished_lists") == [(0,)]
    # What came and was not written when the worker was killed: one answer, and the one that was under way.
    assert sum(calls(emulator).values()) <= sum(paid.values()) + 2 * deaths
    assert broken(undisturbed) == []


def test_quota_that_ends_again_and_again_buys_each_page_once(
    undisturbed: Wiring, make_wiring: MakeWiring, clock: FixedClock, emulator: Control, channels: list[str]
) -> None:
    wanted, paid = sql(undisturbed, _ROWS), sum(calls(emulator).values())
    forget(undisturbed, emulator, clock)
    change(undisturbed, "truncate api_keys, api_projects cascade")
    wiring = make_wiring(clock, calls_in_flight=1, youtube_quota={"default": 2})
    job = ask(wiring, channel_ids=channels, batch_size=2)
    for number in range(1, paid):
        add_key(wiring, number)
        job = work_off(wiring, job)
        if job.status is Status.COMPLETED:
            break
        assert job.status is Status.WAITING_FOR_QUOTA
    assert number == -(-paid // 2)
    assert job.units_used == paid == emulator.counters().count()
    assert sql(wiring, _ROWS) == wanted
    assert broken(wiring) == []


def test_a_list_that_was_forgotten_half_read_is_read_from_its_first_page(
    undisturbed: Wiring, clock: FixedClock, emulator: Control, channels: list[str]
) -> None:
    wanted = sql(undisturbed, _ROWS)
    forget(undisturbed, emulator, clock)
    emulator.add_fault(Fault(kind=FaultKind.QUOTA_EXCEEDED, method="playlistItems.list", after=2))
    job = run(undisturbed, channel_ids=channels, batch_size=2)
    assert job.status is Status.WAITING_FOR_QUOTA
    assert sql(undisturbed, "select count(*) from unfinished_lists") != [(0,)]
    undisturbed.jobs.stop(job.id, "cancel")
    work_off(undisturbed, job)
    work_off(undisturbed, undisturbed.retention.ask_to_forget_all(idempotency_key=None, requested_by="me"))
    emulator.clear_faults()
    add_key(undisturbed, 2)
    assert run(undisturbed, channel_ids=channels, batch_size=2).status is Status.COMPLETED
    assert sql(undisturbed, _ROWS) == wanted
