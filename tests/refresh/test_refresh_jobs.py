"""What a refresh asks, in which order, at what price, and what becomes of it."""

from datetime import timedelta

import pytest

from app.catalog.ids import channel_key
from app.jobs.states import Status
from app.refresh.model import FIRST_STEP, interval_of
from app.videos.ids import video_key
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.hands import NOT_STOPPING, batch_ids, due, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change, claim, expire
from tests.refresh.conftest import System
from workers.batches import run_batch

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def test_what_is_fresh_is_not_asked_and_costs_nothing(system: System) -> None:
    system.fetch_channels(60)
    spent = system.calls()
    job = system.refresh()
    assert (job.status, job.total_items, job.units_used) == (Status.COMPLETED, 0, 0)
    assert system.calls() == spent


def test_only_what_is_due_is_asked_by_calls_of_fifty(system: System) -> None:
    ids = system.fetch_channels(180)
    spent = system.calls()
    system.pass_time(3 * DAY)
    overdue = [channel_key(channel_id) for channel_id in ids[:130]]
    for key in overdue:
        system.put("channels", key, step=0, age=DAY)
    job = system.refresh()
    assert system.asked_now() == set(overdue)
    assert (job.total_items, job.fetched + job.unchanged, job.units_used) == (130, 130, 3)
    assert system.calls() - spent == 3
    assert broken(system.wiring) == []


def test_the_most_urgent_come_first(system: System) -> None:
    """Not the oldest: who is three days late on an interval of six hours is later than who is on one of five days."""
    ids = system.fetch_channels(5)
    keys = [channel_key(channel_id) for channel_id in ids]
    ages = [(9, 20 * DAY), (0, 3 * DAY), (14, 26 * DAY), (2, 2 * DAY), (14, 24 * DAY)]
    for key, (step, age) in zip(keys, ages, strict=True):
        system.put("channels", key, step=step, age=age)
    for expected in ({keys[2]}, {keys[1]}, {keys[3]}, {keys[0]}, set()):
        system.pass_time(timedelta(seconds=1))
        system.refresh(total_limit=1)
        assert system.asked_now() == expected


def test_what_has_reached_an_age_is_asked_however_seldom_it_changes(system: System) -> None:
    ids = system.fetch_channels(3)
    system.put("channels", channel_key(ids[0]), step=14, age=2 * DAY)
    assert system.refresh(max_age_hours=49).total_items == 0
    assert system.refresh(max_age_hours=47).total_items == 1
    [(step,)] = sql(system.wiring, "select refresh_step from channels where channel_id = :id", id=ids[0])
    assert step in {10, 14}  # a look before the time that finds nothing tells nothing


def test_a_change_shortens_the_interval_and_silence_lengthens_it(system: System) -> None:
    ids = system.fetch_channels(50)
    assert sql(system.wiring, "select distinct refresh_step from channels") == [(FIRST_STEP,)]
    lively = ids[:20]
    change(system.wiring, "update channels set title = 'old' where channel_id = any(:ids)", ids=lively)
    change(system.wiring, "update channels set asked_at = asked_at - interval '20 days'")
    job = system.refresh()
    assert (job.fetched, job.unchanged) == (20, 30)
    found = sql(system.wiring, "select refresh_step, count(*) from channels group by 1 order by 1")
    assert found == [(FIRST_STEP - 4, 20), (FIRST_STEP + 1, 30)]


def test_another_number_of_videos_lets_the_list_be_read_again(system: System) -> None:
    same, more = system.fetch_channels(2)
    listed = "update channels set videos_fetched = true, videos_fetched_at = now(), listed_video_count = video_count"
    change(system.wiring, listed)
    change(system.wiring, "update channels set listed_video_count = 0 where channel_id = :id", id=more)
    change(system.wiring, "update channels set asked_at = asked_at - interval '20 days'")
    system.refresh()
    found = sql(system.wiring, "select channel_id, videos_fetched from channels")
    assert set(found) == {(same, True), (more, False)}


