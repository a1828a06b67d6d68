"""From channels that are known to others: what a job writes, and what it costs at the emulator."""

from datetime import timedelta
from math import ceil
from random import Random

import pytest
from flask.testing import FlaskClient

from app.clock import FixedClock
from app.discoveries import cutting
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.discoveries.conftest import ask, discover, know
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.playlists.conftest import calls
from workers.keeper import keep


def test_featured_channels_from_the_request_to_the_rows(wiring: Wiring, emulator: Control) -> None:
    seeds = emulator.channel_ids(count=60)
    know(wiring, seeds)
    paid = calls(emulator)["channels.list"]
    [(known,)] = sql(wiring, "select count(*) from channels where metadata_fetched")

    job = discover(wiring, methods=["featured_channels"])

    assert (job.status, job.processed_items) == (Status.COMPLETED, job.total_items)
    assert job.why is not None
    assert job.why.startswith("no channel is left")
    assert calls(emulator)["channelSections.list"] == known
    [(found,)] = sql(wiring, "select count(*) from discovered_channels where found_by = 'featured_channels'")
    [(added,)] = sql(wiring, "select count(*) from channels where source = 'discovery:featured_channels'")
    [(absent,)] = sql(wiring, "select count(*) from discovered_channels where absent_at is not null")
    [(asked,)] = sql(wiring, "select count(*) from discovered_channels where found_by is not null and depth > 0")
    assert int(str(found)) > int(str(added)) > 20
    assert int(str(absent)) > 0
    assert asked == int(str(added)) + int(str(absent))
    assert calls(emulator)["channels.list"] - paid == ceil(int(str(asked)) / 50)
    assert job.units_used == int(str(known)) + ceil(int(str(asked)) / 50)
    assert sql(
        wiring,
        "select count(*) from channels c where c.source like 'discovery:%' and not (c.metadata_fetched"
        " and exists (select from channel_discoveries e where e.discovered_channel_id = c.id"
        "             and e.source_channel_id = c.discovered_from))",
    ) == [(0,)]
    assert broken(wiring) == []


_EDGES = """
    select source_channel_id, discovered_channel_id, discovery_method, evidence_count, evidence, confidence_score
    from channel_discoveries order by 1, 2, 3"""


_WAITING = "select count(*) from discovered_channels where confirmed_at is null and absent_at is null"


def test_twice_the_same_run_counts_nothing_twice(wiring: Wiring, clock: FixedClock, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=30))
    methods = ["featured_channels", "playlist_owners"]
    first = discover(wiring, methods=methods)
    edges, paid = sql(wiring, _EDGES), calls(emulator)
    assert len(edges) > 50
    assert max(int(str(edge[3])) for edge in edges) > 1

    again = discover(wiring, methods=methods)
    assert (again.status, again.total_items) == (Status.COMPLETED, 0)
    assert calls(emulator) == paid

    clock.advance(timedelta(days=29))
    emulator.set_clock(clock.now() - timedelta(days=29))  # YouTube says what it said
    third = discover(wiring, methods=methods)
    assert third.fetched > 0
    assert third.total_items <= first.total_items
    seen_again = sql(wiring, _EDGES)
    assert [edge[:-1] for edge in seen_again] == [edge[:-1] for edge in edges]
    # What hardly changes is not written at the end of a job, but when an edge is seen again.
    assert [float(str(edge[-1])) for edge in seen_again] == pytest.approx([float(str(e[-1])) for e in edges], abs=0.006)
    assert broken(wiring) == []


def test_a_thousand_seeds_without_a_call_but_full_confirmations(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=1_000))
    paid = calls(emulator)

    job = discover(wiring, methods=["description_links", "mentions", "shared_terms"], batch_size=250)

    assert job.status is Status.COMPLETED
    spent = calls(emulator) - paid
    [(asked,)] = sql(wiring, "select count(*) from discovered_channels where depth > 0")
    assert int(str(asked)) > 20
    assert spent == {"channels.list": ceil(int(str(asked)) / 50)}
    assert job.units_used == spent["channels.list"]
    assert broken(wiring) == []


def test_handles_are_asked_for_when_enough_channels_name_them(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=300))
    discover(wiring, methods=["mentions"], batch_size=100)
    waiting = sql(wiring, "select handle from mentioned_handles where sources >= 2")
    alone = sql(wiring, "select count(*) from mentioned_handles where sources = 1")
    known = sql(
        wiring,
        "select count(*) from mentioned_handles m join channels c on c.handle = m.handle where m.sources >= 2",
    )
    assert len(waiting) > 5
    paid = calls(emulator)

    job = discover(wiring, methods=["handles"])

    assert job.status is Status.COMPLETED
    spent = (calls(emulator) - paid)["channels.list"]
    assert len(waiting) - int(str(known[0][0])) <= spent <= len(waiting) - int(str(known[0][0])) + 3
    assert sql(wiring, "select count(*) from mentioned_handles where sources = 1") == alone
    assert sql(wiring, "select count(*) from mentioned_handles where sources >= 2") == [(0,)]
    assert sql(wiring, "select count(*) > 5 from channel_discoveries where discovery_method = 'mentions'") == [(True,)]
    assert broken(wiring) == []


