"""What all stages of a discovery job have in common: a budget that is spent ends them, and leaves nothing hanging."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from app.jobs import batch_store
from app.jobs import store as jobs
from app.jobs.model import Cut, Slice
from app.jobs.states import Outcome
from app.keys.model import BudgetSpentError
from workers.contract import TryLaterError
from workers.stage import ItemStage

# What other batches of the job have reserved and do not spend, they give back when they end.
_WHILE_OTHERS_SPEND = 5.0


class BudgetedStage(ItemStage):
    """A stage whose items are claimed by the job. What it cannot pay for is free again, and skipped with the reason."""

    def run(self) -> None:
        """Carry the stage out as far as the budget reaches."""
        self.discoveries = self.work.wiring.discoveries
        try:
            self.carry_out()
        except BudgetSpentError as error:
            self.commit(partial(self._leave, error))

    def carry_out(self) -> None:
        """Give the items that are left their outcomes."""
        raise NotImplementedError

    def let_go(self, tx: Connection, items: Sequence[str]) -> None:
        """Free what the job holds of these items."""
        raise NotImplementedError

    def skip(self, items: Sequence[str], why: str) -> None:
        """Leave these items to others."""
        if items:
            self.commit(partial(self.settle_skipped, items, why))

    def settle_skipped(self, items: Sequence[str], why: str, tx: Connection, part: Slice) -> None:
        """Likewise, inside a transaction."""
        self.let_go(tx, items)
        for item in items:
            self.end(part, item, Outcome.SKIPPED, why)

    def _leave(self, error: BudgetSpentError, tx: Connection, part: Slice) -> None:
        """Under the lock of the job: of the last two batches, which end at once, the second sees that it is alone."""
        job = jobs.read_job(tx, self.work.batch.job_id, lock=True)
        if job is None or batch_store.progress_of_batches(tx, job.id, self.work.wiring.clock.sql_now())[0] > 1:
            raise TryLaterError(_WHILE_OTHERS_SPEND, str(error))
        self.settle_skipped(self.left, str(error), tx, part)
        part.follow_up = Cut([], {**job.cursor, "spent": str(job.id)}, last=job.all_cut)
