"""What is left of a batch whose items are settled one by one, its commits, and what follows it.

The numbers that a batch of n items has settled: `i` says that item i has its outcome, `n + i` that it was asked for
here, so that something may follow from it; from 2n on they belong to the stage; negative ones are the commits, one
after another, because which calls there are depends on the answers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.jobs.model import Remark, Slice
from app.jobs.states import Outcome
from workers.work import Work

Settled = Sequence[int] | frozenset[int]


def left_of(spec: Mapping[str, Any], settled: Settled) -> list[Any]:
    """The items that have no outcome yet."""
    done = set(settled)
    return [item for number, item in enumerate(spec["items"]) if number not in done]


class ItemStage:
    """What is left of a batch."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.spec = work.batch.spec
        self.settled = set(work.batch.settled)
        self._items = self.spec["items"]
        self._numbers = {item: number for number, item in enumerate(self._items) if number not in self.settled}
        self._commits = sum(number < 0 for number in self.settled)

    @property
    def left(self) -> list[str]:
        """The items that have no outcome yet."""
        return list(self._numbers)

    def commit(self, write: Callable[[Connection, Slice], None]) -> None:
        """Write in one transaction, with what follows when it settles the last item."""
        self._commits += 1
        made: list[Slice] = []

        def transaction(tx: Connection) -> Slice:
            part = Slice()
            write(tx, part)
            if self.settled.union(part.settled).issuperset(range(len(self._items))):
                self.follow(tx, part)
            made[:] = [part]
            return part

        self.work.commit([-self._commits], transaction)
        self.settled.update(made[0].settled)
        self._numbers = {item: number for item, number in self._numbers.items() if number not in self.settled}

    def end(self, part: Slice, item: str, outcome: Outcome, why: str = "", *, asked: bool = False) -> None:
        """Give an item its outcome, if it has none; with `asked`, something may follow from it."""
        if (number := self._numbers.get(item)) is None:
            return
        part.settled += [number, len(self._items) + number] if asked else [number]
        if why:
            part.add(Remark(outcome, item, why))
        else:
            part.outcomes[outcome] += 1

    def follow(self, tx: Connection, part: Slice) -> None:
        """Add the batches of the next stage; nothing where none follows."""
