"""Push: ask the hub to begin, renew or end subscriptions. An item is a channel; no unit is spent."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import PUSH
from app.push import store
from app.push.model import Reply
from app.push.service import Push
from app.youtube.errors import NotSentError
from workers.work import Work

_BATCH = 50
# Requests under way at once. When the hub is away for all of them, it rests, and no other leaves.
_TOGETHER = 8
_NOTHING = "nothing to ask: verified or ended meanwhile, or the hub rests and is asked later"


class Subscribing:
    """Send the requests that are due. What the hub refuses is asked again later, by another job."""

    name = PUSH.name
    bucket: str | None = None

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The requests that were due when the job was asked for, the longest due first."""
        left = int(job.params["total_limit"]) - job.total_items
        wanted = min(left, room * _BATCH)
        moment = datetime.fromisoformat(job.params["due_at"])
        found = store.list_due(tx, moment, after=store.place(job.cursor), limit=wanted)
        names = [channel_id_of(channel) for _, channel in found]
        parts = [names[at : at + _BATCH] for at in range(0, len(names), _BATCH)]
        last = len(found) < wanted or wanted == left
        return Cut([_batch(part) for part in parts], store.cursor(found) or job.cursor, last=last)

    def run(self, work: Work) -> None:
        """Some requests at a time, each group with the account of it in one transaction."""
        left = _left(work.batch.spec, work.batch.settled)
        numbers = list(left)
        with work.wiring.push.hub() as hub, ThreadPoolExecutor(_TOGETHER) as pool:
            for group in (numbers[at : at + _TOGETHER] for at in range(0, len(numbers), _TOGETHER)):
                if work.halt.is_set():
                    raise NotSentError
                channels = [channel_key(left[number]) for number in group]
                asks = work.wiring.push.asks(channels)
                replies = list(pool.map(hub.ask, asks.values()))
                work.commit(group, partial(_write, work.wiring.push, channels, replies))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - the contract
        """Nothing: what was not asked comes due again by itself."""
        return []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the channels that are left; none when it is one."""
        left = list(_left(spec, settled).values())
        middle = len(left) // 2
        return [_batch(half) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each channel that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, channel_id, why) for channel_id in _left(spec, settled).values()]


def _write(push: Push, channels: Sequence[UUID], replies: Sequence[Reply], tx: Connection) -> Slice:
    part = Slice()
    push.note(tx, replies)
    errors = {reply.channel: reply.error for reply in replies}
    for channel in channels:
        if channel not in errors:
            part.add(Remark(Outcome.SKIPPED, channel_id_of(channel), _NOTHING))
        elif (error := errors[channel]) is not None:
            part.add(Remark(Outcome.FAILED, channel_id_of(channel), error))
        else:
            part.outcomes[Outcome.FETCHED] += 1
    return part


def _batch(channel_ids: Sequence[str]) -> NewBatch:
    return NewBatch({"channel_ids": list(channel_ids)}, len(channel_ids))


def _left(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, str]:
    return {number: name for number, name in enumerate(spec["channel_ids"]) if number not in settled}
