"""The ledger: units are reserved before a call leaves, and what it says is never too little."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.errors import BadInputError
from app.jobs.states import Status
from app.keys.model import Block, NoQuotaError, PurseClosedError
from app.wiring import Wiring
from app.youtube.methods.channels import channels_request
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog

LIMIT = {"default": 10, "search": 2}


@pytest.fixture
def wiring(make_wiring: MakeWiring) -> Wiring:
    """Two keys of two projects, ten units a day each."""
    wiring = make_wiring(youtube_quota=LIMIT)
    add_key(wiring, 1)
    add_key(wiring, 2)
    return wiring


def ledger(wiring: Wiring) -> list[tuple[str, int, int]]:
    """Project, reserved, used."""
    return [(usage.project, usage.reserved, usage.used) for usage in wiring.keys.usage()]


def test_a_unit_is_reserved_before_the_call_and_used_after_it(wiring: Wiring, emulator: Control) -> None:
    with wiring.calls.purse("channels.list", 3) as purse:
        assert ledger(wiring) == []
        ticket = purse.pay()
        assert ledger(wiring) == [("project-1", 3, 0), ("project-2", 0, 0)]
        request = channels_request(emulator.channel_ids(count=1))
        wiring.wire.get(request.method, request.params, ticket.secret)
        assert ledger(wiring) == [("project-1", 3, 0), ("project-2", 0, 0)]
    assert ledger(wiring) == [("project-1", 0, 1), ("project-2", 0, 0)]
    assert emulator.counters().used() == 1


def test_a_purse_takes_a_block_at_a_time(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(quota_block=3)
    add_key(wiring, 1)
    seen = []
    with wiring.calls.purse("channels.list", 7) as purse:
        for _ in range(8):  # the last is the repetition of a call that failed
            purse.pay()
            seen.append(ledger(wiring)[0][1:])
    assert seen == [(3, 0), (3, 0), (3, 0), (3, 3), (3, 3), (3, 3), (1, 6), (1, 7)]
    assert ledger(wiring) == [("project-1", 0, 8)]


def test_a_call_that_did_not_leave_is_not_paid(wiring: Wiring) -> None:
    with wiring.calls.purse("channels.list", 2) as purse:
        purse.pay()
        purse.refund(purse.pay())
        assert purse.spent == 1
    assert ledger(wiring)[0] == ("project-1", 0, 1)


def test_a_refund_that_comes_after_its_block_was_settled_is_not_lost(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(quota_block=1)
    add_key(wiring, 1)
    with wiring.calls.purse("channels.list", 3) as purse:
        tickets = [purse.pay(), purse.pay(), purse.pay()]
        purse.refund(tickets[0])
        purse.refund(tickets[2])
        assert purse.spent == 1
    [usage] = wiring.keys.usage()
    assert (usage.used, usage.reserved) == (1, 0)


def test_the_key_with_the_most_left_pays_then_the_one_that_rested_longest(wiring: Wiring) -> None:
    taken = [wiring.keys.take("default", units) for units in (4, 1, 3, 2)]
    assert [block.project_id for block in taken] == [1, 2, 2, 1]  # 10 10, 6 10, 6 9, 6 6: the first rested longest


def test_what_is_left_is_granted_when_it_is_less(wiring: Wiring) -> None:
    assert [wiring.keys.take("default", units).units for units in (7, 7, 7, 7)] == [7, 7, 3, 3]
    with pytest.raises(NoQuotaError):
        wiring.keys.take("default", 1)


def test_what_is_given_back_can_be_taken_again(wiring: Wiring) -> None:
    blocks = [wiring.keys.take("default", 10) for _ in range(2)]
    wiring.keys.give_back(blocks[0], spent=4)
    assert wiring.keys.take("default", 10).units == 6


def test_buckets_are_apart(wiring: Wiring) -> None:
    for bucket, units in (("default", 10), ("search", 2)):
        assert [wiring.keys.take(bucket, 10).units for _ in range(2)] == [units] * 2
        with pytest.raises(NoQuotaError, match=f"the '{bucket}' quota of every project is spent"):
            wiring.keys.take(bucket, 1)
    with pytest.raises(BadInputError, match="no limit is set"):
        wiring.keys.take("captions", 1)


def test_no_quota_says_when_it_comes_back(wiring: Wiring) -> None:
    for _ in range(2):
        wiring.keys.take("default", 10)
    with pytest.raises(NoQuotaError) as spent:
        wiring.keys.take("default", 1)
    assert spent.value.resume_at == wiring.keys.outlook("default").resets_at
    assert timedelta() < wiring.keys.outlook("default").resets_at - datetime.now(UTC) <= timedelta(hours=25)


def test_without_a_key_time_alone_mends_nothing(make_wiring: MakeWiring) -> None:
    with pytest.raises(NoQuotaError, match="set YOUTUBE_API_KEY_1") as none:
        make_wiring().keys.take("default", 1)
    assert none.value.resume_at is None


def test_threads_never_take_more_than_there_is(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(youtube_quota={"default": 120})
    for number in range(1, 4):
        add_key(wiring, number)
    with ThreadPoolExecutor(8) as pool:
        taken = [units for units in pool.map(lambda n: take(wiring, 1 + n % 5), range(400)) if units]
    assert sum(taken) == 360
    assert [reserved for _, reserved, _ in ledger(wiring)] == [120, 120, 120]


def take(wiring: Wiring, units: int) -> int:
    try:
        return wiring.keys.take("default", units).units
    except NoQuotaError:
        return 0


def test_a_process_that_dies_leaves_its_block_reserved(wiring: Wiring) -> None:
    purse = wiring.calls.purse("channels.list", 5)
    purse.pay()
    del purse
    assert ledger(wiring)[0] == ("project-1", 5, 0)


def test_ten_thousand_channels_with_three_small_projects(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(youtube_quota={"default": 50}, batch_window=200)
    for number in range(1, 4):
        emulator.bind_key(add_key(wiring, number), f"project-{number}")
    emulator.set_quota("default", 50)
    fill_catalog(wiring, emulator.channel_ids(count=10_000))

    job = work_off(wiring, ask_for_metadata(wiring, batch_size=300))

    assert job.status is Status.WAITING_FOR_QUOTA
    assert "it is renewed at midnight in Los Angeles" in str(job.why)
    assert job.resume_at == wiring.keys.outlook("default").resets_at
    assert (job.processed_items, job.units_used) == (7_500, 150)
    assert [emulator.counters().used(project=f"project-{number}") for number in (1, 2, 3)] == [50] * 3
    assert emulator.counters().count() == 150  # no call left that could only be refused
    assert ledger(wiring) == [(f"project-{number}", 0, 50) for number in (1, 2, 3)]
    assert sql(wiring, "select count(*) from channels where metadata_fetched") == [(7_500,)]
    assert broken(wiring) == []


def test_a_new_key_wakes_what_waits(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(youtube_quota={"default": 1})
    add_key(wiring, 1)
    fill_catalog(wiring, emulator.channel_ids(count=100))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.WAITING_FOR_QUOTA, 50)
    add_key(wiring, 2)
    job = work_off(wiring, job)
    assert (job.status, job.fetched, job.units_used) == (Status.COMPLETED, 100, 2)


def test_a_higher_limit_wakes_what_waits(make_wiring: MakeWiring, emulator: Control) -> None:
    poor, rich = make_wiring(youtube_quota={"default": 1}), make_wiring(youtube_quota={"default": 2})
    add_key(poor, 1)
    fill_catalog(poor, emulator.channel_ids(count=100))
    job = work_off(poor, ask_for_metadata(poor))
    assert (job.status, rich.keys.outlook("default").units_left) == (Status.WAITING_FOR_QUOTA, 1)
    assert work_off(rich, job).status is Status.COMPLETED
    assert poor.keys.outlook("default").units_left == 0


def test_slots_on_one_key_are_never_closer_than_the_delay(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(api_rate_limit_delay=10.0)
    add_key(wiring, 1)
    blocks = [wiring.keys.take("default", units) for units in (3, 1, 2)]
    assert [round(block.wait_seconds) for block in blocks] == [0, 30, 40]

    with wiring.calls.purse("channels.list", 2) as one, wiring.calls.purse("channels.list", 2) as other:
        slots = sorted(purse.pay().not_before for purse in (one, other, one, other))
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert gaps == pytest.approx([10.0] * 3, abs=0.5)


def test_another_key_does_not_wait(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(api_rate_limit_delay=10.0)
    add_key(wiring, 1)
    add_key(wiring, 2)
    assert [wiring.keys.take("default", 5).wait_seconds for _ in range(2)] == [0, 0]


def test_lateness_does_not_become_a_burst(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(api_rate_limit_delay=0.05)
    add_key(wiring, 1)
    with wiring.calls.purse("channels.list", 4) as purse:
        first = purse.pay().not_before
        wait_until(lambda: time.monotonic() > first + 0.2)  # a slow answer: the slots of the next three are over
        now = time.monotonic()
        late = [purse.pay().not_before for _ in range(3)]
    assert late[1] >= now + 0.05
    assert late[2] >= now + 0.10


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline


def test_a_purse_that_is_closed_takes_nothing_more(wiring: Wiring) -> None:
    """A thread that comes late would reserve a block that nobody gives back."""
    with wiring.calls.purse("channels.list", 2) as purse:
        ticket = purse.pay()
    with pytest.raises(PurseClosedError):
        purse.pay()
    purse.refund(ticket)
    assert {(usage.used, usage.reserved) for usage in wiring.keys.usage()} == {(0, 0)}
    assert purse.spent == 0


def test_a_block_shows_no_key(wiring: Wiring) -> None:
    block: Block = wiring.keys.take("default", 1)
    assert block.secret.startswith("AIza")
    with wiring.calls.purse("channels.list", 1) as purse:
        shown = f"{block} {purse.pay()} {wiring.keys.listed()}"
    assert "AIza" not in shown
    assert block.fingerprint in shown
