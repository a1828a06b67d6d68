"""What Google refuses, and what the ledger, the keys and the job make of it."""

import pytest

from app.jobs.states import Status
from app.wiring import Wiring
from emulator.accounts import fingerprint
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog, moves


@pytest.fixture
def wiring(make_wiring: MakeWiring, emulator: Control) -> Wiring:
    """No key yet; two hundred channels, so four calls."""
    wiring = make_wiring(calls_in_flight=1, quota_block=2)
    fill_catalog(wiring, emulator.channel_ids(count=200))
    return wiring


def calls_with(emulator: Control, key: str) -> int:
    return emulator.counters().count(key=fingerprint(key))


def test_a_bucket_that_google_says_is_empty_is_left_alone_for_the_day(wiring: Wiring, emulator: Control) -> None:
    """Somebody else spends the same project's units: the ledger has plenty left."""
    poor, rich = add_key(wiring, 1), add_key(wiring, 2)
    emulator.bind_key(poor, "poor")
    emulator.set_quota("default", 1, project="poor")
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.COMPLETED, 200)
    assert calls_with(emulator, poor) == 2  # one was answered, one refused
    assert calls_with(emulator, rich) == 3
    assert [usage.left > 0 for usage in wiring.keys.usage()] == [False, True]
    assert wiring.keys.outlook("default").units_left == wiring.keys.usage()[1].left
    assert broken(wiring) == []


@pytest.mark.parametrize("kind", [FaultKind.QUOTA_EXCEEDED, FaultKind.DAILY_LIMIT_EXCEEDED, FaultKind.BUCKET_EXHAUSTED])
def test_all_ways_to_say_that_the_day_is_used_up(wiring: Wiring, emulator: Control, kind: FaultKind) -> None:
    add_key(wiring, 1)
    emulator.add_fault(Fault(kind=kind, next=1))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.WAITING_FOR_QUOTA, 0)
    assert work_off(wiring, job).status is Status.WAITING_FOR_QUOTA
    assert emulator.counters().count() == 1


BROKEN = {
    "dead": "API_KEY_INVALID",
    "expired": "API_KEY_INVALID",
    "service_blocked": "API_KEY_SERVICE_BLOCKED",
    "referrer_blocked": "API_KEY_HTTP_REFERRER_BLOCKED",
    "ip_blocked": "API_KEY_IP_ADDRESS_BLOCKED",
}


def test_a_broken_key_is_switched_off_and_another_goes_on(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(calls_in_flight=1, quota_block=1)
    fill_catalog(wiring, emulator.channel_ids(count=50 * (len(BROKEN) + 1)))
    keys = [add_key(wiring, number) for number in range(len(BROKEN) + 1)]
    for key, state in zip(keys, BROKEN, strict=False):
        emulator.set_key_state(key, state)
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.COMPLETED, 300)
    assert [calls_with(emulator, key) for key in keys] == [1] * len(BROKEN) + [6]
    *refused, good = wiring.keys.listed()
    assert [str(key.disabled_reason).partition(":")[0] for key in refused] == list(BROKEN.values())
    assert not any(key.is_active for key in refused)
    assert good.is_active
    assert broken(wiring) == []


def test_with_no_key_left_the_job_waits_and_says_why(wiring: Wiring, emulator: Control) -> None:
    emulator.set_key_state(add_key(wiring, 1), "dead")
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status is Status.WAITING_FOR_QUOTA
    assert str(job.why).startswith("no API key can be used: set YOUTUBE_API_KEY_1")
    assert emulator.counters().count() == 1


def test_a_service_that_is_not_enabled_parks_the_whole_project(wiring: Wiring, emulator: Control) -> None:
    keys = [add_key(wiring, number, "one project") for number in (1, 2)]
    for key in keys:
        emulator.bind_key(key, "123456789012")
    emulator.set_key_state(keys[0], "service_disabled")
    emulator.set_key_state(keys[1], "service_disabled")
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status is Status.WAITING_FOR_QUOTA
    assert emulator.counters().count() == 1
    assert [key.is_active for key in wiring.keys.listed()] == [False, False]
    assert "Enable it by visiting" in str(wiring.keys.listed()[1].disabled_reason)


def test_a_suspended_project_pauses_the_job_and_nothing_takes_over(wiring: Wiring, emulator: Control) -> None:
    key, other = add_key(wiring, 1), add_key(wiring, 2)
    emulator.set_key_state(key, "suspended")
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status is Status.PAUSED
    assert "Google suspended a project" in str(job.why)
    assert "resume the job when the suspension is settled" in str(job.why)
    assert key not in str(job.why)
    assert (calls_with(emulator, key), calls_with(emulator, other)) == (1, 0)
    assert moves(wiring, job.id)[-1] == ("running", "paused")
    assert wiring.keys.listed()[0].suspended_why == "CONSUMER_SUSPENDED"
    assert sql(wiring, "select distinct attempts from job_batches") == [(0,)]

    # A person decides that the work may go on with what is left.
    wiring.jobs.resume(job.id)
    job = work_off(wiring, job)
    assert (job.status, job.fetched) == (Status.COMPLETED, 200)
    assert calls_with(emulator, key) == 1
    assert broken(wiring) == []


def test_a_throttle_is_waited_out_with_the_same_key(wiring: Wiring, emulator: Control) -> None:
    key = add_key(wiring, 1)
    emulator.add_fault(Fault(kind=FaultKind.THROTTLED, next=2))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.COMPLETED, 200)
    assert calls_with(emulator, key) == 4 + 2
    [listed] = wiring.keys.listed()
    assert (listed.is_active, listed.error_count) == (True, 2)