def test_the_search_bucket_ends_and_the_job_does_not_wait_for_it(
    make_wiring: MakeWiring, clock: FixedClock, emulator: Control
) -> None:
    wiring = make_wiring(clock, youtube_quota={"default": 10_000, "search": 4})
    add_key(wiring, 1)
    know(wiring, emulator.channel_ids(count=40))

    job = discover(wiring, methods=["keyword_search", "featured_channels"])

    assert job.status is Status.COMPLETED
    assert job.why is not None
    assert "'search' quota is spent until" in job.why
    assert calls(emulator)["search.list"] == 4
    assert job.skipped > 0
    assert sql(wiring, "select count(*) from discovery_expansions where expanded_at is null") == [(0,)]
    assert broken(wiring) == []


def test_a_job_ends_at_its_limit_and_says_so(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=40))
    job = discover(wiring, methods=["featured_channels"], total_limit=10, batch_size=4)
    assert (job.status, job.why) == (Status.COMPLETED, "total_limit is reached: 10 expansions")
    assert calls(emulator)["channelSections.list"] == 10


def test_a_job_stays_within_its_budget_and_confirms_what_it_found(
    wiring: Wiring, emulator: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each job draws by its own id, and one in sixty meets channels that name more than a budget of 30 can foresee.
    monkeypatch.setattr(cutting, "Random", lambda seed: Random(seed.partition(":")[2]))  # noqa: S311 - a die
    know(wiring, emulator.channel_ids(count=60))
    job = discover(wiring, methods=["featured_channels", "comment_authors"], max_units=30, batch_size=3)
    assert job.status is Status.COMPLETED
    assert job.why == "the budget of 30 units is spent, or needed to confirm what was found"
    assert 15 < job.units_used <= 30
    assert sql(wiring, "select count(*) from discovered_channels where confirmed_at is null and absent_at is null") == [
        (0,)
    ]


def test_what_a_budget_does_not_reach_for_is_left_to_the_next_job(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=60))
    job = ask(wiring, methods=["comment_authors"], max_units=80, batch_size=40)
    keep(wiring)
    change(wiring, "update job_shares set max_units = 41")  # as if they named more than was expected
    job = work_off(wiring, job)
    assert (job.status, job.units_used) == (Status.COMPLETED, 41)
    [(waiting,)] = sql(wiring, _WAITING)
    assert int(str(waiting)) > 0
    assert str(job.why).startswith("the budget of 41 units is spent")
    assert str(job.why).endswith(f"; {waiting} found channels left for another job to confirm")
    assert sql(wiring, "select count(*) from discovered_channels where job_id is not null") == [(0,)]
    assert sql(wiring, "select count(*) from discovery_expansions where expanded_at is null") == [(0,)]

    discover(wiring, methods=["description_links"], batch_size=100)
    assert sql(wiring, _WAITING) == [(0,)]
    assert broken(wiring) == []


def test_a_budget_that_ends_under_way_completes_the_job(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=40))
    job = ask(wiring, methods=["playlist_owners"], max_units=20, batch_size=6)
    keep(wiring)
    change(wiring, "update job_shares set max_units = 5")  # as if each channel had come dearer than any before
    job = work_off(wiring, job)
    assert (job.status, job.units_used) == (Status.COMPLETED, 5)
    assert str(job.why).startswith("the budget of 5 units is spent")
    assert job.skipped > 0
    assert "the budget of 5 units is spent" in str(wiring.jobs.errors(job.id))
    assert sql(wiring, "select count(*) from discovery_expansions where expanded_at is null") == [(0,)]

    [(answers,)] = sql(wiring, "select count(*) from discovery_answers")
    paid = calls(emulator)
    assert discover(wiring, methods=["playlist_owners"]).status is Status.COMPLETED
    assert int(str(answers)) + sum((calls(emulator) - paid).values()) > 60
    assert sql(wiring, "select count(*) from discovery_answers") == [(0,)]
    assert sql(wiring, _WAITING) == [(0,)]
    assert broken(wiring) == []


def test_one_method_stays_within_a_budget_of_its_own(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=40))
    budget = {"comment_authors": 6}
    job = discover(wiring, methods=["featured_channels", "comment_authors"], method_units=budget, batch_size=3)
    assert str(job.why).endswith("; the units of comment_authors are spent")
    assert 4 <= calls(emulator)["commentThreads.list"] <= 8
    assert calls(emulator)["channelSections.list"] > 30


def test_each_depth_stays_within_a_budget_of_its_own(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=20))
    methods, budget = ["featured_channels", "description_links"], {"0": 12, "1": 5}
    job = discover(wiring, methods=methods, depth=3, depth_units=budget, min_yield=0, batch_size=4)
    assert job.status is Status.COMPLETED
    assert "the units of depth 0 are spent; the units of depth 1 are spent" in str(job.why)
    by_depth = """
        select e.method, coalesce(d.depth, 0), count(*) from discovery_expansions e
        left join discovered_channels d on d.id = e.channel where depth is distinct from 2 group by 1, 2"""
    spent = {row[:2]: int(str(row[2])) for row in sql(wiring, by_depth)}
    assert spent["featured_channels", 0] == 12
    assert spent["featured_channels", 1] == 5
    assert spent["description_links", 0] >= 15
    assert spent["description_links", 1] > 5
    assert set(sql(wiring, "select depth, units from discovery_depths where depth < 2")) == {(0, 12), (1, 5)}
    assert broken(wiring) == []


