"""What the stages of a playlists job have in common: how lists are read, and what follows a batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.jobs import batch_store, store
from app.jobs.model import Cut, NewBatch, Slice
from app.jobs.types import PLAYLISTS
from app.youtube.calls import ListAnswer
from app.youtube.listing import Listing
from workers.stage import ItemStage, Settled
from workers.work import Work


def rest_of(spec: Mapping[str, Any], settled: Settled, items: Sequence[Any]) -> NewBatch:
    """A batch of some of the items that are left, which also sees to what follows from those that were asked for."""
    asked = [item for number, item in enumerate(spec["items"], len(spec["items"])) if number in set(settled)]
    also = [*spec.get("also", []), *asked]
    return NewBatch({**spec, "items": list(items), "also": also}, len(items))


class Stage(ItemStage):
    """What is left of a batch."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.playlists = work.wiring.playlists

    def asked(self, part: Slice) -> list[str]:
        """The items that were asked for here, and those of the batch that this one goes on with."""
        marks = self.settled.union(part.settled)
        here = [item for number, item in enumerate(self._items, len(self._items)) if number in marks]
        return [*self.spec.get("also", []), *here]

    def follow_with(self, tx: Connection, part: Slice, stage: str, items: Sequence[str], size: int) -> None:
        """Cut batches of the next stage; what unfinished ones of any job hold is left to them."""
        job = store.read_job(tx, self.work.batch.job_id, lock=True) if items else None
        if job is None:
            return
        held = batch_store.held_items(tx, PLAYLISTS.name, stage)
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