def test_who_is_left_out_is_asked_again_some_days_later(system: System) -> None:
    [channel_id] = system.fetch_channels(1)
    system.pass_time(WEEK)
    system.emulator.add_fault(Fault(kind=FaultKind.PARTIAL, next=1, share=1))
    assert system.refresh().not_found == 1
    system.pass_time(3 * DAY)
    assert system.refresh().total_items == 0
    system.pass_time(DAY)
    job = system.refresh()
    assert (job.total_items, job.not_found) == (1, 0)
    assert system.wiring.catalog.read(channel_id).availability == "available"


def test_a_second_job_passes_over_what_the_first_holds(system: System) -> None:
    system.fetch_channels(120)
    spent = system.calls()
    system.pass_time(WEEK)
    first = advance(system.wiring, system.ask(total_limit=70))
    second = advance(system.wiring, system.ask())
    assert (first.total_items, second.total_items) == (70, 50)
    work_off(system.wiring, first)
    assert system.calls() - spent == 3
    assert broken(system.wiring) == []


def test_a_worker_that_dies_between_two_calls_pays_none_of_them_twice(system: System) -> None:
    system.fetch_channels(150)
    spent = system.calls()
    system.pass_time(WEEK)
    job = advance(system.wiring, system.ask(batch_size=150))
    system.emulator.add_fault(Fault(kind=FaultKind.FORBIDDEN, next=1))  # the third call stays without an answer
    run_batch(system.wiring, batch_ids(system.wiring, job.id)[0], "worker-1", NOT_STOPPING)
    change(system.wiring, "update job_batches set not_before = null")
    dead = claim(system.wiring, job)
    assert len(dead.settled) == 2
    expire(system.wiring, dead)
    job = work_off(system.wiring, job)
    assert (job.status, job.total_items, job.failed) == (Status.COMPLETED, 150, 0)
    assert system.calls() - spent == 4  # the refused one, and each once
    assert broken(system.wiring) == []


def test_what_failed_is_not_asked_again_by_the_same_job_and_a_retry_takes_it_up(system: System) -> None:
    system.fetch_channels(60)
    system.pass_time(WEEK)
    change(system.wiring, "update channels set asked_at = asked_at - interval '20 days' where refresh_step = 9")
    system.emulator.add_fault(Fault(kind=FaultKind.FORBIDDEN, next=5))
    job = system.ask(total_limit=50)
    for _ in range(20):
        job = work_off(system.wiring, job)
        system.pass_time(timedelta(minutes=10))
    assert (job.status, job.failed, job.total_items) == (Status.COMPLETED, 50, 50)
    retry = work_off(system.wiring, system.wiring.jobs.retry(job.id, idempotency_key=None, requested_by="me"))
    assert (retry.status, retry.fetched + retry.unchanged) == (Status.COMPLETED, 50)
    assert broken(system.wiring) == []


def test_the_end_of_the_quota_in_the_middle_and_the_next_day(system: System) -> None:
    system.fetch_channels(200)
    system.pass_time(WEEK)
    system.emulator.add_fault(Fault(kind=FaultKind.BUCKET_EXHAUSTED, after=2))
    job = system.refresh(batch_size=50)
    assert (job.status, job.processed_items) == (Status.WAITING_FOR_QUOTA, 100)
    system.emulator.clear_faults()
    system.pass_time(DAY)
    job = work_off(system.wiring, job)
    assert (job.status, job.processed_items, job.units_used) == (Status.COMPLETED, 200, 4 + 1)  # the refused one


@pytest.mark.parametrize("empty", ["default", "videos.batchGetStats"])
def test_statistics_have_a_bucket_of_their_own(system: System, empty: str) -> None:
    system.fetch_channels(10)
    system.add_videos(10)
    system.pass_time(WEEK)
    method = "channels.list" if empty == "default" else empty
    system.emulator.add_fault(Fault(kind=FaultKind.BUCKET_EXHAUSTED, method=method))
    found = {what: system.refresh(what=what).status for what in ("channels", "statistics")}
    waits, done = Status.WAITING_FOR_QUOTA, Status.COMPLETED
    expected = (waits, done) if empty == "default" else (done, waits)
    assert (found["channels"], found["statistics"]) == expected


