"""The first stage: channels are expanded by one method, many at once, each asking one call after another."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.jobs import store as jobs
from app.jobs.model import Cut, Slice
from app.keys.model import NoQuotaError
from app.youtube.calls import StepAnswer
from app.youtube.costs import DEFAULT, METHODS
from discovery.contract import DiscoveryMethod, SeedSource
from discovery.registry import methods
from workers.discovery.budgeted import BudgetedStage
from workers.discovery.exploring import Begun, Exploring, Step

_Told = tuple[Exploring, StepAnswer[Step]]
# Seeds that ask nothing are written so many at a time.
_AT_ONCE = 50
# A guess, by which units are reserved; what is not used is given back.
_CALLS = 2
_HELD = "another job expands it, or has done so"
_REMOVED = "removed from the catalogue meanwhile"


class Expand(BudgetedStage):
    """An item is a channel. What it names is written when all its calls are answered, in one transaction with its end.

    Until then the answers are kept, so that whoever goes on does not pay for them again.
    """

    def carry_out(self) -> None:
        """Explore the channels that are left."""
        self._explorer = self._find()
        self._pass_over()
        before = self.discoveries.answers(self._explorer.name, self._keys(self.left))
        begun = self._begin()
        self.skip([item for item in self.left if item not in begun], _REMOVED)
        bucket = self._explorer.bucket
        exploring = [Exploring(item, one, bucket, before.get(one.key, ())) for item, one in begun.items()]
        done = [one for one in exploring if one.over]
        for at in range(0, len(done), _AT_ONCE):
            self.commit(partial(self._write, done[at : at + _AT_ONCE]))
        self._ask([one for one in exploring if not one.over])

    def let_go(self, tx: Connection, items: Sequence[str]) -> None:
        """Another job may expand them. What was answered about them is kept for it."""
        self.discoveries.give_back(tx, self.work.batch.job_id, self._explorer.name, self._keys(items))

    def _find(self) -> DiscoveryMethod | SeedSource:
        self._method = methods()[self.spec["method"]]
        return self._method

    def _key(self, item: str) -> UUID:
        return channel_key(item)

    def _begin(self) -> dict[str, Begun]:
        seeds = self.discoveries.seeds(self.left, self._method.needs)
        keys = {item: channel_key(item) for item in seeds}
        return {item: Begun(self._method.explore(seed), keys[item], keys[item]) for item, seed in seeds.items()}

    def _save(self, tx: Connection, done: Sequence[Exploring]) -> None:
        self.discoveries.save(tx, self.work.batch.job_id, self._method, [one.expanded for one in done])

    def _keys(self, items: Sequence[str]) -> list[UUID]:
        return [self._key(item) for item in items]

    def _ask(self, asking: Sequence[Exploring]) -> None:
        if not asking:
            return
        paid_as = next(name for name, method in METHODS.items() if method.bucket == self._explorer.bucket)
        calls = len(asking) * _CALLS
        try:
            for answers in self.work.fetch_sources(paid_as, asking, calls):
                told = [(asking[answer.index], answer) for answer in answers]
                for one, answer in told:
                    one.expanded.units += answer.units
                self.commit(partial(self._take, told))
        except NoQuotaError as error:
            if self._explorer.bucket == DEFAULT:
                raise
            self.commit(partial(self._close, error))

    def _take(self, told: Sequence[_Told], tx: Connection, part: Slice) -> None:
        part.units = sum(answer.units for _, answer in told)
        between = [
            (one.expanded.channel, answer.content.number, answer.content.answer, answer.units)
            for one, answer in told
            if not answer.content.over
        ]
        self.discoveries.save_answers(tx, self._explorer.name, between)
        self._write([one for one, answer in told if answer.content.over], tx, part)

    def _write(self, done: Sequence[Exploring], tx: Connection, part: Slice) -> None:
        self._save(tx, [one for one in done if one.broken is None])
        for one in done:
            self.end(part, one.item, *one.outcome())

    def _pass_over(self) -> None:
        """What another job has taken, or expanded since the batch was cut, is left to it."""
        job_id, explorer = self.work.batch.job_id, self._explorer
        held = self.discoveries.claim_seeds(job_id, explorer.name, explorer.interval, self._keys(self.left))
        self.skip([item for item in self.left if self._key(item) not in held], _HELD)

    def _close(self, error: NoQuotaError, tx: Connection, part: Slice) -> None:
        """A small bucket is no reason to wait: what is left of the batch is left to another day."""
        self.settle_skipped(self.left, error.why, tx, part)
        if job := jobs.read_job(tx, self.work.batch.job_id, lock=True):
            closed = {**job.cursor.get("closed", {}), str(self._explorer.bucket): error.check_at.isoformat()}
            part.follow_up = Cut([], {**job.cursor, "closed": closed}, last=job.all_cut)
