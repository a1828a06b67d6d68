"""Batches that are spans of channels: unfinished ones of a lane never share a channel."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.jobs import batch_store
from app.jobs.model import Cut, Job, NewBatch
from app.jobs.types import JobType


class Next(Protocol):
    """Finds the next channels that are to be worked on."""

    def __call__(self, *, after: UUID | None, before: UUID | None, limit: int) -> list[UUID]:
        """Keys in order, between two keys."""


def cut(tx: Connection, job_type: JobType, job: Job, room: int, next_keys: Next) -> Cut:
    """The next batches in the order of the keys, `total_limit` channels at most, passing over what others hold."""
    limit = job.params.get("total_limit")
    left = limit - job.total_items if limit is not None else None
    after = UUID(job.cursor["after"]) if "after" in job.cursor else None
    found: list[NewBatch] = []
    for keys in free_keys(tx, job_type, after, job.params["batch_size"], next_keys):
        if len(found) == room or left == 0:
            break
        taken = keys if left is None else keys[:left]
        left = None if left is None else left - len(taken)
        found.append(_batch(taken))
        after = taken[-1]
    else:
        return Cut(found, _cursor(after), last=True)
    return Cut(found, _cursor(after), last=left == 0)


def free_keys(
    tx: Connection, job_type: JobType, after: UUID | None, size: int, next_keys: Next
) -> Iterator[list[UUID]]:
    """Up to `size` channels at a time, gap by gap between the spans that are taken."""
    taken = batch_store.taken_spans(tx, job_type.lane or 0, after)
    for first, last in [*taken, (None, None)]:
        while keys := next_keys(after=after, before=first, limit=size):
            yield keys
            after = keys[-1]
            if len(keys) < size:
                break
        if last is not None:
            after = last if after is None else max(after, last)


def free_batches(tx: Connection, job_type: JobType, keys: Sequence[UUID]) -> list[NewBatch]:
    """The channels (in the order of their keys) that no batch holds; a span never reaches over what another holds."""
    taken = batch_store.taken_spans(tx, job_type.lane or 0, None)
    free = [key for key in keys if not any(first <= key <= last for first, last in taken)]
    gaps = groupby(free, key=lambda key: bisect([first for first, _ in taken], key))
    return [_batch(list(gap)) for _, gap in gaps]


def halves(channel_ids: Sequence[str]) -> list[NewBatch]:
    """Two halves; none of a single channel."""
    middle = len(channel_ids) // 2
    parts = (channel_ids[:middle], channel_ids[middle:]) if middle else ()
    return [_batch([channel_key(channel_id) for channel_id in part]) for part in parts]


def _cursor(after: UUID | None) -> dict[str, str]:
    return {"after": str(after)} if after else {}


def _batch(keys: Sequence[UUID]) -> NewBatch:
    return NewBatch({"channel_ids": [channel_id_of(key) for key in keys]}, len(keys), span=(keys[0], keys[-1]))
