"""Videos of channels: what is asked, what it costs, and what becomes of each channel."""

from math import ceil

import pytest

from app.clock import FixedClock
from app.jobs.model import Job
from app.jobs.states import Status
from app.videos.ids import video_key
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.universe.universe import Universe
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import advance, change
from tests.noon import NOON, stand_still
from tests.videos.steps import fetch_videos, known_channels

LISTS, ROWS = "playlistItems.list", "videos.list"


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def calls(emulator: Control, method: str) -> int:
    return sum(line.calls for line in emulator.counters().calls if line.method == method)


def outcomes(job: Job) -> dict[str, int]:
    return {name: count for name, count in job.outcomes.items() if count}


def listed_by(universe: Universe, channel_id: str) -> list[str]:
    """The public videos of a channel, newest first, as the other side knows them."""
    channel = universe.channel(channel_id, NOON)
    assert channel is not None
    return [universe.video_id(channel, index) for index in channel.uploads.shelf(NOON)]


def set_video_count(wiring: Wiring, count: int) -> None:
    """Let YouTube have said so."""
    for table in ("channels", "channel_snapshots"):
        change(wiring, f"update {table} set video_count = :count", count=count)  # noqa: S608 - our tables


def forget_videos(wiring: Wiring) -> None:
    change(wiring, "update channels set videos_fetched = false, videos_fetched_at = null; truncate videos")
    change(wiring, "truncate video_snapshots")


def channels_between(least: int, most: int, number: int) -> list[str]:
    """Channels with so many public videos."""
    found = []
    universe = Universe()
    for channel_id in universe.existing_ids(NOON):
        if least <= len(listed_by(universe, channel_id)) <= most:
            found.append(channel_id)
            if len(found) == number:
                return found
    raise AssertionError("there are not so many")


def test_one_call_for_a_list_and_one_for_fifty_videos_across_channels(wiring: Wiring, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=240))
    [(with_videos, videos)] = sql(
        wiring, "select count(*) filter (where video_count > 0), sum(least(video_count, 25)) from channels"
    )
    job = fetch_videos(wiring)
    assert job.status is Status.COMPLETED
    assert outcomes(job) == {"fetched": with_videos, "unchanged": 240 - int(str(with_videos))}
    assert calls(emulator, LISTS) == with_videos
    of_batches = sql(
        wiring,
        """select sum(least(c.video_count, 25)) from job_batches b
        join channels c on c.id <@ b.span where b.job_id = :id group by b.id""",
        id=job.id,
    )
    assert calls(emulator, ROWS) == sum(ceil(int(str(number)) / 50) for (number,) in of_batches)
    assert job.units_used == calls(emulator, LISTS) + calls(emulator, ROWS)
    assert sql(wiring, "select count(*) from videos") == [(videos,)]
    universe = Universe()
    for channel_id in emulator.channel_ids(count=10):
        newest = wiring.videos.newest(wiring.catalog.read(channel_id).id, after=None, limit=100)
        assert [video.video_id for video in newest] == listed_by(universe, channel_id)[:25]
    assert sql(wiring, "select count(*), count(distinct video) from video_snapshots") == [(videos, videos)]
    assert broken(wiring) == []


def test_what_is_done_is_not_asked_again(wiring: Wiring, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=20))
    fetch_videos(wiring)
    before = emulator.counters().count()
    assert fetch_videos(wiring).total_items == 0
    # A video that is known, from a playlist perhaps, is not fetched again as long as it may be kept.
    change(wiring, "update channels set videos_fetched = false, videos_fetched_at = null")
    job = fetch_videos(wiring)
    assert job.fetched > 0
    assert emulator.counters().count() - before == job.fetched == calls(emulator, LISTS) / 2
    change(wiring, "update channels set videos_fetched = false, videos_fetched_at = null")
    change(wiring, "update videos set expires_at = :noon", noon=NOON)
    fetch_videos(wiring)
    assert calls(emulator, ROWS) == 2 * ceil(int(str(sql(wiring, "select count(*) from videos")[0][0])) / 50)


def test_channels_without_videos_cost_nothing(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=3)
    known_channels(wiring, ids)
    set_video_count(wiring, 0)
    before = emulator.counters().count()
    job = fetch_videos(wiring)
    assert (outcomes(job), job.units_used, emulator.counters().count()) == ({"unchanged": 3}, 0, before)
    channel = wiring.catalog.read(ids[0])
    assert (channel.videos_fetched, channel.videos_fetched_at) == (True, NOON)


