"""Whole videos are asked for again before they must be deleted, and lists only where something was uploaded."""

from datetime import timedelta

import pytest

from app.catalog.ids import channel_id_of
from app.jobs.states import Status
from app.refresh.model import FIRST_STEP
from app.videos.ids import video_key
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change
from tests.refresh.conftest import System
from tests.videos.steps import fetch_videos

DAY = timedelta(days=1)
LONGEST = 25 * DAY


def leave_out_all(system: System) -> None:
    """Let the next answer be empty."""
    system.emulator.add_fault(Fault(kind=FaultKind.PARTIAL, next=1, share=1))


def test_whole_videos_are_fetched_again_by_fifties_before_they_expire(system: System) -> None:
    system.add_videos(60)
    system.pass_time(LONGEST - DAY)
    assert system.refresh(what="videos").total_items == 0
    system.pass_time(DAY)
    assert system.api.get("/api/freshness").json["due"]["videos"] == 60  # type: ignore[index]
    told = system.api.post("/api/batch-refresh", json={"what": "videos", "dry_run": True}).json
    assert told["forecast"]["units"] == {"default": 2}  # type: ignore[index]
    job = system.refresh(what="videos")
    assert (job.status, job.fetched, job.units_used, system.calls("videos.list")) == (Status.COMPLETED, 60, 2, 2)
    renewed = "select count(*) from videos where fetched_at = :now and expires_at > :now and title <> 'as it was'"
    assert sql(system.wiring, renewed, now=system.clock.now()) == [(60,)]
    assert len(system.asked_now("videos")) == 60  # their counts were asked for as well
    assert system.refresh(what="videos").total_items == 0
    assert broken(system.wiring) == []


def test_counts_do_not_prolong_how_long_the_rest_may_be_kept(system: System) -> None:
    system.add_videos(20)
    system.pass_time(LONGEST)
    assert system.refresh(what="statistics").total_items == 20
    system.pass_time(timedelta(seconds=1))
    assert system.refresh(what="videos").fetched == 20


def test_the_oldest_come_first_and_an_age_may_be_given(system: System) -> None:
    ids = system.add_videos(3)
    system.pass_time(DAY)
    older = "update videos set fetched_at = fetched_at - interval '2 days', title = 'the oldest' where video_id = :id"
    change(system.wiring, older, id=ids[1])
    assert system.refresh(what="videos", max_age_hours=24, total_limit=1).fetched == 1
    assert system.asked_now("videos") == {video_key(ids[1])}


def test_what_was_left_out_is_gone_when_it_happens_again_days_later(system: System) -> None:
    system.add_videos(2)
    system.pass_time(LONGEST)
    leave_out_all(system)
    assert system.refresh(what="videos").not_found == 2
    assert sql(system.wiring, "select distinct availability::text from videos") == [("available",)]
    system.pass_time(2 * DAY - timedelta(minutes=1))
    assert system.refresh(what="videos").total_items == 0
    system.pass_time(timedelta(minutes=1))
    leave_out_all(system)
    assert system.refresh(what="videos").not_found == 2
    assert sql(system.wiring, "select distinct availability::text from videos") == [("not_found",)]
    system.pass_time(30 * DAY)
    assert system.refresh(what="videos").total_items == 0
    assert broken(system.wiring) == []


def test_a_video_that_was_forgotten_meanwhile_does_not_come_back(system: System) -> None:
    system.add_videos(3)
    system.pass_time(LONGEST)
    job = advance(system.wiring, system.ask(what="videos"))
    change(system.wiring, "delete from videos where id = (select min(id) from videos)")
    job = work_off(system.wiring, job)
    assert (job.fetched, job.skipped) == (2, 1)
    assert sql(system.wiring, "select count(*) from videos") == [(2,)]


def test_the_end_of_the_quota_costs_no_video_twice(system: System) -> None:
    system.add_videos(120)
    system.pass_time(LONGEST)
    system.emulator.add_fault(Fault(kind=FaultKind.BUCKET_EXHAUSTED, after=1))
    job = system.refresh(what="videos", batch_size=50)
    assert (job.status, job.processed_items) == (Status.WAITING_FOR_QUOTA, 50)
    system.emulator.clear_faults()
    system.pass_time(DAY)
    job = work_off(system.wiring, job)
    assert (job.status, job.fetched + job.not_found, job.units_used) == (
        Status.COMPLETED,
        120,
        3 + 1,
    )  # the refused one
    assert broken(system.wiring) == []


def test_a_retry_takes_up_what_has_not_been_fetched_since(system: System) -> None:
    system.add_videos(60)
    system.pass_time(LONGEST)
    job = advance(system.wiring, system.ask(what="videos", batch_size=50))
    system.wiring.jobs.stop(job.id, "cancel")
    work_off(system.wiring, job)
    system.pass_time(timedelta(minutes=1))
    assert system.refresh(what="statistics").total_items == 60  # another question
    system.pass_time(timedelta(seconds=1))
    assert system.refresh(what="videos", total_limit=20).fetched == 20
    retry = work_off(system.wiring, system.wiring.jobs.retry(job.id, idempotency_key=None, requested_by="me"))
    assert (retry.status, retry.fetched + retry.unchanged) == (Status.COMPLETED, 40)
    assert broken(system.wiring) == []


@pytest.mark.parametrize("what", ["videos", "statistics"])
def test_what_a_job_for_videos_fetched_becomes_due(system: System, what: str) -> None:
    system.fetch_channels(5)
    assert fetch_videos(system.wiring, videos_per_channel=3).fetched == 5
    [(videos,)] = sql(system.wiring, "select count(*) from videos")
    system.pass_time(LONGEST)
    assert system.refresh(what=what).total_items == videos
    climbed = sql(system.wiring, "select distinct refresh_step from videos order by 1")
    assert {int(str(step)) for (step,) in climbed} <= {FIRST_STEP - 4, FIRST_STEP, FIRST_STEP + 1}
    assert (FIRST_STEP,) not in climbed or what == "statistics"  # this method leaves some out


def test_a_list_is_read_again_only_where_something_was_uploaded(system: System) -> None:
    system.fetch_channels(60)
    fetch_videos(system.wiring, videos_per_channel=5)
    before = counts_of_videos(system)
    lists = system.calls("playlistItems.list")
    system.pass_time(10 * DAY)
    assert system.refresh().total_items == 60
    after = counts_of_videos(system)
    changed = {channel for channel in after if after[channel] != before[channel]}
    assert 0 < len(changed) < 60
    job = fetch_videos(system.wiring, videos_per_channel=5)
    asked = {
        row[0]
        for row in sql(system.wiring, "select id from channels where videos_fetched_at = :now", now=job.created_at)
    }
    assert job.total_items == len(changed)
    assert asked <= changed
    with_videos = {channel for channel in changed if after[channel]}
    assert system.calls("playlistItems.list") - lists == len(with_videos), [channel_id_of(key) for key in changed]  # type: ignore[arg-type]
    assert fetch_videos(system.wiring, videos_per_channel=5).total_items == 0


def counts_of_videos(system: System) -> dict[object, object]:
    """How many videos each channel has, as far as is known."""
    return {row[0]: row[1] for row in sql(system.wiring, "select id, video_count from channels")}
