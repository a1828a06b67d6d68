"""The states of a job: every move from every state, and what people can do in each."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.jobs import outcomes, store
from app.jobs.model import Batch, Job
from app.jobs.moving import IllegalMoveError, ReusedKeyError
from app.jobs.service import UnknownJobError
from app.jobs.states import ENDED, MOVES, Move, Status
from app.jobs.types import METADATA
from app.wiring import Wiring
from emulator.control import Control
from tests.hands import sql, work_off
from tests.jobs.steps import advance, ask_for_metadata, change, claim, fill_catalog, lone_job, moves, running_job

# One way into each state, by legal moves only.
WAYS: dict[Status, list[str]] = {
    Status.PENDING: [],
    Status.RUNNING: ["start"],
    Status.PAUSED: ["pause"],
    Status.WAITING_FOR_QUOTA: ["start", "wait"],
    Status.COMPLETED: ["start", "complete"],
    Status.FAILED: ["fail"],
    Status.CANCELLED: ["cancel"],
}


def bring_to(wiring: Wiring, status: Status) -> Job:
    job = lone_job(wiring)
    with wiring.db.begin() as tx:
        store.save_cut(tx, job.id, {}, last=status in {Status.RUNNING, Status.COMPLETED}, entered=0)
        for name in WAYS[status]:
            assert store.move(tx, job.id, name, error="an error" if name == "fail" else None)
    job = wiring.jobs.read(job.id)
    assert job.status is status
    return job


def test_each_move_from_each_state(wiring: Wiring, subtests: pytest.Subtests) -> None:
    for status in Status:
        for move in MOVES.values():
            with subtests.test(status=status, move=move.name):
                check_move(wiring, move, status)


def check_move(wiring: Wiring, move: Move, status: Status) -> None:
    before = bring_to(wiring, status)
    events = wiring.jobs.events(before.id)
    with wiring.db.begin() as tx:
        moved = store.move(tx, before.id, move.name, error="an error" if move.name == "fail" else None)
    after = wiring.jobs.read(before.id)
    assert moved is (status in move.origins)
    if not moved:
        assert after == before
        assert wiring.jobs.events(before.id) == events
        return
    assert after.status is move.target
    assert (after.completed_at is not None) is (move.target in ENDED)
    [event] = wiring.jobs.events(before.id)[len(events) :]
    assert (event.from_status, event.to_status, event.who, event.why) == (status, move.target, move.who, move.why)


def test_a_state_that_is_neither_running_nor_completed_says_why(wiring: Wiring) -> None:
    silent = {status for status in Status if bring_to(wiring, status).why is None}
    assert silent == {Status.RUNNING, Status.COMPLETED}


WISHES = ["pause", "resume", "cancel", "retry"]


@pytest.mark.parametrize("wish", WISHES)
def test_people_get_what_the_table_allows_and_otherwise_hear_what_it_does(
    wiring: Wiring, subtests: pytest.Subtests, wish: str
) -> None:
    for status in Status:
        with subtests.test(status=status):
            check_wish(wiring, wish, status)


def ask_to(wiring: Wiring, wish: str, job: Job) -> Job:
    if wish in {"pause", "cancel"}:
        return wiring.jobs.stop(job.id, wish)
    return wiring.jobs.resume(job.id) if wish == "resume" else wiring.jobs.retry(job.id)


def check_wish(wiring: Wiring, wish: str, status: Status) -> None:
    job = bring_to(wiring, status)
    if wish in job.moves:
        legal_move(wiring, wish, job)
        return
    with pytest.raises(IllegalMoveError) as refused:
        ask_to(wiring, wish, job)
    assert refused.value.status == 409
    assert wiring.jobs.read(job.id) == job
    if wish == "retry" and status is Status.COMPLETED:
        assert str(refused.value) == "nothing of this job is left to retry"
        return
    assert str(refused.value) == f"a job that is {status} cannot {wish}"
    assert refused.value.hint == (f"it can: {', '.join(job.moves)}" if job.moves else "it has ended for good")


def legal_move(wiring: Wiring, wish: str, job: Job) -> None:
    asked = ask_to(wiring, wish, job)
    if wish == "retry":
        assert (asked.status, asked.retry_of) == (Status.PENDING, job.id)
        return
    assert job.status in MOVES[wish].origins
    assert advance(wiring, job).status is (Status.COMPLETED if wish == "resume" else MOVES[wish].target)


def test_what_people_can_ask_in_each_state(wiring: Wiring) -> None:
    for status in Status:
        job = bring_to(wiring, status)
        of_the_table = [move.name for move in MOVES.values() if status in move.origins and move.who == "person"]
        # Of what is completed nothing is left here; of what failed or was cancelled nothing was cut yet.
        assert job.moves == [*of_the_table, *(["retry"] if status in {Status.FAILED, Status.CANCELLED} else [])]


def test_a_job_that_does_not_exist(wiring: Wiring) -> None:
    nobody = bring_to(wiring, Status.PENDING).id
    change(wiring, "delete from processing_jobs")
    with pytest.raises(UnknownJobError):
        wiring.jobs.stop(nobody, "pause")
    with pytest.raises(UnknownJobError):
        wiring.jobs.resume(nobody)
    assert wiring.machine.job_type(nobody) is None


def hand_back(wiring: Wiring, batch: Batch) -> None:
    wiring.machine.end(batch, outcomes.Stopped())


def halt(wiring: Wiring, batch: Batch) -> None:
    wiring.machine.end(batch, outcomes.Halted("a project is suspended"))


def test_pause_and_resume(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    batch = claim(wiring, job)
    assert wiring.jobs.stop(job.id, "pause").status is Status.RUNNING  # a batch runs
    assert wiring.machine.renew(batch) == "pause"
    assert wiring.machine.claim(batch.id + 1, "worker-2") is None

    hand_back(wiring, batch)
    job = advance(wiring, job)
    assert (job.status, job.stop_request) == (Status.PAUSED, None)
    assert work_off(wiring, job).status is Status.PAUSED

    wiring.jobs.resume(job.id)
    job = work_off(wiring, job)
    assert (job.status, job.processed_items) == (Status.COMPLETED, 20)
    assert moves(wiring, job.id)[1:] == [
        ("pending", "running"),
        ("running", "paused"),
        ("paused", "running"),
        ("running", "completed"),
    ]


def test_cancelling_what_runs_and_what_rests(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    batch = claim(wiring, job)
    wiring.jobs.stop(job.id, "cancel")
    assert wiring.machine.renew(batch) == "cancel"
    hand_back(wiring, batch)
    assert advance(wiring, job).status is Status.CANCELLED
    assert sql(wiring, "select distinct state from job_batches") == [("cancelled",)]

    paused = advance(wiring, ask_for_metadata(wiring))
    wiring.jobs.stop(paused.id, "pause")
    advance(wiring, paused)
    assert wiring.jobs.stop(paused.id, "cancel").status is Status.CANCELLED  # nobody has to notice first
    assert sql(wiring, "select distinct state from job_batches") == [("cancelled",)]
    assert emulator.counters().calls == ()


def test_a_wish_to_cancel_outranks_one_to_pause(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    batch = claim(wiring, job)
    wiring.jobs.stop(job.id, "cancel")
    assert wiring.jobs.stop(job.id, "pause").stop_request == "cancel"
    hand_back(wiring, batch)
    assert advance(wiring, job).status is Status.CANCELLED


@pytest.mark.parametrize("wish", ["pause", "cancel"])
def test_a_wish_to_stop_wins_over_waking(wiring: Wiring, emulator: Control, wish: str) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=1))
    change(wiring, "update api_keys set is_active = false, disabled_reason = 'for now'")
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status is Status.WAITING_FOR_QUOTA

    change(wiring, "update api_keys set is_active = true, disabled_reason = null")
    wiring.jobs.stop(job.id, wish)
    job = work_off(wiring, job)

    assert job.status is MOVES[wish].target
    assert moves(wiring, job.id)[-1] == ("waiting_for_quota", job.status)  # never awake in between
    assert emulator.counters().calls == ()


def test_what_halts_a_job_reaches_its_other_batches(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    first, second = claim(wiring, job), claim(wiring, job, 1)
    assert wiring.machine.renew(second) is None
    halt(wiring, first)
    assert wiring.jobs.read(job.id).why == "a project is suspended"
    assert wiring.machine.renew(second) is not None


def test_a_bug_that_is_found_after_a_halt_still_fails_the_job(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    first, second = claim(wiring, job), claim(wiring, job, 1)
    halt(wiring, first)
    wiring.machine.end(second, outcomes.Failed("our request was wrong"))
    job = wiring.jobs.read(job.id)
    assert (job.status, job.error_message) == (Status.FAILED, "our request was wrong")


CONTRADICTIONS = {
    "an unknown state": "update processing_jobs set status = 'resting'",
    "silence while it rests": "update processing_jobs set status = 'paused', why = null",
    "an end without a time": "update processing_jobs set status = 'cancelled'",
    "a time without an end": "update processing_jobs set completed_at = now()",
    "completed before all is cut": "update processing_jobs set status = 'completed', completed_at = now()",
    "completed with an item missing": (
        "update processing_jobs set status = 'completed', completed_at = now(), all_cut = true, total_items = 1"
    ),
    "failed without an error": "update processing_jobs set status = 'failed', completed_at = now()",
    "more outcomes than items": "update processing_jobs set fetched = total_items + 1",
    "a negative count": "update processing_jobs set fetched = -1",
    "an unknown wish": "update processing_jobs set stop_request = 'explode'",
    "the ended asked to stop": (
        "update processing_jobs set status = 'cancelled', completed_at = now(), stop_request = 'pause'"
    ),
    "running without a lease": "update job_batches set state = 'running', leased_by = 'me'",
    "running by nobody": "update job_batches set state = 'running', lease_until = now()",
    "leased while it rests": "update job_batches set lease_until = now(), leased_by = 'me'",
    "done with an item missing": "update job_batches set state = 'done', finished_at = now()",
    "done at no time": "update job_batches set state = 'done', total_items = 0",
    "finished while it is ready": "update job_batches set finished_at = now()",
    "a lane without a span": "update job_batches set span = null",
    "an unknown batch state": "update job_batches set state = 'lost'",
    "two batches with one channel": (
        "insert into job_batches (job_id, ordinal, lane, span, spec, total_items)"
        " select job_id, 99, lane, span, spec, total_items from job_batches"
    ),
    "a fetched channel without a time": "update channels set metadata_fetched = true",
    "an inactive key without a reason": "update api_keys set is_active = false",
    "a suspension without a reason": "update api_projects set suspended_at = now()",
    "more units than the limit": (
        "insert into quota_days (project_id, bucket, day, quota_limit, reserved, used)"
        " select id, 'default', current_date, 10, 6, 5 from api_projects"
    ),
}


def test_the_database_refuses_contradictions(wiring: Wiring, emulator: Control, subtests: pytest.Subtests) -> None:
    running_job(wiring, emulator.channel_ids(count=1))
    for contradiction, statement in CONTRADICTIONS.items():
        with subtests.test(contradiction), pytest.raises(IntegrityError):
            change(wiring, statement)


def test_the_same_request_twice_is_one_job(wiring: Wiring) -> None:
    asked: dict[str, Any] = {"idempotency_key": "k", "requested_by": "me"}
    first = wiring.jobs.ask(METADATA, {"batch_size": 1}, **asked)
    assert wiring.jobs.ask(METADATA, {"batch_size": 1}, **asked) == first
    with pytest.raises(ReusedKeyError):
        wiring.jobs.ask(METADATA, {"batch_size": 2}, **asked)
    assert sql(wiring, "select count(*) from processing_jobs") == [(1,)]
