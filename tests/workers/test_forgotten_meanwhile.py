"""What people forget while a job is about to write it does not come back by that job."""

from collections.abc import Callable, Sequence
from threading import Semaphore
from typing import Any

import pytest

from app.jobs.machine import Machine, Writer
from app.jobs.model import Batch
from app.jobs.states import Status
from app.wiring import Wiring
from app.youtube.calls import Calls
from app.youtube.wire import Wire
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.videos.steps import fetch_videos, known_channels

# Of the channel that will be forgotten, whose list has two pages and whose videos take two calls or more.
MOMENTS = {
    "before its list is written": "not exists (select from listing) and exists (select from upload_listings)",
    "between two pages of its list": "exists (select from listing where not is_over)",
    "between its list and its videos": "exists (select from listing where is_over and cardinality(videos) = listed)",
    "between two calls for videos": "exists (select from listing where cardinality(videos) between 1 and listed - 1)",
}


class Interrupted(Machine):
    """Something happens once, just before the first commit that finds the database in a certain state."""

    is_now: Callable[[], bool]
    happens: Callable[[], object]
    happened = False
    # Answers that come together are committed together: one call leaves after each commit, so that no moment is passed.
    committed: Semaphore

    def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
        if not self.happened and self.is_now():
            self.happened = True
            self.happens()
        super().commit(batch, calls, write)
        self.committed.release()


class Gated:
    """The wire, for one call after each commit."""

    def __init__(self, wire: Wire, committed: Semaphore) -> None:
        self._wire = wire
        self._committed = committed

    def get(self, *asked: Any) -> dict[str, Any]:
        self._committed.acquire()
        return self._wire.get(*asked)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_channel_that_is_forgotten_under_a_running_job_stays_forgotten(
    make_wiring: MakeWiring, emulator: Control, moment: str
) -> None:
    wiring: Wiring = make_wiring(calls_in_flight=1)
    add_key(wiring, 1)
    known_channels(wiring, emulator.channel_ids(count=20))
    # The last one in the order in which lists are read.
    [(key, forgotten)] = sql(
        wiring, "select id, channel_id from channels where video_count > 75 order by id desc limit 1"
    )
    listing = f"with listing as (select * from upload_listings where channel = '{key}')"  # noqa: S608 - our own key
    machine = Interrupted(wiring.db, wiring.clock, wiring.doorbell, wiring.progress, wiring.settings)
    machine.is_now = lambda: sql(wiring, f"{listing} select {MOMENTS[moment]}") == [(True,)]
    machine.happens = lambda: wiring.retention.forget([str(forgotten)])
    machine.committed = Semaphore()
    gated = Gated(wiring.wire, machine.committed)
    calls = Calls(gated, wiring.keys, wiring.settings, clock=wiring.clock, metrics=wiring.metrics)  # type: ignore[arg-type]  # it only gets
    wiring.__dict__ |= {"machine": machine, "calls": calls}
    job = fetch_videos(wiring, videos_per_channel=75)
    assert machine.happened
    assert (job.status, job.outcomes["skipped"]) == (Status.COMPLETED, 1)
    left = "select count(*) from videos v where not exists (select from channels c where c.id = v.channel)"
    assert sql(wiring, left) == sql(wiring, "select count(*) from upload_listings") == [(0,)]
    assert sql(wiring, "select count(*) from video_snapshots") == sql(wiring, "select count(*) from videos")
    assert broken(wiring) == []
