"""Poll: the newest uploads of channels of which the hub has announced nothing for days, one unit a channel.

The backup of the push. What it finds is announced, and fetched with what the hub announces; it is asked of the API,
never of the Atom feed, which YouTube's robots.txt forbids.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.jobs.model import Cut, Job, Remark, Slice
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
from workers import items
from workers.items import Items
from workers.work import Work

_BATCH = 50


class Poll(Items):
    """Read the first page of the uploads of silent channels."""

    name = POLL.name
    bucket: str | None = DEFAULT

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The channels that were silent when the job was asked for, the longest silent first."""
        moment = datetime.fromisoformat(job.params["silent_since"])
        return items.cut(job, room, _BATCH, partial(store.list_quiet, tx, moment, job.cursor))

    def run(self, work: Work) -> None:
        """One page a channel, each group of answers in one transaction."""
        left = items.left(work.batch.spec, work.batch.settled)
        numbers = list(left)
        first = [uploads_request(uploads_playlist(left[number])) for number in numbers]
        listings = [Listing(request, video_id, max_pages=1) for request in first]
        for answers in work.fetch_lists("playlistItems.list", listings, len(listings)):
            polled = [(left[numbers[answer.index]], answer) for answer in answers]
            work.commit([numbers[answer.index] for answer in answers], partial(_write, work.wiring.push, polled))


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