def test_statistics_are_written_without_prolonging_what_was_not_asked_for(system: System) -> None:
    ids = system.add_videos(130)
    before = sql(system.wiring, "select id, title, fetched_at, expires_at from videos order by id")
    system.pass_time(WEEK)
    job = system.refresh(what="statistics")
    assert (job.fetched + job.skipped, job.total_items, job.units_used) == (130, 130, 3)
    assert job.fetched > 120  # this method leaves some out
    assert system.calls("videos.batchGetStats") == 3
    assert sql(system.wiring, "select id, title, fetched_at, expires_at from videos order by id") == before
    assert system.asked_now("videos") == {video_key(video_id) for video_id in ids}
    matching = """select count(*) from videos v
                  join video_snapshots s on s.video = v.id and s.observed_at = v.snapshot_at
                  where (s.view_count, s.like_count, s.comment_count)
                        is not distinct from (v.view_count, v.like_count, v.comment_count)
                    and v.view_count is not null"""
    assert sql(system.wiring, matching) == [(job.fetched,)]
    system.pass_time(timedelta(minutes=1))
    again = system.refresh(what="statistics", max_age_hours=1)
    assert again.total_items == 0


def test_what_statistics_leave_out_is_no_verdict(system: System) -> None:
    system.add_videos(40)
    system.pass_time(WEEK)
    system.emulator.add_fault(Fault(kind=FaultKind.PARTIAL, next=1, share=0.5))
    job = system.refresh(what="statistics")
    assert 0 < job.skipped < 40
    assert job.fetched + job.skipped == 40
    assert sql(system.wiring, "select distinct availability::text from videos") == [("available",)]
    assert system.refresh(what="statistics").total_items == 0  # they do not stay at the head of the line
    assert broken(system.wiring) == []


def test_a_video_that_was_removed_meanwhile_is_skipped(system: System) -> None:
    system.add_videos(3)
    system.pass_time(WEEK)
    job = advance(system.wiring, system.ask(what="statistics"))
    change(system.wiring, "delete from videos where id = (select min(id) from videos)")
    job = work_off(system.wiring, job)
    assert (job.fetched, job.skipped) == (2, 1)
    [(_, remark)] = system.wiring.jobs.items(job.id, outcome="skipped", after=0, limit=9)
    assert remark.reason == "removed from the catalogue meanwhile"


def test_the_interval_that_was_learnt_counts_from_the_last_look(system: System) -> None:
    [channel_id] = system.fetch_channels(1)
    system.put("channels", channel_key(channel_id), step=6, age=timedelta())
    system.pass_time(interval_of(6) - timedelta(seconds=1))
    assert system.refresh().total_items == 0
    system.pass_time(timedelta(seconds=1))
    assert system.refresh().total_items == 1
    assert due(system.wiring) == []


def test_how_much_is_due_is_told(system: System) -> None:
    system.fetch_channels(3)
    system.add_videos(2)
    assert system.api.get("/api/freshness").json == {"due": {"channels": 0, "videos": 0, "statistics": 0}}
    system.pass_time(WEEK)
    assert system.api.get("/api/freshness").json == {"due": {"channels": 3, "videos": 0, "statistics": 2}}
    assert system.ask(total_limit=2).expected_items == 2


def test_what_it_would_take_is_told_without_asking(system: System) -> None:
    system.add_videos(120)
    system.pass_time(WEEK)
    answer = system.api.post("/api/batch-refresh", json={"what": "statistics", "total_limit": 110, "dry_run": True})
    forecast = answer.json["forecast"]  # type: ignore[index]
    assert (forecast["items"], forecast["units"]) == (110, {"videos.batchGetStats": 3})
    assert system.wiring.jobs.listed(before=None, limit=1) == []


def test_a_schedule_can_ask_for_it(system: System) -> None:
    system.fetch_channels(3)
    system.pass_time(WEEK)
    body = {"name": "fresh", "job_type": "refresh", "params": {"what": "channels"}, "every_seconds": 3600}
    assert system.api.post("/api/schedules", json=body).status_code == 201
    assert system.api.post("/api/schedules/fresh/run").status_code == 202
    [job] = system.wiring.jobs.listed(before=None, limit=1)
    assert work_off(system.wiring, job).total_items == 3


def test_a_budget_ends_where_it_was_set(system: System) -> None:
    system.fetch_channels(150)
    system.pass_time(WEEK)
    job = system.refresh(max_units=2)
    assert (job.status, job.units_used) == (Status.PAUSED, 2)
