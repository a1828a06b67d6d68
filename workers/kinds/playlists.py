"""Playlists: list those of channels, read what they hold, and fetch the videos that nobody knows yet, each once."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of
from app.jobs.model import Cut, Job, NewBatch, Remark
from app.jobs.states import Outcome
from app.jobs.types import PLAYLISTS
from app.playlists.store import next_unlisted
from app.youtube.costs import DEFAULT
from workers.playlists.channels import Channels
from workers.playlists.lists import Lists
from workers.playlists.rejects import Rejects
from workers.playlists.stage import rest_of
from workers.playlists.videos import Videos
from workers.spans import free_keys
from workers.stage import left_of
from workers.work import Work

_STAGES: Mapping[str, type[Channels | Lists | Videos | Rejects]] = {
    "channels": Channels,
    "lists": Lists,
    "videos": Videos,
    "rejects": Rejects,
}


class Playlists:
    """Read playlists. An item is what YouTube is asked about: a channel, a playlist, a video.

    A batch belongs to one stage. The last commit of a stage cuts the batches of the next, in the same transaction.
    """

    name = PLAYLISTS.name
    bucket: str | None = DEFAULT

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next channels with metadata that were never looked at, passing over what other batches hold."""
        limit, asked = job.params.get("total_limit"), job.cursor.get("asked", 0)
        after = UUID(job.cursor["after"]) if "after" in job.cursor else None
        found: list[NewBatch] = []
        for keys in free_keys(tx, PLAYLISTS, after, job.params["batch_size"], partial(next_unlisted, tx)):
            taken = keys if limit is None else keys[: limit - asked]
            if len(found) == room or not taken:
                break
            found.append(_batch(taken))
            asked, after = asked + len(taken), taken[-1]
        else:
            return Cut(found, _cursor(asked, after), last=True)
        return Cut(found, _cursor(asked, after), last=asked == limit)

    def run(self, work: Work) -> None:
        """Carry out the stage that the batch belongs to."""
        _STAGES[work.batch.spec["stage"]](work).run()

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:  # noqa: ARG002 - what was done meanwhile is noticed when it runs
        """The items that are left, and what follows from those that were settled."""
        left = left_of(spec, settled)
        return [rest_of(spec, settled, left)] if left else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the items that are left; none when it is one."""
        left = left_of(spec, settled)
        middle = len(left) // 2
        if not middle:
            return []
        return [rest_of(spec, settled, left[:middle]), rest_of({**spec, "also": []}, (), left[middle:])]

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each item that is left has failed for the same reason; what was no id, for its own."""
        if spec["stage"] == "rejects":
            return [Remark(Outcome.FAILED, text, reason) for text, reason in left_of(spec, settled)]
        return [Remark(Outcome.FAILED, item, why) for item in left_of(spec, settled)]


def _cursor(asked: int, after: UUID | None) -> dict[str, Any]:
    return {"asked": asked} | ({"after": str(after)} if after else {})


def _batch(keys: Sequence[UUID]) -> NewBatch:
    spec = {"stage": "channels", "items": [channel_id_of(key) for key in keys], "unlisted": True}
    return NewBatch(spec, len(keys), span=(keys[0], keys[-1]))
