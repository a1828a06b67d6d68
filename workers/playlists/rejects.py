"""What was given and is no id: it leaves the job with the reason."""

from functools import partial

from sqlalchemy import Connection

from app.jobs.model import Remark, Slice
from app.jobs.states import Outcome
from workers.work import Work


class Rejects:
    """An item is a text, with the reason."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def run(self) -> None:
        """All at once; no call is made."""
        items = self._work.batch.spec["items"]
        if not self._work.batch.settled:
            self._work.commit(range(len(items)), partial(_write, items))


def _write(items: list[tuple[str, str]], tx: Connection) -> Slice:  # noqa: ARG001 - nothing but remarks
    part = Slice()
    for text, why in items:
        part.add(Remark(Outcome.FAILED, text, why))
    return part
