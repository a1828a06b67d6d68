"""What the stages of a playlists job have in common: what is left of a batch, its commits, and what follows it.

The numbers that a batch of n items has settled: `i` says that item i has its outcome, `n + i` that it was asked for
here, so that something may follow from it; from 2n on they belong to the stage; negative ones are the commits, one
after another, because which calls there are depends on the answers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.jobs import store
from app.jobs.model import Cut, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import PLAYLISTS
from app.youtube.calls import ListAnswer
from app.youtube.listing import Listing
from workers.work import Work

Settled = Sequence[int] | frozenset[int]


def left_of(spec: Mapping[str, Any], settled: Settled) -> list[Any]:
    """The items that have no outcome yet."""
    done = set(settled)
    return [item for number, item in enumerate(spec["items"]) if number not in done]


def rest_of(spec: Mapping[str, Any], settled: Settled, items: Sequence[Any]) -> NewBatch:
    """A batch of some of the items that are left, which also sees to what follows from those that were asked for."""
    asked = [item for number, item in enumerate(spec["items"], len(spec["items"])) if number in set(settled)]
    also = [*spec.get("also", []), *asked]
    return NewBatch({**spec, "items": list(items), "also": also}, len(items))


class Stage:
    """What is left of a batch."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.spec = work.batch.spec
        self.playlists = work.wiring.playlists
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

    def asked(self, part: Slice) -> list[str]:
        """The items that were asked for here, and those of the batch that this one goes on with."""
        marks = self.settled.union(part.settled)
        here = [item for number, item in enumerate(self._items, len(self._items)) if number in marks]
        return [*self.spec.get("also", []), *here]

    def follow(self, tx: Connection, part: Slice) -> None:
        """Add the batches of the next stage; nothing where none follows."""

    def follow_with(self, tx: Connection, part: Slice, stage: str, items: Sequence[str], size: int) -> None:
        """Cut batches of the next stage; what unfinished ones of any job hold is left to them."""
        job = store.read_job(tx, self.work.batch.job_id, lock=True) if items else None
        if job is None:
            return
        held = store.held_items(tx, PLAYLISTS.name, stage)
        free = [item for item in items if item not in held]
        parts = [free[at : at + size] for at in range(0, len(free), size)]
        cut = [NewBatch({"stage": stage, "items": items, "known": True}, len(items)) for items in parts]
        part.follow_up = Cut(cut, job.cursor, last=job.all_cut)

    def read_pages(self, method: str, listings: Mapping[str, Listing], write: "WritePage") -> None:
        """Read lists page by page; the pages that come together are written in one transaction."""
        names = list(listings)
        for answers in self.work.fetch_lists(method, list(listings.values()), len(names)):
            over = [listings[names[answer.index]].request is None for answer in answers]

            def write_all(
                tx: Connection, part: Slice, answers: Sequence[ListAnswer] = answers, over: Sequence[bool] = over
            ) -> None:
                part.units = sum(answer.units for answer in answers)
                for answer, last in zip(answers, over, strict=True):
                    write(tx, part, names[answer.index], answer, last)

            self.commit(write_all)


WritePage = Callable[[Connection, Slice, str, ListAnswer, bool], None]
