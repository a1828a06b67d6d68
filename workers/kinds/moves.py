"""Moves: pause, resume, cancel or retry all jobs that a filter has found. An item is a job; no call is made."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.errors import ConflictError
from app.jobs.model import Batch, Cut, Job, NewBatch, Remark, Slice
from app.jobs.service import Jobs, UnknownJobError
from app.jobs.states import Outcome
from app.jobs.types import MOVING
from workers.work import Work

# Messages may be billed. Jobs that nobody knocked for take their next step in the keeper's next round.
_KNOCKS = 5


class Moves:
    """Make one move with each of many jobs; those that cannot make it are skipped, and stay as they are."""

    name = MOVING.name
    bucket: str | None = None

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:  # noqa: ARG002 - the whole work came with the request
        """Nothing: only a job that found none comes here."""
        return Cut([], {}, last=True)

    def run(self, work: Work) -> None:
        """Each job in a transaction of its own, together with the account of it."""
        knocks = 0
        for number, job_id in _left(work.batch.spec, work.batch.settled).items():
            moved: list[Job] = []
            work.commit([number], partial(_move, work.wiring.jobs, work.batch, job_id, _asked(work, job_id), moved))
            for job in moved[: _KNOCKS - knocks]:
                work.wiring.jobs.knock(job)
                knocks += 1

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - jobs are held by nobody
        """The jobs that were not moved."""
        left = list(_left(spec, settled).values())
        return [NewBatch({"jobs": left}, len(left))] if left else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the jobs that are left; none when it is one."""
        left = list(_left(spec, settled).values())
        middle = len(left) // 2
        return [NewBatch({"jobs": half}, len(half)) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each job that was not moved has failed to be."""
        return [Remark(Outcome.FAILED, job_id, why) for job_id in _left(spec, settled).values()]


def _asked(work: Work, job_id: str) -> dict[str, Any]:
    """What goes with a move. Of a job that is gone nothing can be foreseen; the move says so."""
    asked: dict[str, Any] = {"requested_by": f"job:{work.batch.job_id}"}
    if work.batch.params["move"] == "retry":
        with suppress(UnknownJobError):
            asked["forecast"] = work.wiring.forecasts.of_retry(work.wiring.jobs.read(UUID(job_id)))
    return asked


def _move(jobs: Jobs, batch: Batch, job_id: str, asked: Mapping[str, Any], moved: list[Job], tx: Connection) -> Slice:
    part = Slice()
    try:
        with tx.begin_nested():  # what is found out late (a spent budget) undoes this move, not the account of it
            moved[:] = [jobs.moved(tx, UUID(job_id), batch.params["move"], **asked)]
        part.outcomes[Outcome.FETCHED] += 1
    except (ConflictError, UnknownJobError) as error:
        part.add(Remark(Outcome.SKIPPED, job_id, f"{error}; {error.hint}"))
    return part


def _left(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, str]:
    return {number: job_id for number, job_id in enumerate(spec["jobs"]) if number not in settled}
