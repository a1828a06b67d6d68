"""Retries: another job takes up what one has left, once, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.catalog.ids import channel_key
from app.jobs.model import Job
from app.jobs.moving import IllegalMoveError, ReusedKeyError
from app.jobs.states import Status
from app.jobs.types import METADATA
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, batch_ids, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, ask_for_metadata, change, claim, expire, fill_catalog, running_job
from workers.batches import run_batch
from workers.keeper import keep


def by_key(channel_ids: list[str]) -> list[str]:
    """In the order in which a metadata job goes through them."""
    return sorted(channel_ids, key=channel_key)


def give_up(wiring: Wiring, *batches: int) -> None:
    """Let batches have failed too often."""
    statement = "update job_batches set attempts = 99, why = 'YouTube answered 503: away' where id = any(:ids)"
    change(wiring, statement, ids=list(batches))
    keep(wiring)


def cancelled(wiring: Wiring, job: Job) -> Job:
    wiring.jobs.stop(job.id, "cancel")
    job = advance(wiring, job)
    assert job.status is Status.CANCELLED
    return job


def items_of(wiring: Wiring, job: Job) -> list[str]:
    """The channels that the batches of a job are about."""
    found = sql(
        wiring,
        "select jsonb_array_elements_text(spec->'channel_ids') from job_batches where job_id = :id order by id",
        id=job.id,
    )
    return [str(row[0]) for row in found]


def test_what_failed_is_fetched_by_another_job_and_the_first_stays_as_it_is(wiring: Wiring, emulator: Control) -> None:
    ids = by_key(emulator.channel_ids(count=30))
    job = running_job(wiring, ids, batch_size=10)
    give_up(wiring, batch_ids(wiring, job.id)[1])
    job = work_off(wiring, job)
    assert (job.status, job.fetched, job.failed, job.given_up, job.moves) == (
        Status.COMPLETED, 20, 10, 10, ["retry"],
    )  # fmt: skip

    retry = wiring.jobs.retry(job.id, requested_by="me")
    assert (retry.job_type, retry.retry_of, retry.expected_items, retry.requested_by) == ("metadata", job.id, 10, "me")
    retry = work_off(wiring, retry)

    assert (retry.status, retry.fetched, retry.total_items) == (Status.COMPLETED, 10, 10)
    assert items_of(wiring, retry) == ids[10:20]
    first = wiring.jobs.read(job.id)
    assert first.retried_by == retry.id
    assert (first.status, first.outcomes, first.completed_at) == (job.status, job.outcomes, job.completed_at)
    assert wiring.catalog.without_metadata() == 0
    assert broken(wiring) == []


def test_a_cancelled_job_is_taken_up_where_it_was(make_wiring: MakeWiring, emulator: Control) -> None:
    """Batches that were cut, one of them half done, then what was never cut, up to the limit of the first job."""
    wiring = make_wiring(batch_window=2)
    add_key(wiring, 1)
    ids = by_key(emulator.channel_ids(count=50))
    fill_catalog(wiring, ids)
    job = advance(wiring, ask_for_metadata(wiring, batch_size=10, total_limit=45))
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker", NOT_STOPPING)
    job = cancelled(wiring, job)
    assert (job.fetched, job.total_items) == (10, 30)

    retry = wiring.jobs.retry(job.id)
    assert (retry.params["total_limit"], retry.expected_items) == (35, 35)
    retry = work_off(wiring, retry)

    assert (retry.status, retry.fetched) == (Status.COMPLETED, 35)
    assert items_of(wiring, retry) == ids[10:45]
    assert wiring.catalog.without_metadata() == 5
    assert broken(wiring) == []


def test_only_the_calls_that_were_not_settled_are_made_again(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(calls_in_flight=1)
    add_key(wiring, 1)
    job = running_job(wiring, emulator.channel_ids(count=120), batch_size=120)
    [batch_id] = batch_ids(wiring, job.id)
    run_batch(wiring, batch_id, "worker", NOT_STOPPING)
    # As if the worker had got no further than the second of the three calls.
    change(wiring, "update job_batches set state = 'ready', finished_at = null, settled = '{0,2}', fetched = 70")
    change(wiring, "update processing_jobs set status = 'running', completed_at = null, fetched = 70")
    change(wiring, "delete from job_events where to_status = 'completed'")
    second = items_of(wiring, job)[50:100]
    change(wiring, "update channels set metadata_fetched = false where channel_id = any(:ids)", ids=second)

    retry = work_off(wiring, wiring.jobs.retry(cancelled(wiring, job).id))
    assert (retry.fetched, retry.units_used) == (50, 1)
    assert broken(wiring) == []


def test_a_job_that_failed_is_taken_up(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=20), batch_size=10)
    wiring.machine.fail(job.id, "our request was wrong")
    retry = work_off(wiring, wiring.jobs.retry(job.id))
    assert (retry.status, retry.fetched) == (Status.COMPLETED, 20)
    assert wiring.jobs.read(job.id).error_message == "our request was wrong"


def test_a_job_that_never_began_is_begun(wiring: Wiring, emulator: Control) -> None:
    fill_catalog(wiring, emulator.channel_ids(count=20))
    job = cancelled(wiring, ask_for_metadata(wiring, batch_size=10))
    retry = wiring.jobs.retry(job.id)
    assert retry.expected_items == 20
    assert work_off(wiring, retry).fetched == 20


def test_what_others_hold_or_have_fetched_is_passed_over(wiring: Wiring, emulator: Control) -> None:
    ids = by_key(emulator.channel_ids(count=30))
    job = cancelled(wiring, running_job(wiring, ids, batch_size=30))
    done = work_off(wiring, ask_for_metadata(wiring, batch_size=5, total_limit=5))
    fleeting, holder = (advance(wiring, ask_for_metadata(wiring, batch_size=5, total_limit=5)) for _ in range(2))
    cancelled(wiring, fleeting)

    retry = advance(wiring, wiring.jobs.retry(job.id))

    assert items_of(wiring, holder) == ids[10:15]
    assert items_of(wiring, retry) == ids[5:10] + ids[15:]
    assert len(batch_ids(wiring, retry.id)) == 2  # no span reaches over what the other holds
    assert [work_off(wiring, one).fetched for one in (retry, holder, done)] == [20, 5, 5]
    assert broken(wiring) == []


def test_the_halves_of_a_batch_are_taken_up_once(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_attempts=1)
    add_key(wiring, 1)
    job = running_job(wiring, emulator.channel_ids(count=4), batch_size=4)
    expire(wiring, claim(wiring, job))
    keep(wiring)  # cut in two
    give_up(wiring, *batch_ids(wiring, job.id)[1:])
    job = advance(wiring, job)
    assert (job.status, job.failed) == (Status.COMPLETED, 4)
    retry = work_off(wiring, wiring.jobs.retry(job.id))
    assert (retry.fetched, retry.total_items) == (4, 4)
    assert broken(wiring) == []


def test_a_retry_that_was_cancelled_is_taken_up_with_all_that_it_had_not_begun(
    make_wiring: MakeWiring, emulator: Control
) -> None:
    wiring = make_wiring(batch_window=1)
    add_key(wiring, 1)
    ids = by_key(emulator.channel_ids(count=40))
    job = running_job(wiring, ids, batch_size=10)
    give_up(wiring, *batch_ids(wiring, job.id))
    job = advance(wiring, job)
    give_up(wiring, *batch_ids(wiring, job.id)[1:])
    job = cancelled(wiring, advance(wiring, job))
    first = cancelled(wiring, advance(wiring, wiring.jobs.retry(job.id)))
    assert items_of(wiring, first) == ids[:10]

    second = work_off(wiring, wiring.jobs.retry(first.id))

    assert (second.status, second.fetched) == (Status.COMPLETED, 40)
    assert items_of(wiring, second) == ids
    assert second.retry_of == first.id
    assert broken(wiring) == []


def test_a_retry_cuts_no_more_than_its_window(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=60)
    add_key(wiring, 1)
    job = running_job(wiring, emulator.channel_ids(count=60), batch_size=1)
    give_up(wiring, *batch_ids(wiring, job.id))
    job = advance(wiring, job)
    narrow = make_wiring(batch_window=3)
    retry = advance(narrow, narrow.jobs.retry(job.id))
    assert (retry.total_items, retry.all_cut) == (3, False)
    assert work_off(narrow, retry).fetched == 60


def test_a_file_is_read_on_from_where_it_was_left(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_window=1)
    ids = emulator.channel_ids(count=30)
    (wiring.settings.import_root / "list.csv").write_text("\n".join(["channel_id", *ids[:20], "no id", *ids[20:]]))
    job = advance(wiring, wiring.imports.ask_for_file("csv", "list.csv", 1, idempotency_key=None, requested_by=None))
    run_batch(wiring, batch_ids(wiring, job.id)[0], "worker", NOT_STOPPING)
    job = cancelled(wiring, job)
    assert (job.fetched, job.total_items) == (16, 16)  # sixteen pages are a batch

    retry = work_off(wiring, wiring.jobs.retry(job.id))

    assert (retry.status, retry.fetched, retry.failed, retry.total_items) == (Status.COMPLETED, 14, 1, 15)
    [(_, remark)] = wiring.jobs.items(retry.id, outcome="failed", after=0, limit=9)
    assert (remark.item, remark.line) == ("no id", 22)
    assert sql(wiring, "select count(*) from channels") == [(30,)]
    assert retry.moves == []
    assert broken(wiring) == []


def test_the_rows_of_a_request_are_taken_in_with_their_titles(wiring: Wiring, emulator: Control) -> None:
    [channel_id] = emulator.channel_ids(count=1)
    job = advance(wiring, wiring.imports.ask_for_rows([(channel_id, "a title"), ("nonsense", None)], "test"))
    give_up(wiring, *batch_ids(wiring, job.id))
    job = advance(wiring, job)
    assert (job.status, job.failed) == (Status.COMPLETED, 2)
    retry = work_off(wiring, wiring.jobs.retry(job.id))
    assert (retry.fetched, retry.failed) == (1, 1)
    assert wiring.catalog.read(channel_id).title == "a title"
    with pytest.raises(IllegalMoveError, match="nothing of this job is left to retry") as refused:
        wiring.jobs.retry(retry.id)  # the row was rejected, and would be again
    assert "mended" in refused.value.hint


def test_who_asks_while_the_retry_is_under_way_gets_it_and_later_is_sent_to_it(
    wiring: Wiring, emulator: Control
) -> None:
    job = cancelled(wiring, running_job(wiring, emulator.channel_ids(count=2)))
    with ThreadPoolExecutor(8) as people:
        retries = {retry.id for retry in people.map(wiring.jobs.retry, [job.id] * 8)}
    [retry_id] = retries
    work_off(wiring, wiring.jobs.read(retry_id))
    with pytest.raises(IllegalMoveError, match="retried already") as refused:
        wiring.jobs.retry(job.id)
    assert str(retry_id) in refused.value.hint
    assert wiring.jobs.read(job.id).moves == []


def test_a_key_belongs_to_one_retry(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=2)
    jobs = [cancelled(wiring, running_job(wiring, [channel_id])) for channel_id in ids]
    retry = wiring.jobs.retry(jobs[0].id, idempotency_key="k")
    work_off(wiring, retry)
    assert wiring.jobs.retry(jobs[0].id, idempotency_key="k").id == retry.id  # although it has ended
    with pytest.raises(ReusedKeyError):
        wiring.jobs.retry(jobs[1].id, idempotency_key="k")
    with pytest.raises(ReusedKeyError):
        wiring.jobs.ask(METADATA, dict(retry.params), idempotency_key="k")
    wiring.jobs.ask(METADATA, {"batch_size": 50}, idempotency_key="another")
    with pytest.raises(ReusedKeyError):
        wiring.jobs.retry(jobs[1].id, idempotency_key="another")
    assert wiring.jobs.read(jobs[1].id).retried_by is None


def test_a_key_belongs_to_one_budget(wiring: Wiring, emulator: Control) -> None:
    job = cancelled(wiring, running_job(wiring, emulator.channel_ids(count=2)))
    retry = wiring.jobs.retry(job.id, max_units=5, idempotency_key="k")
    assert wiring.jobs.retry(job.id, max_units=5, idempotency_key="k").id == retry.id
    for another in (50, None):
        with pytest.raises(ReusedKeyError):
            wiring.jobs.retry(job.id, max_units=another, idempotency_key="k")


def test_a_message_that_is_lost_after_a_retry_was_asked_for(wiring: Wiring, emulator: Control) -> None:
    job = cancelled(wiring, running_job(wiring, emulator.channel_ids(count=2)))
    retry = wiring.jobs.retry(job.id)
    keep(wiring)  # no message was heard
    assert len(batch_ids(wiring, UUID(str(retry.id)))) == 1
