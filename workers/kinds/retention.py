"""Retention: delete what YouTube does not let us keep. An item is a kind of data; no call is made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import RETENTION
from app.retention.model import Subject
from app.youtube.errors import NotSentError
from workers.work import Work


class Retention:
    """Sweep one kind of data after the other: fetched where something was deleted, else unchanged."""

    name = RETENTION.name
    bucket: str | None = None

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:  # noqa: ARG002 - the whole work came with the request
        """Nothing more."""
        return Cut([], {}, last=True)

    def run(self, work: Work) -> None:
        """Page by page: deleting twice does no harm, so that a page needs no fence, and a stop waits for one page."""
        work.wiring.imports.remove_old_uploads()
        work.wiring.audit.remove_old()
        for number, subject in _left(work.batch.spec, work.batch.settled).items():
            account = Slice(Counter([_swept(work, subject)]))
            work.commit([number], partial(_told, account))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - nobody holds them
        """The kinds of data that were not swept."""
        left = [subject.value for subject in _left(spec, settled).values()]
        return [NewBatch({"subjects": left}, len(left))] if left else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the kinds that are left; none when it is one."""
        left = [subject.value for subject in _left(spec, settled).values()]
        middle = len(left) // 2
        return [NewBatch({"subjects": half}, len(half)) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each kind of data that was not swept."""
        return [Remark(Outcome.FAILED, subject.value, why) for subject in _left(spec, settled).values()]


def _swept(work: Work, subject: Subject) -> Outcome:
    everything, found = bool(work.batch.params.get("everything")), False
    for page in work.wiring.retention.sweep(work.batch.job_id, subject, everything=everything):
        found = found or bool(page.deleted or page.erased)
        if work.halt.is_set():
            raise NotSentError
    return Outcome.FETCHED if found else Outcome.UNCHANGED


def _told(account: Slice, _tx: Connection) -> Slice:
    return account


def _left(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, Subject]:
    return {n: Subject(subject) for n, subject in enumerate(spec["subjects"]) if n not in settled}
