"""sql/checks/ finds nothing wrong after a mixed run, and does find what is wrong."""

import pytest
from sqlalchemy import Connection

from app.jobs import outcomes
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from emulator.universe.universe import Universe
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import CHECKS, broken, rows_against
from tests.jobs.steps import advance, ask_for_metadata, change, claim, expire, fill_catalog, running_job

# For each invariant: how to break it. Constraints that would refuse are taken away first.
_MEMBERSHIP = """
        insert into playlists (playlist_id, fetched_at, expires_at, availability_since)
        values ('PL', now(), now(), now());
        insert into playlist_items (playlist, entry, first_seen_at, last_seen_at, kind)
        select id, 1, now(), now(), 'available' from playlists;"""
_EDGE = """
        insert into discovered_channels (id, sources, depth, found_by, found_at)
        values ('00000000-0000-0000-0000-000000000001', 1, 1, 'x', now());
        insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
            evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
        select gen_random_uuid(), id, 'x', 'x', 1, '{e}', '{1}', 0.5, now(), now() from discovered_channels;"""
BREAKERS = {
    "job_counters_equal_batches": "update job_batches set units_used = units_used + 1",
    "completed_jobs_are_complete": """
        alter table processing_jobs drop constraint completed_is_complete;
        update processing_jobs set total_items = total_items + 1 where status = 'completed'""",
    "ended_jobs_hold_nothing": """
        alter table job_batches drop constraint two_batches_never_share_a_channel;
        update job_batches set state = 'ready', finished_at = null
        where id = (select max(b.id) from job_batches b join processing_jobs j on j.id = b.job_id
                    where b.state = 'cancelled' and j.status = 'cancelled')""",
    "running_batches_have_a_lease": """
        alter table job_batches drop constraint leased_while_running;
        update job_batches set lease_until = null where state = 'running'""",
    "spans_do_not_overlap": """
        alter table job_batches drop constraint two_batches_never_share_a_channel;
        insert into job_batches (job_id, ordinal, lane, span, spec, total_items)
        select job_id, 99, lane, span, spec, total_items from job_batches where state = 'running'""",
    "items_explain_outcomes": "delete from job_items where outcome = 'not_found'",
    "events_tell_the_whole_story": "delete from job_events where to_status = 'running'",
    "resting_jobs_say_why": "update processing_jobs set resume_at = null where status = 'waiting_for_quota'",
    "ledger_is_within_its_limit": """
        alter table quota_days drop constraint never_beyond_the_limit;
        update quota_days set quota_limit = used - 1""",
    "jobs_spend_what_was_reserved": "update quota_days set used = 0, reserved = 0",
    "jobs_stay_within_their_budget": """
        alter table job_shares drop constraint never_beyond_the_budget;
        update job_shares set max_units = 1, used = 2""",
    "one_project_has_one_ledger": "update api_projects set project_number = '7'",
    "channel_ids_match_keys": """
        alter table channels alter column channel_id drop expression;
        update channels set channel_id = 'UCaaaaaaaaaaaaaaaaaaaaaA'""",
    "fetched_channels_have_times": "update channels set expires_at = fetched_at + interval '31 days'",
    "changes_lead_to_channels": """
        insert into channel_changes (channel, changed_at, field, old, new)
        select id, now(), 'title', 'once', 'never became' from channels where metadata_fetched limit 1""",
    "absence_was_seen_twice": """
        update channels set availability = 'not_found', missing_since = now() - interval '47 hours',
                            availability_since = now() where metadata_fetched""",
    "entries_were_seen_before_they_went": f"{_MEMBERSHIP} update playlist_items set gone_at = now()",  # noqa: S608 - ours
    "lists_hold_what_was_read": f"{_MEMBERSHIP} update playlists set items_fetched_at = now() + interval '4 days'",  # noqa: S608 - ours
    "snapshots_match_channels": "update channels set view_count = view_count + 1",
    "video_ids_match_keys": """
        alter table videos alter column video_id drop expression;
        update videos set video_id = 'aaaaaaaaaaA'""",
    "video_snapshots_match_videos": "update videos set view_count = coalesce(view_count, 0) + 1",
    "fetched_videos_have_times": "update videos set expires_at = fetched_at + interval '31 days'",
    "fetched_channels_are_not_read": """
        insert into upload_listings select id, now(), 1, 0, true, null, '{}' from channels where videos_fetched""",
    "asked_hubs_have_a_limit": """
        insert into push_subscriptions (channel, secret, state, created_at, quiet_since, asked_at, next_ask_at)
        values (gen_random_uuid(), '', 'pending', now(), now(), now(), now())""",
    "discovered_channels_match_edges": f"{_EDGE} update discovered_channels set sources = 2",  # noqa: S608 - ours
    "edges_count_their_evidence": f"{_EDGE} update channel_discoveries set evidence_count = 2",  # noqa: S608 - ours
    "handles_count_their_sources": "insert into mentioned_handles values ('@nobody', 1, null)",
    "claims_of_discovery_have_a_job": "insert into discovery_expansions select gen_random_uuid(), 'x'",
}


@pytest.fixture
def mixed(make_wiring: MakeWiring, emulator: Control) -> Wiring:
    """A database in which jobs have come to every state there is."""
    wiring = make_wiring(batch_attempts=1)
    add_key(wiring, 1)
    add_key(wiring, 2)
    ids = emulator.channel_ids(count=60)
    work_off(wiring, wiring.imports.ask_for_rows([(ids[0], "a title"), (ids[0], None), ("not an id", None)], "me"))
    missing = [next(Universe().missing_ids(emulator.clock().now))]
    doomed = running_job(wiring, [*ids[1:30], *missing], batch_size=10)
    expire(wiring, claim(wiring, doomed))
    work_off(wiring, doomed)
    work_off(wiring, wiring.youtube.ask_for_videos(total_limit=5))

    fill_catalog(wiring, ids[30:])
    paused = ask_for_metadata(wiring)
    wiring.jobs.stop(paused.id, "pause")
    advance(wiring, paused)
    cancelled = advance(wiring, ask_for_metadata(wiring, batch_size=10, total_limit=10))
    wiring.jobs.stop(cancelled.id, "cancel")
    advance(wiring, cancelled)
    wiring.machine.fail(advance(wiring, ask_for_metadata(wiring, batch_size=3)).id, "a bug")
    waiting, running = (advance(wiring, ask_for_metadata(wiring, batch_size=5, total_limit=5)) for _ in range(2))
    now = wiring.clock.now()
    wiring.machine.end(claim(wiring, waiting), outcomes.WaitForQuota("none left", now, now), unsettled_units=0)
    change(wiring, "update job_batches set not_before = now() + interval '1 hour' where waits_for_quota")
    advance(wiring, waiting)
    claim(wiring, running)
    return wiring


def test_invariants(mixed: Wiring, subtests: pytest.Subtests) -> None:
    states = {str(state) for (state,) in sql(mixed, "select distinct status from processing_jobs")}
    assert states == set(Status) - {Status.PENDING}
    assert set(BREAKERS) == set(CHECKS)
    assert broken(mixed) == []
    for name, breaker in BREAKERS.items():
        with subtests.test(name), mixed.db.begin() as tx:
            assert found_after(tx, name, breaker) > 0
    assert broken(mixed) == []


def found_after(tx: Connection, name: str, breaker: str) -> int:
    savepoint = tx.begin_nested()
    for statement in breaker.split(";"):
        tx.exec_driver_sql(statement)
    found = rows_against(tx, name)
    savepoint.rollback()
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_each_says_in_its_first_line_why(name: str) -> None:
    assert CHECKS[name].startswith("-- ")
