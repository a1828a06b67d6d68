"""One move for all jobs that a filter finds: a job makes it, one transaction for each job that is moved."""

from datetime import UTC, datetime, timedelta

import pytest
import redis

from app.jobs.model import Job, JobFilter
from app.jobs.moving import ReusedKeyError
from app.jobs.reasons import next_step
from app.jobs.states import Status
from app.jobs.types import METADATA, MIGRATE
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring
from tests.hands import NOT_STOPPING, batch_ids, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change, claim, expire, fill_catalog, lone_job, running_job
from workers.batches import run_batch
from workers.keeper import keep

EVERYTHING = JobFilter()


def resting(wiring: Wiring, emulator: Control, number: int) -> list[Job]:
    """Jobs that run, and have a batch each whose time has not come; oldest first."""
    jobs = [running_job(wiring, [channel_id]) for channel_id in emulator.channel_ids(count=number)]
    change(wiring, "update job_batches set not_before = now() + interval '1 hour'")
    return jobs


def statuses(wiring: Wiring, jobs: list[Job]) -> set[Status]:
    return {wiring.jobs.read(job.id).status for job in jobs}


@pytest.mark.parametrize(
    ("moves", "left"),
    [
        (["pause"], {Status.PAUSED}),
        (["cancel"], {Status.CANCELLED}),
        (["pause", "resume"], {Status.RUNNING}),
        (["pause", "cancel"], {Status.CANCELLED}),
    ],
)
def test_many_jobs_are_moved(wiring: Wiring, emulator: Control, moves: list[str], left: set[Status]) -> None:
    jobs = resting(wiring, emulator, 5)
    for name in moves:
        moving = work_off(wiring, wiring.jobs.ask_to_move(name, EVERYTHING))
        assert (moving.status, moving.fetched, moving.total_items) == (Status.COMPLETED, 5, 5)
    assert statuses(wiring, jobs) == left
    assert broken(wiring) == []


def test_those_that_cannot_be_moved_stay_and_are_named(wiring: Wiring, emulator: Control) -> None:
    ended = work_off(wiring, lone_job(wiring))
    [rested] = resting(wiring, emulator, 1)
    vanished = lone_job(wiring)
    moving = wiring.jobs.ask_to_move("pause", EVERYTHING)
    change(wiring, "delete from processing_jobs where id = :id", id=vanished.id)
    moving = work_off(wiring, moving)
    assert (moving.fetched, moving.skipped, moving.total_items) == (1, 2, 3)
    remarks = {r.item: r.reason for _, r in wiring.jobs.items(moving.id, outcome="skipped", after=0, limit=9)}
    assert remarks[str(ended.id)] == "a job that is completed cannot pause; it has ended for good"
    assert remarks[str(vanished.id)].startswith("there is no job")
    assert statuses(wiring, [rested]) == {Status.PAUSED}
    assert broken(wiring) == []


def test_a_spent_budget_keeps_only_its_own_job_from_moving(wiring: Wiring, emulator: Control) -> None:
    [rested] = resting(wiring, emulator, 1)
    fill_catalog(wiring, emulator.channel_ids(count=400)[1:])
    asked = wiring.youtube.ask_for_metadata(None, None, 2, idempotency_key=None, requested_by="me")
    spent = work_off(wiring, asked)
    for name, left in (("pause", Status.PAUSED), ("resume", Status.RUNNING)):
        moving = work_off(wiring, wiring.jobs.ask_to_move(name, JobFilter(created_before=datetime.now(UTC))))
        assert (moving.status, moving.fetched, moving.skipped) == (Status.COMPLETED, 1, 1)
        assert statuses(wiring, [rested]) == {left}
        assert (wiring.jobs.read(spent.id).status, wiring.jobs.read(spent.id).units_taken) == (Status.PAUSED, 2)
    [group] = wiring.jobs.errors(moving.id)
    assert group.example == 'the budget of 2 units is spent; resume with {"max_units": M}, M above 2'
    assert "one by one" in next_step(group)

    wiring.jobs.stop(spent.id, "cancel")
    moving = work_off(wiring, wiring.jobs.ask_to_move("retry", JobFilter(status=Status.CANCELLED)))
    assert (moving.status, moving.skipped) == (Status.COMPLETED, 1)
    assert broken(wiring) == []


def test_all_that_failed_is_retried(wiring: Wiring, emulator: Control) -> None:
    jobs = [running_job(wiring, [channel_id]) for channel_id in emulator.channel_ids(count=3)]
    for job in jobs:
        wiring.machine.fail(job.id, "our request was wrong")
    moving = work_off(wiring, wiring.jobs.ask_to_move("retry", JobFilter(status=Status.FAILED)))
    assert moving.fetched == 3
    retries = wiring.jobs.listed(requested_by=f"job:{moving.id}", before=None, limit=9)
    assert {(retry.retry_of, retry.fetched) for retry in retries} == {(job.id, 1) for job in jobs}


