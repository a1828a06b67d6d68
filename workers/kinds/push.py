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
from workers import items
from workers.items import Items
from workers.work import Work

_BATCH = 50
# Requests under way at once. When the hub is away for all of them, it rests, and no other leaves.
_TOGETHER = 8
_NOTHING = "nothing to ask: verified or ended meanwhile, or the hub rests and is asked later"


class Subscribing(Items):
    """Send the requests that are due. What the hub refuses is asked again later, by another job."""

    name = PUSH.name
    bucket: str | None = None

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The requests that were due when the job was asked for, the longest due first."""
        moment = datetime.fromisoformat(job.params["due_at"])
        return items.cut(job, room, _BATCH, partial(store.list_due, tx, moment, job.cursor))

    def run(self, work: Work) -> None:
        """Some requests at a time, each group with the account of it in one transaction."""
        left = items.left(work.batch.spec, work.batch.settled)
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
