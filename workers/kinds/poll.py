"""Poll: the newest uploads of channels of which the hub has announced nothing for days, one unit a channel.

The backup of the push. What it finds is announced, and fetched with what the hub announces; it is asked of the API,
never of the Atom feed, which YouTube's robots.txt forbids.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import POLL
from app.push import store
from app.push.model import uploads_playlist
from app.push.service import Push
from app.videos.ids import is_video_id, video_key
from app.youtube.calls import ListAnswer
from app.youtube.costs import DEFAULT
from app.youtube.listing import Listing
from app.youtube.methods.playlist_items import parse_uploads, uploads_request, video_id
from workers.work import Work

_BATCH = 50


class Poll:
    """Read the first page of the uploads of silent channels."""

    name = POLL.name
    bucket: str | None = DEFAULT

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The channels that were silent when the job was asked for, the longest silent first."""
        left = int(job.params["total_limit"]) - job.total_items
        wanted = min(left, room * _BATCH)
        moment = datetime.fromisoformat(job.params["silent_since"])
        found = store.list_quiet(tx, moment, after=store.place(job.cursor), limit=wanted)
        names = [channel_id_of(channel) for _, channel in found]
        parts = [names[at : at + _BATCH] for at in range(0, len(names), _BATCH)]
        last = len(found) < wanted or wanted == left
        return Cut([_batch(part) for part in parts], store.cursor(found) or job.cursor, last=last)

    def run(self, work: Work) -> None:
        """One page a channel, each group of answers in one transaction."""
        left = _left(work.batch.spec, work.batch.settled)
        numbers = list(left)
        first = [uploads_request(uploads_playlist(left[number])) for number in numbers]
        listings = [Listing(request, video_id, max_pages=1) for request in first]
        for answers in work.fetch_lists("playlistItems.list", listings, len(listings)):
            polled = [(left[numbers[answer.index]], answer) for answer in answers]
            work.commit([numbers[answer.index] for answer in answers], partial(_write, work.wiring.push, polled))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - they are held by nobody
        """The channels that were not polled."""
        left = list(_left(spec, settled).values())
        return [_batch(left)] if left else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the channels that are left; none when it is one."""
        left = list(_left(spec, settled).values())
        middle = len(left) // 2
        return [_batch(half) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each channel that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, channel_id, why) for channel_id in _left(spec, settled).values()]


def _write(push: Push, polled: Sequence[tuple[str, ListAnswer]], tx: Connection) -> Slice:
    part = Slice(units=sum(answer.units for _, answer in polled))
    # In the order of their keys, so that two transactions cannot wait for each other.
    for channel_id, answer in sorted(polled, key=lambda one: channel_key(one[0])):
        uploads = {
            video_key(upload.video_id): upload.published_at
            for upload in parse_uploads({"items": list(answer.page.items)})
            if upload.published_at is not None and is_video_id(upload.video_id)
        }
        found = push.polled(tx, channel_key(channel_id), uploads)
        if answer.page.verdict is not None:
            part.add(Remark(Outcome.NOT_FOUND, channel_id, "it has no public videos, or is gone"))
        else:
            part.outcomes[Outcome.FETCHED if found else Outcome.UNCHANGED] += 1
    return part


def _batch(channel_ids: Sequence[str]) -> NewBatch:
    return NewBatch({"channel_ids": list(channel_ids)}, len(channel_ids))


def _left(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, str]:
    return {number: name for number, name in enumerate(spec["channel_ids"]) if number not in settled}