def test_a_missing_list_and_a_removed_channel_are_outcomes(wiring: Wiring) -> None:
    one, other, removed = channels_between(3, 90, 3)
    nowhere = f"UU{next(Universe().missing_ids(NOON))[2:]}"
    known_channels(wiring, [one, other, removed])
    set_video_count(wiring, 9)
    move = "update channels set uploads_playlist_id = :list where channel_id = :id"
    change(wiring, move, id=one, list=nowhere)
    job = advance(wiring, wiring.youtube.ask_for_videos())
    change(wiring, "delete from channels where channel_id = :id", id=removed)
    job = work_off(wiring, job)
    assert outcomes(job) == {"fetched": 1, "not_found": 1, "skipped": 1}
    remarks = {remark.item: remark.reason for _, remark in wiring.jobs.items(job.id, outcome=None, after=0, limit=9)}
    assert remarks == {
        one: "it has no list of uploads: none of its videos is public",
        removed: "removed from the catalogue meanwhile",
    }
    assert sql(wiring, "select bool_and(videos_fetched) from channels") == [(True,)]
    assert broken(wiring) == []


def test_a_list_that_nobody_may_read_fails_and_is_tried_again_by_the_next_job(
    wiring: Wiring, emulator: Control
) -> None:
    known_channels(wiring, emulator.channel_ids(count=4))
    set_video_count(wiring, 9)
    emulator.add_fault(Fault(kind=FaultKind.FORBIDDEN, method=LISTS, next=1))
    job = fetch_videos(wiring)
    assert outcomes(job) == {"fetched": 3, "failed": 1}
    assert outcomes(fetch_videos(wiring)) == {"fetched": 1}
    assert broken(wiring) == []


@pytest.mark.parametrize(("limit", "pages"), [(1, 1), (50, 1), (51, 2), (120, 3), ("all", None)])
def test_no_more_pages_than_are_wanted(wiring: Wiring, emulator: Control, limit: int | str, pages: int | None) -> None:
    [busy] = channels_between(160, 400, 1)
    known_channels(wiring, [busy])
    listed = listed_by(Universe(), busy)
    wanted = listed if limit == "all" else listed[: int(limit)]
    assert outcomes(fetch_videos(wiring, videos_per_channel=limit)) == {"fetched": 1}
    assert calls(emulator, LISTS) == pages or ceil(len(listed) / 50)
    assert calls(emulator, ROWS) == ceil(len(wanted) / 50)
    assert {str(row[0]) for row in sql(wiring, "select video_id from videos")} == set(wanted)


def test_a_list_is_read_no_further_than_to_what_is_too_old(wiring: Wiring, emulator: Control) -> None:
    [busy] = channels_between(160, 400, 1)
    known_channels(wiring, [busy])
    fetch_videos(wiring, videos_per_channel="all")
    [(sixtieth,)] = sql(wiring, "select published_at from videos order by published_at desc offset 59 limit 1")
    forget_videos(wiring)
    before = calls(emulator, LISTS)
    assert outcomes(fetch_videos(wiring, videos_per_channel="all", published_after=sixtieth)) == {"fetched": 1}
    assert sql(wiring, "select count(*), min(published_at) from videos") == [(60, sixtieth)]
    assert calls(emulator, LISTS) - before == 3, "on the third page nothing is young enough"


def test_filters_choose_the_channels(wiring: Wiring, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=60))
    rows = sql(wiring, "select channel_id, country, language, subscriber_count from channels")
    country = next(row[1] for row in rows if row[1])
    wanted = {row[0] for row in rows if row[1] == country and int(str(row[3] or 0)) >= 100}
    job = fetch_videos(wiring, country=country, min_subscribers=100, total_limit=1)
    assert job.total_items == 1
    fetch_videos(wiring, country=country, min_subscribers=100)
    assert {row[0] for row in sql(wiring, "select channel_id from channels where videos_fetched")} == wanted


def test_the_end_of_what_youtube_lists_is_said(wiring: Wiring) -> None:
    """All of 20,000 uploads would be 800 calls: the list has come to its last page."""
    [busy] = channels_between(60, 90, 1)
    known_channels(wiring, [busy])
    set_video_count(wiring, 31000)
    change(
        wiring,
        """insert into upload_listings (channel, listed_at, pages, listed, is_over, videos)
        select id, :noon, 399, 19950, false, '{}' from channels""",
        noon=NOON,
    )
    job = fetch_videos(wiring, videos_per_channel="all")
    assert outcomes(job) == {"fetched": 1}
    [(_, remark)] = wiring.jobs.items(job.id, outcome="fetched", after=0, limit=9)
    assert remark.item == busy
    assert remark.reason.startswith("YouTube lists the newest 20,0")
    assert remark.reason.endswith("of its 31,000 videos and no more")
    assert wiring.catalog.read(busy).videos_cut_off
    assert broken(wiring) == []


