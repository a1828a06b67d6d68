"""Videos: read the uploads lists of channels, and fetch what they name, fifty videos a call whose ever they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.catalog import uploads as channels
from app.catalog.ids import channel_key
from app.catalog.uploads import ChannelFilter
from app.jobs.model import Cut, Job, NewBatch, Remark
from app.jobs.states import Outcome
from app.jobs.types import VIDEOS
from app.videos import listings
from app.youtube.costs import DEFAULT
from workers import spans
from workers.reading import Wanted
from workers.uploads import BatchUploads
from workers.work import Work


class Videos:
    """Fetch the newest videos of channels whose videos were never fetched. An item is a channel."""

    name = VIDEOS.name
    bucket: str | None = DEFAULT

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next channels that have metadata and no videos yet, as far as the filter wants them."""
        wanted = ChannelFilter(*(job.params.get(name) for name in ("language", "country", "min_subscribers")))
        found = spans.cut(tx, VIDEOS, job, room, partial(channels.next_without_videos, tx, wanted))
        keys = [channel_key(channel_id) for batch in found.batches for channel_id in batch.spec["channel_ids"]]
        listings.forget_of_others(tx, keys, job.id)
        return found

    def run(self, work: Work) -> None:
        """Round by round: some pages of the lists, then their videos, until every channel has its outcome."""
        uploads = BatchUploads(work, _wanted(work.batch.params))
        uploads.settle_removed()
        uploads.settle_empty()
        while uploads.left:
            uploads.read_lists()
            uploads.fetch_videos()
            uploads.settle_removed()
            uploads.complain()

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """The channels that are left, without those that other batches hold or whose videos were fetched meanwhile."""
        keys = [channel_key(channel_id) for channel_id in _left(spec, settled)]
        return spans.free_batches(tx, VIDEOS, channels.still_without_videos(tx, keys))

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the channels that are left; none when it is one."""
        return spans.halves(_left(spec, settled))

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each channel that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, channel_id, why) for channel_id in _left(spec, settled)]


def _wanted(params: Mapping[str, Any]) -> Wanted:
    limit, since = params["videos_per_channel"], params.get("published_after")
    return Wanted(None if limit == "all" else limit, datetime.fromisoformat(since) if since else None)


def _left(spec: Mapping[str, Any], settled: Sequence[int]) -> list[str]:
    return [channel_id for number, channel_id in enumerate(spec["channel_ids"]) if number not in set(settled)]
