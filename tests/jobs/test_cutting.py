"""How a metadata job is cut into batches, and how two jobs keep out of each other's way."""

from itertools import count
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from app.catalog.ids import channel_id_of, channel_key
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, due, sql, work_off
from tests.jobs.steps import advance, ask_for_metadata, change, claim, fill_catalog, running_job
from workers.batches import run_batch


def in_order(emulator: Control, number: int) -> list[str]:
    """Channels in the order of their keys, which is the order in which they are cut."""
    return sorted(emulator.channel_ids(count=number), key=channel_key)


def cut_so_far(wiring: Wiring, job: Job) -> list[list[str]]:
    """The channels of each batch, in the order of cutting."""
    found = sql(wiring, "select spec -> 'channel_ids' from job_batches where job_id = :id order by ordinal", id=job.id)
    return [list(row[0]) for row in found]  # type: ignore[call-overload]  # JSON


def test_no_more_batches_are_open_than_the_window_has_room_for(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=3)
    add_key(wiring, 1)
    ids = in_order(emulator, 95)
    job = running_job(wiring, ids, batch_size=10)
    assert cut_so_far(wiring, job) == [ids[at : at + 10] for at in (0, 10, 20)]
    assert cut_so_far(wiring, advance(wiring, job)) == cut_so_far(wiring, job)

    most = 0
    while batches := due(wiring):
        run_batch(wiring, batches[0], "worker-1", NOT_STOPPING)
        [(now_open,)] = sql(wiring, "select count(*) from job_batches where state in ('ready', 'running')")
        most = max(most, int(str(now_open)))
    assert most == 3
    assert cut_so_far(wiring, job) == [ids[at : at + 10] for at in range(0, 95, 10)]
    assert wiring.jobs.read(job.id).fetched == 95


def test_batches_of_no_multiple_of_fifty(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=250))
    job = work_off(wiring, ask_for_metadata(wiring, batch_size=120))
    assert (job.status, job.fetched) == (Status.COMPLETED, 250)
    assert job.units_used == 3 + 3 + 1  # 50 + 50 + 20, twice, and 10
    assert emulator.counters().count(method="channels.list") == 7


@pytest.mark.parametrize(
    ("limit", "sizes"), [(1, [1]), (20, [20]), (30, [20, 10]), (60, [20, 20, 10]), (50, [20, 20, 10])]
)
def test_no_more_channels_than_asked_for(
    make_wiring: MakeWiring, emulator: Control, limit: int, sizes: list[int]
) -> None:
    wiring = make_wiring(batch_window=2)
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=50))
    job = work_off(wiring, ask_for_metadata(wiring, batch_size=20, total_limit=limit))
    assert list(map(len, cut_so_far(wiring, job))) == sizes
    assert (job.status, job.total_items, job.fetched) == (Status.COMPLETED, sum(sizes), sum(sizes))
    assert job.expected_items == sum(sizes)


def test_nothing_to_do(wiring: Wiring, emulator: Control) -> None:
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.total_items, job.why) == (Status.COMPLETED, 0, None)
    assert emulator.counters().calls == ()


def test_two_jobs_never_hold_the_same_channel(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=2)
    add_key(wiring, 1)
    ids = in_order(emulator, 300)
    fill_catalog(wiring, ids)
    jobs = [ask_for_metadata(wiring, batch_size=size) for size in (7, 11)]
    for turn in count():
        advance(wiring, jobs[turn % 2])
        held = sql(wiring, "select jsonb_array_elements(spec -> 'channel_ids') from job_batches where state = 'ready'")
        assert len(held) == len(set(held))
        if not (batches := due(wiring)):
            break
        run_batch(wiring, batches[turn % len(batches)], "worker-1", NOT_STOPPING)
    ended = [wiring.jobs.read(job.id) for job in jobs]
    assert [job.status for job in ended] == [Status.COMPLETED] * 2
    assert min(job.fetched for job in ended) > 0
    assert sum(job.fetched for job in ended) == 300
    handed_out = [channel for job in jobs for batch in cut_so_far(wiring, job) for channel in batch]
    assert sorted(handed_out) == sorted(ids)


def test_a_second_job_finds_only_the_gaps(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=1)
    ids = in_order(emulator, 9)
    first = running_job(wiring, ids[3:5], batch_size=10)
    fill_catalog(wiring, [*ids[:3], *ids[5:]])
    second = ask_for_metadata(wiring, batch_size=10)
    advance(wiring, second)
    assert cut_so_far(wiring, second) == [ids[:3]]
    wiring.machine.fail(first.id, "no longer needed")
    add_key(wiring, 1)
    work_off(wiring, second)
    assert cut_so_far(wiring, second) == [ids[:3], ids[3:]]


def test_channels_that_come_during_a_job(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=1)
    add_key(wiring, 1)
    ids = in_order(emulator, 40)
    behind, begun, ahead = ids[:10], ids[10:31], ids[31:]
    job = running_job(wiring, begun, batch_size=20)
    fill_catalog(wiring, [*behind, *ahead])

    job = work_off(wiring, job)
    assert (job.status, job.fetched) == (Status.COMPLETED, 30)  # in the order of keys, what lies behind is not seen
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.COMPLETED, 10)


def test_a_cancelled_job_lets_go_of_its_channels(wiring: Wiring, emulator: Control) -> None:
    first = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    wiring.jobs.stop(first.id, "cancel")
    advance(wiring, first)
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.fetched == 20


def test_the_database_itself_refuses_an_overlap(wiring: Wiring, emulator: Control) -> None:
    ids = in_order(emulator, 3)
    batch = claim(wiring, running_job(wiring, [ids[0], ids[2]]))
    overlap = (
        "insert into job_batches (job_id, ordinal, lane, span, spec, total_items)"
        " select job_id, 99, lane, uuidrange(:key, :key, '[]'), spec, 1 from job_batches"
    )
    with pytest.raises(IntegrityError, match="two_batches_never_share_a_channel"):
        change(wiring, overlap, key=channel_key(ids[1]))
    wiring.machine.fail(batch.job_id, "no longer needed")
    assert change(wiring, overlap, key=channel_key(ids[1])) == 1  # what has ended holds nothing


def test_the_first_and_the_last_possible_key(wiring: Wiring) -> None:
    ids = [channel_id_of(UUID(int=n)) for n in (0, 1, 2**128 - 2, 2**128 - 1)]
    job = running_job(wiring, ids, batch_size=3)
    assert cut_so_far(wiring, job) == [ids[:3], ids[3:]]
    assert work_off(wiring, job).processed_items == 4
