"""Nothing that YouTube told is kept for longer than thirty days, unless it was told again."""

from datetime import timedelta

import pytest

from app.catalog.ids import channel_key
from app.catalog.service import UnknownChannelError
from app.clock import FixedClock
from app.jobs.model import Job
from app.retention.model import THIRTY_DAYS, THIRTY_SIX_MONTHS, Mode, Subject, Swept, limits_of
from app.videos.ids import video_key
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, change, fill_catalog
from tests.noon import NOON, stand_still
from tests.retention.edges import add_edge

DAY = timedelta(days=1)
AGES = {
    "channels": "fetched_at",
    "videos": "fetched_at",
    "playlists": "fetched_at",
    "playlist_items": "last_seen_at",
    "channel_snapshots": "observed_at",
    "video_snapshots": "observed_at",
    "channel_changes": "changed_at",
    "video_changes": "changed_at",
    "resolutions": "resolved_at",
    "upload_listings": "listed_at",
    "push_notifications": "received_at",
    "announced_videos": "announced_at",
    "channel_discoveries": "last_seen",
    "discovered_channels": "found_at",
    "discovery_expansions": "expanded_at",
    "discovery_answers": "answered_at",
    "handle_mentions": "seen_at",
    "channel_terms": "compared_on",
    "unfinished_lists": "since",
}


@pytest.fixture
def clock(emulator: Control) -> FixedClock:
    return stand_still(emulator)


def fill(wiring: Wiring, emulator: Control) -> list[str]:
    """Channels as the emulator has them, and a row of everything else that is kept."""
    channel_ids = emulator.channel_ids(count=60)
    fill_catalog(wiring, channel_ids)
    assert work_off(wiring, ask_for_metadata(wiring)).outcomes["fetched"] == 60
    add_video(wiring, "dQw4w9WgXcQ", channel_ids[0])
    now = {"now": wiring.clock.now()}
    change(
        wiring,
        "insert into channel_changes select id, :now, 'title', 'before', title from channels order by id limit 3",
        **now,
    )
    change(
        wiring,
        "insert into resolutions values ('handle', '@x', null, null, 'nobody', :now, :now)",
        **now,
    )
    change(
        wiring,
        "insert into playlists (playlist_id, fetched_at, expires_at, availability_since, title)"
        " values ('PLx', :now, :now, :now, 'A list')",
        **now,
    )
    change(
        wiring,
        "insert into playlist_items (playlist, entry, first_seen_at, last_seen_at, kind)"
        " select id, 1, :now, :now, 'available' from playlists",
        **now,
    )
    key = "(select id from channels order by id limit 1)"
    change(wiring, f"insert into upload_listings select {key}, :now, 1, 0, false, null, '{{}}'", **now)
    change(wiring, f"insert into push_notifications select 1, 'entry', :now, {key}, :now", **now)
    change(wiring, f"insert into announced_videos select 1, {key}, :now", **now)
    add_edge(wiring, channel_ids[0], channel_ids[1])
    change(wiring, "insert into unfinished_lists values ('PLx', :now, 'a token')", **now)
    return channel_ids


def add_video(wiring: Wiring, video_id: str, channel_id: str) -> None:
    values = {"id": video_key(video_id), "channel": channel_id, "now": wiring.clock.now()}
    change(
        wiring,
        "insert into videos (id, channel, fetched_at, expires_at, availability_since, kind, kind_evidence, title)"
        " select :id, id, :now, :now, :now, 'video', 'it is long', 'A title' from channels where channel_id = :channel",
        **values,
    )
    del values["channel"]
    change(wiring, "insert into video_snapshots values (:id, :now, 1, 1, 1)", **values)
    change(wiring, "insert into video_changes values (:id, :now, 'title', 'before', 'A title')", **values)


def sweep(wiring: Wiring) -> Job:
    job = work_off(wiring, wiring.retention.ask(idempotency_key=None, requested_by="me"))
    assert job.status.value == "completed"
    assert job.processed_items == len(Subject)
    return job


