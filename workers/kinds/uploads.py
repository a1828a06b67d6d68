"""Uploads: fetch the videos that the hub or a poll has announced, fifty a call whose ever they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.jobs import batch_store
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import UPLOADS
from app.push import store
from app.wiring import Wiring
from app.youtube.calls import Answer
from app.youtube.costs import DEFAULT
from app.youtube.methods.asking import packed
from app.youtube.methods.videos import videos_request
from workers import items
from workers.found_videos import ABSENT, read_videos
from workers.items import Items
from workers.work import Work

_BATCH = 500


class Uploads(Items):
    """An item is a video. It waits in the list of what was announced until it is fetched."""

    name = UPLOADS.name
    bucket: str | None = DEFAULT

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The videos that wait, the longest waiting first; not what another job of this kind holds."""
        held = batch_store.held_items(tx, UPLOADS.name)
        return items.cut(job, room, _BATCH, partial(store.list_announced, tx, held, job.cursor))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """The videos that are left: what was not fetched waits still, and another job may hold it by now."""
        held = batch_store.held_items(tx, UPLOADS.name)
        taken = [number for number, video_id in items.left(spec, settled).items() if video_id in held]
        return super().again(tx, spec, [*settled, *taken])

    def run(self, work: Work) -> None:
        """Pass over what was fetched meanwhile, whoever did it, then fetch the others."""
        numbers = {video_id: number for number, video_id in items.left(work.batch.spec, work.batch.settled).items()}
        done, moment = work.wiring.push.fetched_meanwhile(numbers)
        if done:
            pass_over = partial(_pass_over, work.wiring, sorted(done), moment)
            work.commit([numbers[video_id] for video_id in done], pass_over)
        packs = list(packed(video_id for video_id in numbers if video_id not in done))
        for answers in work.fetch([videos_request(pack) for pack in packs]):
            asked = [video_id for answer in answers for video_id in packs[answer.index]]
            write = partial(_write, work.wiring, answers, packs, asked, moment)
            work.commit([numbers[video_id] for video_id in asked], write)


def _pass_over(wiring: Wiring, done: Sequence[str], moment: datetime, tx: Connection) -> Slice:
    part = Slice()
    wiring.push.fetched(tx, done, moment)
    part.outcomes[Outcome.UNCHANGED] += len(done)
    return part


def _write(
    wiring: Wiring,
    answers: Sequence[Answer],
    packs: Sequence[Sequence[str]],
    asked: Sequence[str],
    moment: datetime,
    tx: Connection,
) -> Slice:
    part = Slice(units=sum(answer.units for answer in answers))
    found, absent = read_videos(answers, packs)
    part.videos = len(wiring.videos.save(tx, found, absent))
    wiring.push.fetched(tx, asked, moment)
    shown = {video.facts.video_id for video in found}
    for video_id in asked:
        if video_id in shown:
            part.outcomes[Outcome.FETCHED] += 1
        else:
            part.add(Remark(Outcome.NOT_FOUND, video_id, ABSENT))
    return part
