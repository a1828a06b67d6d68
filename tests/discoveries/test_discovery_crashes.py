"""Whatever ends a worker or its quota: the rows are those of a run without trouble, and no answer is paid twice."""

import threading
from typing import Any

import pytest

from app.clock import FixedClock
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.discoveries.conftest import ask, discover, know
from tests.hands import due, sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import change
from tests.mortal import dies
from tests.playlists.conftest import calls
from workers.batches import run_batch
from workers.keeper import keep

_ROWS = """
    select e.source_channel_id, e.discovered_channel_id, e.service_name, e.evidence_count, e.evidence, d.sources,
           d.depth, d.confirmed_at is not null, c.title
    from channel_discoveries e join discovered_channels d on d.id = e.discovered_channel_id
    left join channels c on c.id = e.discovered_channel_id order by 1, 2, 3"""
_YIELDS = """
    select method, sum(expansions), sum(units), sum(found), sum(new), sum(confirmed)
    from discovery_yields group by method"""
CHANNELS = {"methods": ["playlist_owners"], "batch_size": 6}
CHARTS = {"methods": ["trending_charts"], "total_limit": 4, "batch_size": 2}
LISTS = {"methods": ["outside_list"], "lists": {"museums": "museums.txt"}}
every_kind = pytest.mark.parametrize("body", [CHANNELS, CHARTS, LISTS], ids=["channels", "charts", "lists"])


@pytest.fixture
def body() -> dict[str, Any]:
    """What is asked for, unless a test says otherwise."""
    return CHANNELS


@pytest.fixture
def undisturbed(make_wiring: MakeWiring, clock: FixedClock, emulator: Control, body: dict[str, Any]) -> Wiring:
    """A run without trouble; its rows are remembered, and then forgotten."""
    wiring = make_wiring(clock, calls_in_flight=1, batch_attempts=1_000, quota_block=1)
    add_key(wiring, 1)
    know(wiring, emulator.channel_ids(count=12))
    long_lines = "\n".join(f"{one} {'.' * 5_000}" for one in emulator.channel_ids(count=130))
    (wiring.settings.import_root / "museums.txt").write_text(long_lines, encoding="utf-8")
    emulator.reset()
    emulator.set_clock(clock.now())
    assert discover(wiring, **body).status is Status.COMPLETED
    assert emulator.counters().count() >= 3
    assert body is not CHANNELS or calls(emulator)["playlistItems.list"] > 12
    return wiring


def forget(wiring: Wiring, emulator: Control, clock: FixedClock) -> None:
    """As if nothing had been asked."""
    change(wiring, "delete from channels where source like 'discovery:%'")
    change(
        wiring,
        "truncate channel_discoveries, discovered_channels, discovery_expansions, discovery_yields, discovery_answers,"
        " discovery_depths, processing_jobs, quota_days cascade",
    )
    emulator.reset()
    emulator.set_clock(clock.now())


@every_kind
def test_a_worker_that_is_killed_at_every_commit(
    undisturbed: Wiring, clock: FixedClock, emulator: Control, body: dict[str, Any]
) -> None:
    wanted, yields, paid = sql(undisturbed, _ROWS), sql(undisturbed, _YIELDS), calls(emulator)
    assert len(wanted) > 20
    forget(undisturbed, emulator, clock)
    job = ask(undisturbed, **body)
    deaths = 0
    while dies(undisturbed):
        deaths += 1
    job = undisturbed.jobs.read(job.id)
    assert (job.status, job.processed_items) == (Status.COMPLETED, job.total_items)
    assert deaths > (10 if body is CHANNELS else 5 if body is CHARTS else 1)
    assert sql(undisturbed, _ROWS) == wanted
    assert sql(undisturbed, _YIELDS) == yields
    assert sql(undisturbed, "select count(*) from discovery_answers") == [(0,)]
    # What came and was not written when the worker was killed: one answer, and the one that was under way.
    assert sum(calls(emulator).values()) <= sum(paid.values()) + 2 * deaths
    assert broken(undisturbed) == []


@every_kind
def test_quota_that_ends_again_and_again_pays_each_call_once(
    undisturbed: Wiring, make_wiring: MakeWiring, clock: FixedClock, emulator: Control, body: dict[str, Any]
) -> None:
    wanted, yields, paid = sql(undisturbed, _ROWS), sql(undisturbed, _YIELDS), sum(calls(emulator).values())
    forget(undisturbed, emulator, clock)
    change(undisturbed, "truncate api_keys, api_projects cascade")
    wiring = make_wiring(clock, calls_in_flight=1, youtube_quota={"default": 2})
    job = ask(wiring, **body)
    for number in range(1, paid):
        add_key(wiring, number)
        job = work_off(wiring, job)
        if job.status is Status.COMPLETED:
            break
        assert job.status is Status.WAITING_FOR_QUOTA
    assert number == -(-paid // 2)
    assert job.units_used == paid == emulator.counters().count()
    assert sql(wiring, _ROWS) == wanted
    assert sql(wiring, _YIELDS) == yields
    assert broken(wiring) == []


def test_what_a_cancelled_job_held_is_free_and_a_retry_takes_it_up(
    undisturbed: Wiring, clock: FixedClock, emulator: Control
) -> None:
    wanted = sql(undisturbed, _ROWS)
    forget(undisturbed, emulator, clock)
    job = ask(undisturbed, **CHANNELS)
    keep(undisturbed)
    run_batch(undisturbed, due(undisturbed)[0], "worker", threading.Event())
    undisturbed.jobs.stop(job.id, "cancel")
    keep(undisturbed)
    assert undisturbed.jobs.read(job.id).status is Status.CANCELLED
    retry = work_off(undisturbed, undisturbed.jobs.retry(job.id))
    assert (retry.status, retry.skipped) == (Status.COMPLETED, 0)
    assert sql(undisturbed, _ROWS) == wanted
    assert broken(undisturbed) == []


def test_two_jobs_expand_no_channel_twice(undisturbed: Wiring, clock: FixedClock, emulator: Control) -> None:
    wanted, paid = sql(undisturbed, _ROWS), calls(emulator)
    forget(undisturbed, emulator, clock)
    first, second = (ask(undisturbed, **CHANNELS | {"batch_size": 3}) for _ in range(2))
    keep(undisturbed)
    ended = [work_off(undisturbed, job) for job in (first, second)]
    assert [job.status for job in ended] == [Status.COMPLETED] * 2
    assert calls(emulator)["playlistItems.list"] == paid["playlistItems.list"]
    assert sql(undisturbed, _ROWS) == wanted
    assert broken(undisturbed) == []
