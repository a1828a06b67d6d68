"""Handles that enough channels name: which channels they are, one unit each where nobody knows it."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.jobs.model import Slice
from app.jobs.states import Outcome
from app.youtube.resolving import store as memory
from app.youtube.resolving.links import Kind, Named
from app.youtube.resolving.lookups import Verdict, lookups, verdicts
from workers.discovery.budgeted import BudgetedStage

_HELD = "another job asks for it, or has done so"


class Handles(BudgetedStage):
    """An item is a handle. Who named it gets an edge to its channel."""

    def carry_out(self) -> None:
        """What the catalogue or an earlier answer knows is settled without a call."""
        self._now = self.work.wiring.clock.sql_now()
        held, stored = self.discoveries.claim_handles(self.work.batch.job_id, self.left)
        self.skip([item for item in self.left if item not in held], _HELD)
        known = self._remembered() | {_named(handle): Verdict(key) for handle, key in _ids(stored).items()}
        if known:
            self.commit(partial(self._write, known, 0))
        plan = lookups(_named(item) for item in self.left)
        for answers in self.work.fetch([lookup.request for lookup in plan]):
            told: dict[Named, Verdict] = {}
            for answer in answers:
                told |= verdicts(plan[answer.index], answer.payload)
            self.commit(partial(self._write, told, sum(answer.units for answer in answers)))

    def let_go(self, tx: Connection, items: Sequence[str]) -> None:
        """They wait for another job."""
        self.discoveries.give_back_handles(tx, self.work.batch.job_id, items)

    def _remembered(self) -> dict[Named, Verdict]:
        names = {(name.kind.value, name.name): name for name in map(_named, self.left)}
        with self.work.wiring.db.begin() as tx:
            found = memory.find(tx, names.values(), self._now)
        return {names[key]: verdict for key, verdict in found.items()}

    def _write(self, told: Mapping[Named, Verdict], units: int, tx: Connection, part: Slice) -> None:
        part.units = units
        if units:
            memory.save(tx, told, self._now)
        found = {f"@{name.name}": verdict for name, verdict in told.items()}
        keys = {item: channel_key(one.channel_id) if one.channel_id else None for item, one in found.items()}
        self.discoveries.save_handles(tx, self.work.batch.job_id, keys, units)
        for item, verdict in found.items():
            outcome = Outcome.FETCHED if verdict.channel_id else Outcome.NOT_FOUND
            self.end(part, item, outcome, "" if verdict.channel_id else verdict.reason or "no channel has this handle")


def _named(handle: str) -> Named:
    return Named(Kind.HANDLE, handle.removeprefix("@"))


def _ids(stored: Mapping[str, UUID]) -> dict[str, str]:
    return {handle: channel_id_of(key) for handle, key in stored.items()}