def rows_of(wiring: Wiring) -> dict[str, int]:
    counted = {table: sql(wiring, f"select count({age}) from {table}") for table, age in AGES.items()}  # noqa: S608
    return {table: int(str(rows[0][0])) for table, rows in counted.items()}


def test_every_table_with_what_youtube_told_is_swept(wiring: Wiring) -> None:
    """A new table with an age of its own must be named here, and get a subject."""
    found = sql(
        wiring,
        "select table_name from information_schema.columns"
        " where table_schema = 'public' and column_name = any(:ages)"
        "   and table_name !~ '_snapshots_'",
        ages=sorted(set(AGES.values())),
    )
    assert {str(row[0]) for row in found} == set(AGES) == {subject.value for subject in Subject}


def test_after_thirty_days_without_a_refresh_nothing_is_left(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    channel_ids = fill(wiring, emulator)
    before = rows_of(wiring)
    assert all(before.values()), before
    clock.advance(28 * DAY)
    sweep(wiring)
    assert rows_of(wiring) == before
    clock.advance(DAY)
    job = sweep(wiring)
    assert not any(rows_of(wiring).values())
    [report, earlier] = wiring.retention.reports()
    assert report.job_id == job.id
    assert report.swept == {
        "channels": Swept(0, 60),
        "videos": Swept(1),
        "channel_snapshots": Swept(60),
        "video_snapshots": Swept(1),
        "channel_changes": Swept(3),
        "video_changes": Swept(1),
        "resolutions": Swept(1),
        "playlists": Swept(1),
        "playlist_items": Swept(0),
        "upload_listings": Swept(1),
        "push_notifications": Swept(1),
        "announced_videos": Swept(1),
        "channel_discoveries": Swept(1),
        "discovered_channels": Swept(1),
        "discovery_expansions": Swept(1),
        "discovery_answers": Swept(1),
        "handle_mentions": Swept(1),
        "channel_terms": Swept(1),
        "unfinished_lists": Swept(1),
    }
    assert set(earlier.swept.values()) == {Swept()}
    # The ids are what people gave: they stay, and are fetched when somebody asks.
    assert sql(wiring, "select count(*) from channels where num_nonnulls(title, view_count, handle) = 0") == [(60,)]
    assert wiring.catalog.without_metadata() == len(channel_ids)
    assert broken(wiring) == []


def test_what_a_lost_worker_deleted_counts_as_deleted(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    fill(wiring, emulator)
    clock.advance(30 * DAY)
    job = wiring.retention.ask(idempotency_key=None, requested_by="me")
    list(wiring.retention.sweep(job.id, Subject.VIDEOS, everything=False))  # and then the worker died
    done = work_off(wiring, job)
    deleting = [one for one in wiring.retention.reports()[0].swept.values() if one.deleted or one.erased]
    assert (done.fetched, done.processed_items) == (len(deleting), len(Subject))


def test_what_was_refreshed_stays(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    channel_ids = fill(wiring, emulator)
    clock.advance(20 * DAY)
    emulator.set_clock(clock.now())
    change(wiring, "update channels set metadata_fetched = false where channel_id = :id", id=channel_ids[0])
    work_off(wiring, ask_for_metadata(wiring))
    clock.advance(10 * DAY)
    sweep(wiring)
    assert sql(wiring, "select channel_id from channels where metadata_fetched") == [(channel_ids[0],)]
    assert broken(wiring) == []


def test_videos_that_nobody_refreshed_are_wanted_again_where_their_channel_stays(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    channel_id = fill(wiring, emulator)[0]
    change(wiring, "update channels set videos_fetched = true, videos_fetched_at = :now", now=clock.now())
    clock.advance(timedelta(days=31))
    change(wiring, "update channels set fetched_at = :now, expires_at = :now", now=clock.now())
    sweep(wiring)
    assert sql(wiring, "select count(*) from videos") == [(0,)]
    without = sql(wiring, "select channel_id from channels where not videos_fetched and videos_fetched_at is null")
    assert without == [(channel_id,)]


def test_counts_that_did_not_change_outlive_their_snapshot(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    fill(wiring, emulator)
    change(wiring, "update videos set view_count = 1, like_count = 1, comment_count = 1, snapshot_at = fetched_at")
    assert broken(wiring) == []
    clock.advance(timedelta(days=3))
    refreshed = "update {} set fetched_at = :now, expires_at = :now + interval '30 days'"
    change(wiring, refreshed.format("channels"), now=clock.now())
    change(wiring, refreshed.format("videos"), now=clock.now())
    clock.advance(timedelta(days=27))
    sweep(wiring)
    assert sql(wiring, "select count(*) from videos") == [(1,)]
    assert sql(wiring, "select count(*) from channel_snapshots union all select count(*) from video_snapshots") == [
        (0,),
        (0,),
    ]
    assert broken(wiring) == []


def test_audited_clients_keep_statistics_for_three_years_but_no_texts(
    make_wiring: MakeWiring, emulator: Control, clock: FixedClock
) -> None:
    wiring = make_wiring(clock, retention_mode=Mode.STATISTICS.value)
    add_key(wiring, 1)
    fill(wiring, emulator)
    clock.advance(30 * DAY)
    sweep(wiring)
    kept = rows_of(wiring)
    statistics = {"channels": 60, "videos": 1, "playlists": 1, "channel_snapshots": 60, "video_snapshots": 1}
    assert kept == {**dict.fromkeys(AGES, 0), **statistics}
    texts = "select count(*) from {} where num_nonnulls(title, description, thumbnail_url) > 0"
    assert [sql(wiring, texts.format(table)) for table in ("channels", "videos", "playlists")] == [[(0,)]] * 3
    assert sql(wiring, "select count(*) from channels where view_count is not null") == [(60,)]
    assert wiring.catalog.without_metadata() == 60
    clock.advance(THIRTY_SIX_MONTHS - 30 * DAY)
    sweep(wiring)
    assert not any(rows_of(wiring).values())
    assert broken(wiring) == []


def test_who_is_gone_takes_the_history_along(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    [gone, *_] = fill(wiring, emulator)
    gone_now = "update channels set availability = 'not_found', missing_since = :now where channel_id = :id"
    change(wiring, gone_now, id=gone, now=clock.now())
    change(wiring, "update videos set availability = 'not_found'")
    sweep(wiring)
    left = rows_of(wiring)
    assert (left["channels"], left["channel_snapshots"], left["videos"], left["video_snapshots"]) == (59, 59, 0, 0)
    [row] = sql(wiring, "select availability::text, title from channels where channel_id = :id", id=gone)
    assert row == ("not_found", None)
    assert wiring.catalog.without_metadata() == 0


def test_a_discovered_channel_that_nobody_refreshed_goes_whole(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    [first, second, *_] = fill(wiring, emulator)
    change(
        wiring,
        "update channels c set discovered_from = d.id from channels d"
        " where d.channel_id = :source and c.channel_id = :id",
        source=first,
        id=second,
    )
    clock.advance(30 * DAY)
    sweep(wiring)
    assert sql(wiring, "select count(*) from channels") == [(59,)]


def test_one_channel_is_forgotten_with_all_that_hangs_on_it(wiring: Wiring, emulator: Control) -> None:
    [channel_id, *_] = fill(wiring, emulator)
    forgotten = wiring.retention.forget([channel_id])
    assert (forgotten.channels, forgotten.videos) == (1, 1)
    left = rows_of(wiring)
    assert (left["channels"], left["channel_snapshots"], left["videos"], left["video_snapshots"]) == (59, 59, 0, 0)
    assert left["video_changes"] == 0
    assert broken(wiring) == []


def test_a_week_that_is_over_goes_as_a_table(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    fill(wiring, emulator)
    tables = "select count(*) from pg_class where relname ~ '^channel_snapshots_\\d{4}_'"
    [[before]] = sql(wiring, tables)
    clock.advance(40 * DAY)
    sweep(wiring)
    [[after]] = sql(wiring, tables)
    assert int(str(after)) < int(str(before))
    assert rows_of(wiring)["channel_snapshots"] == 0


def test_the_limits_leave_no_day_between_two_sweeps() -> None:
    for mode, kept in ((Mode.THIRTY_DAYS, THIRTY_DAYS), (Mode.STATISTICS, THIRTY_SIX_MONTHS)):
        limits = limits_of(mode, NOON)
        assert NOON - limits.statistics_before == kept - DAY
        assert NOON - limits.texts_before == THIRTY_DAYS - DAY


def test_audited_clients_doubt_the_absence_of_who_has_counts_but_no_texts(
    make_wiring: MakeWiring, emulator: Control, clock: FixedClock
) -> None:
    wiring = make_wiring(clock, retention_mode=Mode.STATISTICS.value)
    add_key(wiring, 1)
    [channel_id, *_] = fill(wiring, emulator)
    clock.advance(30 * DAY)
    sweep(wiring)
    key = wiring.catalog.read(channel_id).id
    with wiring.db.begin() as tx:
        wiring.catalog.note_absence(tx, [key])
    assert wiring.catalog.read(channel_id).availability == "available"
    sweep(wiring)
    assert sql(wiring, "select count(*) from channel_snapshots where channel = :key", key=key) == [(1,)]


def test_forgetting_a_channel_reaches_its_entries_in_lists_of_others(wiring: Wiring, emulator: Control) -> None:
    """Also of videos that were never fetched: a private one, or one that retention took."""
    [channel_id, *_] = fill(wiring, emulator)
    owned = (
        "update playlist_items set title = 'Its title', video = 7, video_published_at = now(),"
        " owner = (select id from channels where channel_id = :id)"
    )
    change(wiring, owned, id=channel_id)
    wiring.retention.forget([channel_id])
    assert sql(wiring, "select title, owner, video_published_at from playlist_items") == [(None, None, None)]


def test_a_channel_of_which_only_lists_or_news_are_kept_can_be_forgotten(wiring: Wiring, emulator: Control) -> None:
    """Lists and announcements may be those of a channel that nobody has put into the catalogue."""
    fill(wiring, emulator)
    stranger, key = "UCuAXFkgsw1L7xaCfnd5JJOw", channel_key("UCuAXFkgsw1L7xaCfnd5JJOw")
    change(wiring, "update playlists set channel = :key", key=key)
    change(wiring, "insert into unfinished_lists values (:id, now(), 'a token')", id=stranger)
    wiring.retention.forget([stranger])
    assert sql(wiring, "select 1 from playlists") == sql(wiring, "select 1 from unfinished_lists") == []
    with pytest.raises(UnknownChannelError):
        wiring.retention.forget([stranger])


def test_playlists_that_nobody_read_again_are_wanted_where_their_channel_stays(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    channel_id = fill(wiring, emulator)[0]
    change(wiring, "update channels set playlists_fetched_at = :now", now=clock.now())
    owned = "update playlists set channel = c.id from channels c where c.channel_id = :id"
    change(wiring, owned, id=channel_id)
    clock.advance(31 * DAY)
    change(wiring, "update channels set fetched_at = :now, expires_at = :now", now=clock.now())
    sweep(wiring)
    assert sql(wiring, "select count(*) from playlists") == [(0,)]
    assert sql(wiring, "select channel_id from channels where playlists_fetched_at is null") == [(channel_id,)]


def test_a_list_without_the_entries_that_were_deleted_is_not_taken_for_read(
    wiring: Wiring, emulator: Control, clock: FixedClock
) -> None:
    fill(wiring, emulator)
    change(
        wiring, "update playlists set items_fetched_at = :now, item_count = 1, items_read_count = 1", now=clock.now()
    )
    clock.advance(29 * DAY)
    change(wiring, "update playlists set fetched_at = :now, expires_at = :now", now=clock.now())
    sweep(wiring)
    assert sql(wiring, "select count(*) from playlist_items") == [(0,)]
    assert sql(wiring, "select items_fetched_at, items_read_count from playlists") == [(None, None)]
    assert broken(wiring) == []
