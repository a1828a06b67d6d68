"""Jobs share the workers and the quota: a large one does not keep a small one waiting."""

from collections import Counter
from uuid import UUID

from app.catalog.ids import channel_key
from app.jobs.model import Job
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, ask_for_metadata, change, claim, fill_catalog
from workers.batches import run_batch
from workers.keeper import keep


def two_jobs(wiring: Wiring, emulator: Control, sizes: tuple[int, int] = (200, 2)) -> tuple[Job, Job]:
    """A large job that was asked for first, and a small one: so many batches of one channel each."""
    fill_catalog(wiring, sorted(emulator.channel_ids(count=sum(sizes)), key=channel_key))
    large, small = (advance(wiring, ask_for_metadata(wiring, batch_size=1, total_limit=size)) for size in sizes)
    return large, small


def in_order_of_messages(wiring: Wiring, *, until: Job) -> list[UUID]:
    """Carry out one message after another, the oldest first, as a worker would; the jobs that were served."""
    served: list[UUID] = []
    knocked: list[int] = []
    while wiring.jobs.read(until.id).status is Status.RUNNING:
        knocked += [at for (at,) in sql(wiring, "select id from job_batches order by id") if at not in knocked]  # type: ignore[misc]
        before = Counter(done(wiring))
        run_batch(wiring, knocked[len(served)], "worker", NOT_STOPPING)
        served += (Counter(done(wiring)) - before).elements()
    return served


def done(wiring: Wiring) -> list[UUID]:
    return [row[0] for row in sql(wiring, "select job_id from job_batches where state = 'done'")]  # type: ignore[misc]


def test_a_small_job_is_served_in_turn_with_a_large_one(wiring: Wiring, emulator: Control) -> None:
    large, small = two_jobs(wiring, emulator)
    assert in_order_of_messages(wiring, until=small) == [large.id, small.id, large.id, small.id]
    assert wiring.jobs.read(small.id).status is Status.COMPLETED
    assert wiring.jobs.read(large.id).processed_items == 2
    assert work_off(wiring, large).status is Status.COMPLETED
    assert broken(wiring) == []


def test_a_stream_of_small_jobs_does_not_starve_a_large_one(wiring: Wiring, emulator: Control) -> None:
    large, small = two_jobs(wiring, emulator, (200, 40))
    served = in_order_of_messages(wiring, until=small)
    assert Counter(served) == {large.id: 40, small.id: 40}


def test_the_last_units_of_a_day_are_shared(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(youtube_quota={"default": 10})
    add_key(wiring, 1)
    large, small = two_jobs(wiring, emulator)
    in_order_of_messages(wiring, until=small)
    large = work_off(wiring, large)
    assert wiring.jobs.read(small.id).status is Status.COMPLETED
    assert (large.status, large.fetched) == (Status.WAITING_FOR_QUOTA, 8)


def test_a_message_is_good_for_another_batch_when_its_own_is_taken(wiring: Wiring, emulator: Control) -> None:
    large, _ = two_jobs(wiring, emulator, (3, 1))
    batch = claim(wiring, large)
    for _ in range(3):
        run_batch(wiring, batch.id, "worker", NOT_STOPPING)
    assert sql(wiring, "select state, count(*) from job_batches group by 1 order by 1") == [("done", 3), ("running", 1)]
    run_batch(wiring, batch.id, "worker", NOT_STOPPING)  # nothing is left


def test_jobs_that_rest_take_no_turns(wiring: Wiring, emulator: Control) -> None:
    large, small = two_jobs(wiring, emulator)
    wiring.jobs.stop(small.id, "pause")
    keep(wiring)
    [(named, _)] = sql(wiring, "select min(id), 1 from job_batches where job_id = :id", id=small.id)
    run_batch(wiring, int(str(named)), "worker", NOT_STOPPING)
    assert wiring.jobs.read(large.id).processed_items == 1


def test_a_turn_belongs_to_the_queue_that_it_came_through(wiring: Wiring, emulator: Control) -> None:
    large, small = two_jobs(wiring, emulator)
    rows = wiring.imports.ask_for_rows([("UC_x5XG1OV2P6uZZ5FSM9Ttw", None)], "me")
    advance(wiring, rows)
    for _ in range(5):
        run_batch(wiring, claimable(wiring, large), "worker", NOT_STOPPING)
    assert wiring.jobs.read(rows.id).processed_items == 0
    run_batch(wiring, claimable(wiring, rows), "worker", NOT_STOPPING)
    assert wiring.jobs.read(rows.id).status is Status.COMPLETED
    change(wiring, "update processing_jobs set job_type = 'of a plug-in' where id = :id", id=small.id)
    assert wiring.machine.claim_in_turn(claimable(wiring, large), "worker") is not None


def claimable(wiring: Wiring, job: Job) -> int:
    [(found,)] = sql(wiring, "select min(id) from job_batches where job_id = :id", id=job.id)
    return int(str(found))
