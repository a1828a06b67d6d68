"""The cutting of jobs. A retry first takes what its job left in batches, then goes on where that job would have."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from app.jobs import batch_store
from app.jobs.machine import Cutter
from app.jobs.model import Cut, Job, LeftOver, NewBatch
from workers.contract import JobKind

_PAGE = 50


def cutter(kind: JobKind) -> Cutter:
    """What cuts the next batches of a job of this kind, be it a retry or not."""
    return partial(_cut, kind)


def _cut(kind: JobKind, tx: Connection, job: Job, room: int) -> Cut:
    if "retry" not in job.cursor:
        return kind.cut(tx, job, room)
    retry, found = job.cursor["retry"], list[NewBatch]()
    for left in _left_over(tx, UUID(retry["of"]), retry["after"]):
        found += kind.again(tx, left.spec, left.settled)
        if len(found) >= room:
            return Cut(found, {**job.cursor, "retry": {**retry, "after": left.id}}, last=False)
    then = job.cursor["then"]
    if then is None:
        return Cut(found, {}, last=True)
    # The job may have been a retry itself.
    return Cut(found, then, last=False) if found else _cut(kind, tx, replace(job, cursor=then), room)


def _left_over(tx: Connection, job_id: UUID, after: int) -> Iterator[LeftOver]:
    # Page by page, and no further than there is room: a million items may be left.
    while page := batch_store.list_left_over(tx, job_id, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
