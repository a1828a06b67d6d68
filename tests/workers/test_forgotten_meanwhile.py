"""What people forget while a job is about to write it does not come back by that job."""

from collections.abc import Callable, Sequence

import pytest

from app.jobs.machine import Machine, Writer
from app.jobs.model import Batch
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.videos.steps import fetch_videos, known_channels


class Interrupted(Machine):
    """Something happens just before the commit of a certain number."""

    number = 0
    happens: tuple[int, Callable[[], object]]

    def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
        self.number += 1
        if self.number == self.happens[0]:
            self.happens[1]()
        super().commit(batch, calls, write)


@pytest.mark.parametrize("commit", [2, 3, 4, 5])
def test_a_channel_that_is_forgotten_under_a_running_job_stays_forgotten(
    make_wiring: MakeWiring, emulator: Control, commit: int
) -> None:
    """Before its list is written, between list and videos, and between two calls for videos."""
    wiring: Wiring = make_wiring(calls_in_flight=1)
    add_key(wiring, 1)
    known_channels(wiring, emulator.channel_ids(count=12))
    [(forgotten,)] = sql(wiring, "select channel_id from channels order by video_count desc nulls last limit 1")
    machine = Interrupted(wiring.db, wiring.clock, wiring.doorbell, wiring.progress, wiring.settings)
    machine.happens = commit, lambda: wiring.retention.forget([str(forgotten)])
    wiring.__dict__["machine"] = machine
    job = fetch_videos(wiring, videos_per_channel=60)
    assert machine.number > commit
    assert (job.status, job.outcomes["skipped"]) == (Status.COMPLETED, 1)
    left = "select count(*) from videos v where not exists (select from channels c where c.id = v.channel)"
    assert sql(wiring, left) == sql(wiring, "select count(*) from upload_listings") == [(0,)]
    assert sql(wiring, "select count(*) from video_snapshots") == sql(wiring, "select count(*) from videos")
    assert broken(wiring) == []
