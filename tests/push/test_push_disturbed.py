"""Fetching what was announced, disturbed: nothing is lost, and nothing is paid twice that was written."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from app.jobs.machine import Machine, Writer
from app.jobs.model import Batch
from app.jobs.states import Status
from app.videos.model import FoundVideo
from app.videos.service import Videos
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.jobs.invariants import broken
from tests.mortal import Mortal, dies
from tests.push.announced import Uploads, asked, calls, jobs, outcomes, stored, tell, tell_all, waiting
from tests.push.conftest import Pushed

MINUTE = timedelta(minutes=1)


class Early(Mortal):
    lives = 1


class Late(Early):
    is_late = True


def remade(pushed: Pushed, make_wiring: MakeWiring, **changes: object) -> Pushed:
    """The same system with other settings."""
    told = pushed.wiring.settings
    urls = {"push_callback_url": told.push_callback_url, "push_hub_url": told.push_hub_url}
    return Pushed(make_wiring(pushed.clock, **urls, **changes), pushed.hub, pushed.clock, pushed.channels)


@pytest.mark.parametrize("how", [Early, Late])
def test_a_worker_that_is_killed_at_every_commit(
    pushed: Pushed, make_wiring: MakeWiring, uploads: Uploads, emulator: Control, how: type[Mortal]
) -> None:
    slow = remade(pushed, make_wiring, calls_in_flight=1, batch_attempts=1_000)
    told = tell_all(pushed, uploads, 40)
    pushed.clock.advance(30 * MINUTE)
    deaths = []
    while dies(slow.wiring, how):
        deaths.append((stored(pushed), len(asked(emulator))))
        assert waiting(pushed) == len(told - stored(pushed))
    assert deaths
    for saved, made in deaths:
        assert saved
        assert not saved & set().union(*asked(emulator)[made:])
    [job] = jobs(pushed)
    assert (job.status, outcomes(job)) == (Status.COMPLETED, {"fetched": 120})
    assert (stored(pushed), waiting(pushed)) == (told, 0)
    assert broken(pushed.wiring) == []


def test_quota_that_ends_again_and_again_buys_each_video_once(
    pushed: Pushed, make_wiring: MakeWiring, uploads: Uploads, emulator: Control
) -> None:
    poor = remade(pushed, make_wiring, calls_in_flight=1, youtube_quota={"default": 1})
    told = tell_all(pushed, uploads, 40)
    for number in (2, 3):
        poor.work(30 * MINUTE)
        [job] = jobs(pushed)
        assert (job.status, job.fetched) == (Status.WAITING_FOR_QUOTA, 50 * (number - 1))
        assert waiting(pushed) == 120 - job.fetched
        add_key(poor.wiring, number)
    poor.work()
    [job] = jobs(pushed)
    assert (job.status, job.units_used, calls(emulator)) == (Status.COMPLETED, 3, [50, 50, 20])
    assert (stored(pushed), waiting(pushed)) == (told, 0)


def test_news_that_come_during_the_call_wait_for_the_next(pushed: Pushed, uploads: Uploads, emulator: Control) -> None:
    channel = next(iter(uploads))

    class Meanwhile(Machine):
        """When it is about to write what was answered, the hub speaks of it again."""

        is_first = True

        def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
            if self.is_first:
                pushed.clock.advance(MINUTE)
                tell(pushed, channel, uploads[channel][:1])
            self.is_first = False
            super().commit(batch, calls, write)

    tell(pushed, channel, uploads[channel][:2])
    wiring = pushed.wiring
    wiring.__dict__["machine"] = Meanwhile(wiring.db, wiring.clock, wiring.doorbell, wiring.progress, wiring.settings)
    pushed.work(30 * MINUTE)
    assert (calls(emulator), waiting(pushed)) == ([2], 1)
    pushed.work(30 * MINUTE)
    assert (calls(emulator), waiting(pushed)) == ([2, 1], 0)


def test_after_a_job_that_was_cancelled_the_next_comes_in_time_and_holds_its_videos(
    pushed: Pushed, uploads: Uploads, emulator: Control
) -> None:
    told = tell_all(pushed, uploads, 10)
    emulator.add_fault(Fault(kind=FaultKind.QUOTA_EXCEEDED, next=1))
    pushed.work(30 * MINUTE)
    [cancelled] = jobs(pushed)
    assert cancelled.status is Status.WAITING_FOR_QUOTA
    pushed.wiring.jobs.stop(cancelled.id, "cancel")
    pushed.work()
    pushed.work(29 * MINUTE)
    assert len(jobs(pushed)) == 1
    pushed.work(MINUTE)
    assert len(jobs(pushed)) == 2
    pushed.wiring.jobs.retry(cancelled.id)
    pushed.work()
    add_key(pushed.wiring, 2)
    pushed.work()
    assert [outcomes(job) for job in jobs(pushed)] == [{}, {"fetched": 30}, {}]
    assert (stored(pushed), waiting(pushed)) == (told, 0)
    assert calls(emulator) == [30, 30]  # the first was refused


def test_a_video_that_is_given_up_waits_no_more_and_a_retry_takes_it_up(
    pushed: Pushed, make_wiring: MakeWiring, uploads: Uploads
) -> None:
    poison = uploads[next(iter(uploads))][0]

    class Fragile(Videos):
        """Breaks on one video."""

        def save(self, tx: Connection, found: Sequence[FoundVideo], absent: Sequence[int]) -> dict[int, bool]:
            if any(video.facts.video_id == poison for video in found):
                raise RuntimeError("poison")
            return super().save(tx, found, absent)

    system = remade(pushed, make_wiring, batch_attempts=1)
    system.wiring.__dict__["videos"] = Fragile(system.wiring.db, system.clock)
    tell_all(pushed, uploads, 1)
    for _ in range(8):
        system.work(30 * MINUTE)
    [job] = jobs(pushed)
    assert (job.status, outcomes(job)) == (Status.COMPLETED, {"fetched": 2, "failed": 1})
    assert waiting(pushed) == 0
    retry = pushed.wiring.jobs.retry(job.id)
    pushed.work()
    assert outcomes(pushed.wiring.jobs.read(retry.id)) == {"fetched": 1}