def test_many_moves_are_few_messages(wiring: Wiring) -> None:
    """Messages may be billed: the keepers of all workers look at these jobs in some seconds anyway."""
    jobs = [lone_job(wiring) for _ in range(15)]
    moving = advance(wiring, wiring.jobs.ask_to_move("cancel", EVERYTHING))
    with redis.Redis.from_url(wiring.settings.broker_url()) as client:
        client.delete("tributary:metadata")
        run_batch(wiring, batch_ids(wiring, moving.id)[0], "worker", NOT_STOPPING)
        assert 1 <= client.llen("tributary:metadata") <= 5
    assert wiring.jobs.read(moving.id).fetched == len(jobs)
    keep(wiring)
    assert statuses(wiring, jobs) == {Status.CANCELLED}


def test_the_filter(wiring: Wiring) -> None:
    first, second = lone_job(wiring), wiring.jobs.ask(MIGRATE, {}, requested_by="me")
    wiring.jobs.ask_to_move("pause", EVERYTHING)  # never moved itself: cancelling all would end with that
    wanted = {
        EVERYTHING: [first.id, second.id],
        JobFilter(job_type=METADATA.name): [first.id],
        JobFilter(job_type="moves"): [],
        JobFilter(requested_by="me"): [second.id],
        JobFilter(status=Status.PAUSED): [],
        JobFilter(status=Status.PENDING, job_type=MIGRATE.name, requested_by="me"): [second.id],
        JobFilter(created_before=second.created_at): [first.id],
        JobFilter(created_before=datetime.now(UTC) - timedelta(days=1)): [],
    }
    assert {one: wiring.jobs.matching(one) for one in wanted} == wanted


def test_a_filter_that_finds_nothing_ends_at_once(wiring: Wiring) -> None:
    moving = work_off(wiring, wiring.jobs.ask_to_move("cancel", EVERYTHING))
    assert (moving.status, moving.total_items) == (Status.COMPLETED, 0)


def test_what_comes_after_the_question_is_not_moved(wiring: Wiring) -> None:
    moving = wiring.jobs.ask_to_move("cancel", EVERYTHING)
    later = lone_job(wiring)
    work_off(wiring, moving)
    assert statuses(wiring, [later]) == {Status.COMPLETED}


def test_a_worker_that_dies_in_the_middle_moves_no_job_twice(wiring: Wiring, emulator: Control) -> None:
    jobs = resting(wiring, emulator, 3)
    moving = advance(wiring, wiring.jobs.ask_to_move("pause", EVERYTHING))
    batch = claim(wiring, moving)
    # The first was moved, and no answer came back.
    change(wiring, "update job_batches set settled = '{0}', fetched = 1 where id = :id", id=batch.id)
    change(wiring, "update processing_jobs set fetched = 1 where id = :id", id=moving.id)
    expire(wiring, batch)
    moving = work_off(wiring, moving)
    assert (moving.fetched, moving.skipped) == (3, 0)
    assert [wiring.jobs.read(job.id).status is Status.PAUSED for job in jobs] == [False, True, True]


def test_a_batch_of_jobs_that_kills_its_worker_is_cut_in_two(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_attempts=1)
    jobs = resting(wiring, emulator, 3)
    moving = advance(wiring, wiring.jobs.ask_to_move("cancel", EVERYTHING))
    for ordinal in (0, 1):
        expire(wiring, claim(wiring, moving, ordinal))
        keep(wiring)
    moving = work_off(wiring, moving)
    assert (moving.fetched, moving.failed, len(batch_ids(wiring, moving.id))) == (2, 1, 3)
    retry = work_off(wiring, wiring.jobs.retry(moving.id))
    assert (retry.fetched, statuses(wiring, jobs)) == (1, {Status.CANCELLED})


def test_more_jobs_than_one_batch_moves(wiring: Wiring) -> None:
    change(wiring, "insert into processing_jobs (job_type) select 'from outside' from generate_series(1, 450)")
    change(wiring, "insert into job_events (job_id, to_status, who) select id, status, 'me' from processing_jobs")
    moving = work_off(wiring, wiring.jobs.ask_to_move("cancel", JobFilter(job_type="from outside")))
    assert (moving.fetched, len(batch_ids(wiring, moving.id))) == (450, 3)
    assert sql(wiring, "select count(*) from processing_jobs where stop_request = 'cancel'") == [(450,)]


def test_the_same_key_is_the_same_request(wiring: Wiring) -> None:
    lone_job(wiring)
    first = wiring.jobs.ask_to_move("pause", EVERYTHING, idempotency_key="k")
    lone_job(wiring)
    assert wiring.jobs.ask_to_move("pause", EVERYTHING, idempotency_key="k").id == first.id
    for name, wanted in (("cancel", EVERYTHING), ("pause", JobFilter(status=Status.PENDING))):
        with pytest.raises(ReusedKeyError):
            wiring.jobs.ask_to_move(name, wanted, idempotency_key="k")