def test_what_brings_too_little_is_not_gone_on_with(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=200))
    job = discover(wiring, methods=["public_subscriptions"], min_yield=40, batch_size=5)
    assert job.status is Status.COMPLETED
    assert job.why is not None
    assert job.why.startswith("the best that is left (public_subscriptions) is expected to bring")
    assert calls(emulator)["subscriptions.list"] < 100


def test_who_is_not_sure_enough_waits_with_the_evidence(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=30))
    job = discover(wiring, methods=["featured_channels"], min_confidence=0.9)
    assert job.status is Status.COMPLETED
    alone = "select count(*) from discovered_channels where confirmed_at is null and absent_at is null and best < 0.9"
    [(waiting,)] = sql(wiring, alone)
    assert int(str(waiting)) > 10
    assert str(job.why).endswith(f"; {waiting} found channels below min_confidence 0.9, kept as evidence")

    discover(wiring, methods=["featured_channels"])
    assert sql(wiring, alone) == [(0,)]
    assert broken(wiring) == []


def test_depth_leads_on_from_what_was_found(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=12))
    discover(wiring, methods=["featured_channels"])
    [(near,)] = sql(wiring, "select count(*) from channels")
    job = discover(wiring, methods=["featured_channels"], depth=3, min_yield=0, batch_size=2)
    assert job.status is Status.COMPLETED
    assert sql(wiring, "select max(depth) from discovered_channels") == [(3,)]
    assert sql(wiring, "select count(*) from channels") > [(near,)]
    assert sql(
        wiring,
        "select count(*) from channels c where metadata_fetched and availability <> 'not_found' and coalesce("
        "(select depth from discovered_channels d where d.id = c.id), 0) < 3"
        " and not exists (select from discovery_expansions e where e.channel = c.id)",
    ) == [(0,)]
    assert broken(wiring) == []


def test_who_is_confirmed_behind_an_arm_that_walks_is_expanded_as_well(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=12))
    change(wiring, "update channels set subscriber_count = 5000")
    change(wiring, _HIDE_THE_FIRST)
    job = ask(wiring, methods=["mentions"], depth=2, min_yield=0, batch_size=1)
    keep(wiring)  # the first batches are cut: whoever comes first now lies behind them
    assert sql(wiring, "select count(*) from discovery_expansions") == [(2,)]
    change(wiring, _CONFIRM_THE_FIRST.format(job.id))
    work_off(wiring, job)
    assert sql(wiring, _LEFT_OUT) == [(0,)]


_HIDE_THE_FIRST = """
    update channels set availability = 'not_found', discovered_from = id
    where id = (select id from channels where metadata_fetched order by id limit 1)"""
_CONFIRM_THE_FIRST = """
    with first as (update channels set availability = 'available' where discovered_from is not null returning id),
         found as (insert into discovered_channels (id, depth, found_by, found_at, confirmed_at)
                   select id, 1, 'mentions', now(), now() from first)
    insert into discovery_yields (job_id, method, stratum, confirmed, updated_at)
    values ('{}', 'mentions', 4, 1, now())"""
_LEFT_OUT = """
    select count(*) from channels c where metadata_fetched and availability <> 'not_found'
    and not exists (select from discovery_expansions e where e.channel = c.id and e.expanded_at is not null)"""


def test_a_method_that_does_not_exist(api: FlaskClient) -> None:
    answer = api.post("/api/batch-discovery", json={"methods": ["guessing"]})
    assert answer.status_code == 422
    assert "'guessing' is no discovery method" in answer.text
    assert "featured_channels" in answer.text


def test_charts_name_channels_without_one_to_begin_from(wiring: Wiring, emulator: Control) -> None:
    job = discover(wiring, methods=["trending_charts"], total_limit=6, batch_size=3)
    assert job.status is Status.COMPLETED
    assert 6 <= calls(emulator)["videos.list"] <= 24
    edges = sql(
        wiring,
        "select source_channel_id, service_name, c.source, c.metadata_fetched from channel_discoveries e"
        " join channels c on c.id = e.discovered_channel_id",
    )
    assert len(edges) > 20
    assert {edge[0] for edge in edges} == {None}
    assert {str(edge[1]) for edge in edges} <= {"US", "IN", "BR", "ID", "JP", "MX"}
    assert {edge[2:] for edge in edges} == {("discovery:trending_charts", True)}

    again = discover(wiring, methods=["trending_charts"], total_limit=6)
    assert again.status is Status.COMPLETED
    assert {row[0] for row in sql(wiring, "select count(*) from discovery_expansions")} == {12}
    assert broken(wiring) == []
