"""Workers that are killed again and again, each time a little later."""

from collections.abc import Sequence

from app.jobs.machine import Machine, Writer
from app.jobs.model import Batch
from app.wiring import Wiring
from tests.hands import NOT_STOPPING, due
from tests.jobs.steps import change
from workers.batches import run_batch
from workers.keeper import keep


class Killed(BaseException):
    """The worker is gone."""


class Mortal(Machine):
    """Commits `lives` times, and is killed at the next commit: before it, or after it and before the batch ends."""

    lives = 2  # the first commit of many a batch only sorts what is to be read
    is_late = False
    commits = 0

    def commit(self, batch: Batch, calls: Sequence[int], write: Writer) -> None:
        self.commits += 1
        if self.commits <= self.lives or self.is_late:
            super().commit(batch, calls, write)
        if self.commits > self.lives:
            raise Killed


def dies(wiring: Wiring, how: type[Mortal] = Mortal) -> bool:
    """Work until killed, and let the lease run out; False when there was nothing left to be killed at."""
    wiring.__dict__["machine"] = how(wiring.db, wiring.clock, wiring.doorbell, wiring.progress, wiring.settings)
    keep(wiring)
    try:
        while batches := due(wiring):
            for batch_id in batches:
                run_batch(wiring, batch_id, "mortal", NOT_STOPPING)
            keep(wiring)
    except Killed:
        change(wiring, "update job_batches set lease_until = now() - interval '1 second' where state = 'running'")
        return True
    return False
