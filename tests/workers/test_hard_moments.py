"""Moments that are rare and would be expensive: found by thinking, each first shown by the test here."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from app.clock import FixedClock
from app.jobs import batch_store
from app.jobs.model import LostLeaseError, Slice
from app.jobs.outcomes import Halted
from app.jobs.states import Outcome, Status
from app.keys.purse import Purse
from app.wiring import Wiring
from app.youtube.calls import Answer, Calls
from app.youtube.methods.channels import channels_request
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import NOT_STOPPING, due, sql
from tests.jobs.steps import advance, change, claim, expire, running_job
from workers.batches import run_batch
from workers.keeper import keep
from workers.work import SharedFlag


def calls_made(emulator: Control) -> int:
    return sum(line.calls for line in emulator.counters().calls)


def test_a_consumer_that_leaves_stops_the_calls_that_were_not_sent(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(calls_in_flight=2, quota_block=50)
    add_key(wiring, 1)
    emulator.set_latency(20)
    requests = [channels_request([channel_id]) for channel_id in emulator.channel_ids(count=40)]
    with wiring.calls.purse("channels.list", len(requests)) as purse:
        answers = wiring.calls.run(purse, requests, threading.Event())
        first = next(answers)
        with pytest.raises(SoftTimeLimitExceeded):
            answers.throw(SoftTimeLimitExceeded())  # type: ignore[attr-defined]  # it is a generator
    assert len(first) <= calls_made(emulator) <= len(first) + 2 * 2
    [usage] = wiring.keys.usage()
    assert (usage.used, usage.reserved) == (calls_made(emulator), 0)


class Endless(Calls):
    """Calls that take longer than a batch may."""

    def run(self, purse: Purse, requests: object, halt: object) -> Iterator[list[Answer]]:  # noqa: ARG002
        yield from chain()
        raise SoftTimeLimitExceeded


def test_a_batch_that_never_gets_anywhere_is_given_up(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(batch_attempts=2)
    wiring.__dict__["calls"] = Endless(
        wiring.wire, wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics
    )
    job = running_job(wiring, emulator.channel_ids(count=1))
    for _ in range(3):
        change(wiring, "update job_batches set not_before = null where state = 'ready'")
        for batch_id in due(wiring):
            run_batch(wiring, batch_id, "worker", NOT_STOPPING)
        keep(wiring)
    [(_, remark)] = wiring.jobs.items(job.id, outcome="failed", after=0, limit=9)
    assert "took longer than a batch may" in remark.reason


def test_a_call_that_waited_beyond_midnight_is_paid_from_the_new_day(
    make_wiring: MakeWiring, emulator: Control
) -> None:
    clock = FixedClock(datetime(2026, 3, 1, 7, 59, 59, tzinfo=UTC))
    wiring = make_wiring(clock=clock, api_rate_limit_delay=0.05)
    add_key(wiring, 1)
    [channel_id] = emulator.channel_ids(count=1)
    with wiring.calls.purse("channels.list", 3) as purse:
        requests = [channels_request([channel_id])] * 3
        for _ in wiring.calls.run(purse, requests, threading.Event()):
            clock.advance(timedelta(seconds=2))  # after the first answer: the others still wait for their turn
    # The day that is over may count a unit too many: its block was settled before the call was held back. This one not.
    assert sql(wiring, "select used, reserved from quota_days where day = '2026-03-01'") == [(2, 0)]


def test_a_granted_wish_to_cancel_outlives_a_halt(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=1))
    batch = claim(wiring, job)
    wiring.jobs.stop(job.id, "cancel")
    wiring.machine.end(batch, Halted("suspended"))
    assert advance(wiring, job).status is Status.CANCELLED


def test_resuming_knocks_at_once_for_what_was_unheard(wiring: Wiring, emulator: Control) -> None:
    job = running_job(wiring, emulator.channel_ids(count=2), batch_size=1)
    wiring.jobs.stop(job.id, "pause")
    assert advance(wiring, job).status is Status.PAUSED
    wiring.jobs.resume(job.id)
    with wiring.db.begin() as tx:
        assert len(batch_store.take_unheard(tx, job.id, None)) == 2


def test_a_batch_that_nobody_can_read_fails_its_job_and_no_other(wiring: Wiring, emulator: Control) -> None:
    ids = emulator.channel_ids(count=2)
    broken = running_job(wiring, ids[:1])
    change(wiring, "update job_batches set spec = '{}', attempts = 9, lost = 9, why = 'lost'")
    sound = running_job(wiring, ids[1:])
    keep(wiring)
    assert wiring.jobs.read(broken.id).status is Status.FAILED
    assert "KeyError" in str(wiring.jobs.read(broken.id).error_message)
    assert wiring.jobs.read(sound.id).status is Status.RUNNING


def test_a_worker_that_is_writing_lives_however_long_it_takes(wiring: Wiring, emulator: Control) -> None:
    batch = claim(wiring, running_job(wiring, emulator.channel_ids(count=50)))
    expire(wiring, batch)

    def write_while_the_keeper_looks(_: object) -> Slice:
        keep(wiring)
        return _fetched(50)

    wiring.machine.commit(batch, [0], write_while_the_keeper_looks)
    assert sql(wiring, "select state, lost, lease_until > clock_timestamp() from job_batches") == [("running", 0, True)]


def _fetched(count: int) -> Slice:
    part = Slice(units=1)
    part.outcomes[Outcome.FETCHED] = count
    return part


def test_after_an_outage_those_who_live_go_first(wiring: Wiring, emulator: Control) -> None:
    batch = claim(wiring, running_job(wiring, emulator.channel_ids(count=50)))
    expire(wiring, batch)
    keep(wiring, leases_count=False)
    wiring.machine.commit(batch, [0], lambda _: _fetched(50))
    expire(wiring, batch)
    keep(wiring)
    with pytest.raises(LostLeaseError):
        wiring.machine.renew(batch)


def test_a_killed_child_holds_nothing_that_the_flag_needs() -> None:
    flag = SharedFlag()
    if (child := os.fork()) == 0:
        while not flag.is_set():
            pass
        os._exit(7)
    flag.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    if (child := os.fork()) == 0:
        while flag.is_set():
            pass
        os._exit(0)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert flag.is_set()
