"""What a kind of job is: how its work is cut into batches, and how one batch is carried out."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from app.errors import TributaryError
from app.jobs.model import Cut, Job, NewBatch, Remark
from workers.work import Work


class TryLaterError(TributaryError):
    """What is in the way will have passed in some seconds. The attempt does not count."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds


class JobKind(Protocol):
    """A member of the family in workers/kinds/. It keeps no state: every fact is in the rows it is given."""

    name: str
    bucket: str | None
    """The quota bucket that its calls are paid from; None for kinds that make no calls."""

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next batches of a job, `room` at most; `last` when there are no more."""

    def run(self, work: Work) -> None:
        """Carry out a claimed batch: every item that is left gets its outcome through `work.commit`.

        Returns when all have one. What is in the way is raised; workers/run.py says what becomes of the batch then.
        """

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """What a retry takes up of a batch that was given up or cancelled: what is left of it and still to be done.

        What other jobs do at this moment, or have done meanwhile, is passed over.
        """

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """What is left of a batch, cut in two; empty when it cannot be cut further."""

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark] | None:
        """What is to be said of the items that are left, when the batch is given up.

        None: what is left is not known (of a file that kills its reader); the job fails.
        """
