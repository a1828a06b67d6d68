"""Batches that are lists of ids, and hold nothing that another job could want. Item i is settled as call i."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from app.jobs.model import Cut, Job, NewBatch, Remark
from app.jobs.states import Outcome

Next = Callable[[int], tuple[Sequence[str], Mapping[str, Any]]]
"""The next ids, so many at most, and the cursor behind them."""


def cut(job: Job, room: int, size: int, find: Next) -> Cut:
    """The next batches of `size` ids, `total_limit` ids at most in all."""
    left = int(job.params["total_limit"]) - job.total_items
    wanted = min(left, room * size)
    found, cursor = find(wanted)
    parts = [found[at : at + size] for at in range(0, len(found), size)]
    last = len(found) < wanted or wanted == left
    return Cut([_batch(part) for part in parts], cursor or job.cursor, last=last)


def left(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, Any]:
    """The items that have no outcome yet, by their numbers."""
    done = frozenset(settled)
    return {number: item for number, item in enumerate(spec["items"]) if number not in done}


class Items:
    """What the kinds of such batches have in common."""

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - the contract
        """The items that are left: nobody else holds them."""
        rest = list(left(spec, settled).values())
        return [_batch(rest)] if rest else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the items that are left; none when it is one."""
        rest = list(left(spec, settled).values())
        middle = len(rest) // 2
        return [_batch(half) for half in (rest[:middle], rest[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each item that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, item, why) for item in left(spec, settled).values()]


def _batch(ids: Sequence[str]) -> NewBatch:
    return NewBatch({"items": list(ids)}, len(ids))