def test_what_was_committed_before_a_stop_is_not_asked_again(
    make_wiring: MakeWiring, emulator: Control, clock: FixedClock
) -> None:
    """After every second call the quota ends, with pages read and videos fetched in all possible proportions."""
    wiring = make_wiring(clock, calls_in_flight=1, quota_block=1)
    add_key(wiring, 1)
    known_channels(wiring, channels_between(30, 120, 6))
    before = emulator.counters().count()
    fetch_videos(wiring, videos_per_channel="all")
    undisturbed = emulator.counters().count() - before
    everything = "select video_id, title, view_count, kind, language from videos order by id"
    rows = sql(wiring, everything)
    forget_videos(wiring)

    before, ends = emulator.counters().count(), 0
    job = wiring.youtube.ask_for_videos(videos_per_channel="all")
    while job.status is not Status.COMPLETED:
        emulator.add_fault(Fault(kind=FaultKind.QUOTA_EXCEEDED, after=2))
        job = work_off(wiring, job)
        emulator.clear_faults()
        ends += job.status is Status.WAITING_FOR_QUOTA
        add_key(wiring, ends + 1)
        assert ends < undisturbed
    assert ends > 3
    assert sql(wiring, everything) == rows
    assert emulator.counters().count() - before == undisturbed + ends == job.units_used
    assert broken(wiring) == []


def test_a_retry_goes_on_where_a_cancelled_job_was(wiring: Wiring, emulator: Control) -> None:
    known_channels(wiring, emulator.channel_ids(count=30))
    emulator.add_fault(Fault(kind=FaultKind.QUOTA_EXCEEDED, method=ROWS))
    job = fetch_videos(wiring)
    assert (job.status, job.fetched) == (Status.WAITING_FOR_QUOTA, 0)
    lists = calls(emulator, LISTS)
    emulator.clear_faults()
    wiring.jobs.stop(job.id, "cancel")
    work_off(wiring, job)
    add_key(wiring, 2)
    retry = work_off(wiring, wiring.jobs.retry(job.id))
    assert retry.status is Status.COMPLETED
    assert retry.fetched == lists == calls(emulator, LISTS)
    assert broken(wiring) == []


def test_absent_videos_are_no_rows_and_known_ones_begin_to_be_missed(wiring: Wiring) -> None:
    [channel_id] = channels_between(3, 9, 1)
    channel = (universe := Universe()).channel(channel_id, NOON)
    assert channel is not None
    coming = [universe.video_id(channel, channel.uploads.total(NOON) + ahead) for ahead in (5, 6)]
    known, unknown = map(video_key, coming)  # nobody can see them yet
    known_channels(wiring, [channel_id])
    fetch_videos(wiring)
    change(
        wiring,
        """insert into videos (id, channel, fetched_at, expires_at, availability_since, kind, kind_evidence)
        values (:id, gen_random_uuid(), :noon, :noon, :noon, 'video', '')""",
        id=known,
        noon=NOON,
    )
    change(wiring, "update channels set videos_fetched = false, videos_fetched_at = null")
    change(
        wiring,
        """insert into upload_listings (channel, listed_at, pages, listed, is_over, videos)
        select id, :noon, 1, 2, true, array[:known, :unknown] from channels""",
        noon=NOON,
        known=known,
        unknown=unknown,
    )
    assert outcomes(fetch_videos(wiring)) == {"fetched": 1}
    assert sql(wiring, "select id from videos where missing_since = :noon", noon=NOON) == [(known,)]
    assert sql(wiring, "select 1 from videos where id = :id", id=unknown) == []


def test_a_job_that_wants_more_does_not_go_on_with_what_another_left(wiring: Wiring, emulator: Control) -> None:
    [busy] = channels_between(160, 400, 1)
    known_channels(wiring, [busy])
    emulator.add_fault(Fault(kind=FaultKind.QUOTA_EXCEEDED, method=ROWS))
    job = fetch_videos(wiring, videos_per_channel=25)
    assert job.status is Status.WAITING_FOR_QUOTA
    emulator.clear_faults()
    wiring.jobs.stop(job.id, "cancel")
    work_off(wiring, job)
    add_key(wiring, 2)
    assert outcomes(fetch_videos(wiring, videos_per_channel="all")) == {"fetched": 1}
    assert {str(row[0]) for row in sql(wiring, "select video_id from videos")} == set(listed_by(Universe(), busy))
    assert broken(wiring) == []
