"""Refresh: ask again, fifty a call, for what is due: the most urgent first, and nothing that is fresh enough."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of, channel_key
from app.catalog.language import detect
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.refresh import store
from app.refresh.service import SUBJECTS, Subject, limits_of, max_age_of
from app.videos.ids import video_id_of, video_key
from app.wiring import Wiring
from app.youtube.calls import Answer
from app.youtube.costs import MAX_IDS, Request
from app.youtube.methods.asking import missing
from app.youtube.methods.channels import channels_request, parse_channels
from app.youtube.methods.video_stats import parse_video_stats, video_stats_request
from app.youtube.methods.videos import parse_videos, videos_request
from workers.found_videos import found_video
from workers.work import Work

_GONE = "removed from the catalogue meanwhile"
_ABSENT = "YouTube does not show this video: private or deleted; believed when it is left out again, days later"
_LEFT_OUT = "left out of the answer, which proves nothing; asked for again later"
_OF_NOBODY = "YouTube tells no channel of it"
Writer = Callable[[Wiring, Connection], Slice]


class _Refresh(ABC):
    """What both kinds of refresh have in common.

    A batch holds the ids that it names: they lie anywhere among the keys, so that no span could hold them for it.
    """

    subject: Subject
    key_of: Callable[[str], Any]
    id_of: Callable[[Any], str]

    def __init__(self) -> None:
        self.name = self.subject.job_type.name
        self.bucket: str | None = self.subject.bucket

    @abstractmethod
    def request(self, ids: Sequence[str]) -> Request:
        """The call for up to fifty of them."""

    @abstractmethod
    def read(self, answers: Sequence[Answer], ids: Sequence[str]) -> Writer:
        """What writes what became of these ids, and gives account of it."""

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """What is the most urgent at this moment, of what was not asked for since the job began."""
        size, limit = job.params["batch_size"], job.params["total_limit"]
        wanted = room * size if limit is None else min(room * size, limit - job.total_items)
        store.lock_cutting(tx, self.name)
        held = [self.key_of(item) for item in store.held(tx, self.name, job.id)]
        limits, max_age = limits_of(job.params), max_age_of(job.params)
        keys = store.due(tx, self.subject.what, job, limits, held=held, max_age=max_age, limit=wanted)
        found = [self._batch(keys[at : at + size], job) for at in range(0, len(keys), size)]
        return Cut(found, {}, last=len(keys) < wanted or len(keys) + job.total_items == limit)

    def run(self, work: Work) -> None:
        """Ask for what is left of the batch, and commit each group of answers as it comes."""
        pages = _pages(work.batch.spec, work.batch.settled)
        numbers = list(pages)
        for answers in work.fetch([self.request(pages[number]) for number in numbers]):
            calls = [numbers[answer.index] for answer in answers]
            write = self.read(answers, [item for number in calls for item in pages[number]])
            work.commit(calls, partial(write, work.wiring))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """What is left, without what was asked for since it was cut, or is held by other batches."""
        store.lock_cutting(tx, self.name)
        held = set(store.held(tx, self.name, None))
        left = [self.key_of(item) for item in _left(spec, settled) if item not in held]
        still = set(store.asked_before(tx, self.subject.what, left, spec["cut_at"]))
        ids = [self.id_of(key) for key in left if key in still]
        return [_batch(ids, spec)] if ids else []

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of what is left; none when it is one."""
        left = _left(spec, settled)
        middle = len(left) // 2
        return [_batch(half, spec) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each one that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, item, why) for item in _left(spec, settled)]

    def _batch(self, keys: Sequence[Any], job: Job) -> NewBatch:
        return _batch([self.id_of(key) for key in keys], {"cut_at": job.updated_at.isoformat()})


class RefreshChannels(_Refresh):
    """Ask again for channels: facts, counts, and whether they are still there."""

    subject = SUBJECTS["channels"]
    key_of = staticmethod(channel_key)
    id_of = staticmethod(channel_id_of)

    def request(self, ids: Sequence[str]) -> Request:
        """The call for up to fifty channels."""
        return channels_request(ids)

    def read(self, answers: Sequence[Answer], ids: Sequence[str]) -> Writer:
        """Facts with the language of title and description; who was left out is asked for again some days later."""
        told = {facts.channel_id: facts for answer in answers for facts in parse_channels(answer.payload)}
        found = [(told[item], detect(told[item].title, told[item].description)) for item in ids if item in told]
        absent = [channel_key(item) for item in missing(ids, told)]

        def write(wiring: Wiring, tx: Connection) -> Slice:
            store.put_off_channels(tx, absent, wiring.clock.sql_now())
            written = wiring.catalog.save_facts(tx, found)
            changes = {channel_id_of(key): changed for key, changed in written.items()}
            part = _account([facts.channel_id for facts, _ in found], changes, answers)
            part.channels = len(written)
            for key, why in wiring.catalog.note_absence(tx, absent).items():
                part.add(Remark(Outcome.NOT_FOUND, channel_id_of(key), why))
            return part

        return write


class RefreshVideos(_Refresh):
    """Ask again for whole videos, before what was told of them must be deleted."""

    subject = SUBJECTS["videos"]
    key_of = staticmethod(video_key)
    id_of = staticmethod(video_id_of)

    def request(self, ids: Sequence[str]) -> Request:
        """The call for up to fifty videos."""
        return videos_request(ids)

    def read(self, answers: Sequence[Answer], ids: Sequence[str]) -> Writer:
        """Videos with their language and kind; who was left out is doubted, and believed to be gone the second time."""
        told = {facts.video_id: facts for answer in answers for facts in parse_videos(answer.payload)}
        found = [video for item in ids if item in told and (video := found_video(told[item]))]

        def write(wiring: Wiring, tx: Connection) -> Slice:
            known = store.lock_videos(tx, [video_key(item) for item in ids])
            # What was forgotten meanwhile must not come back by this.
            kept = [video for video in found if video_key(video.facts.video_id) in known]
            absent = [video_key(item) for item in missing(ids, told)]
            written = wiring.videos.save(tx, kept, absent)
            store.put_off_videos(tx, sorted(known - written.keys()), wiring.clock.sql_now())
            changes = {video_id_of(key): changed for key, changed in written.items()}
            part = _account([item for item in ids if item in changes], changes, answers)
            part.videos = len(written)
            for item in (item for item in ids if item not in changes):
                part.add(_unwritten(item, is_known=video_key(item) in known, is_shown=item in told))
            return part

        return write


class RefreshStatistics(_Refresh):
    """Ask again for the counts of videos, from their own bucket. Their other facts are not renewed by it."""

    subject = SUBJECTS["statistics"]
    key_of = staticmethod(video_key)
    id_of = staticmethod(video_id_of)

    def request(self, ids: Sequence[str]) -> Request:
        """The call for up to fifty videos."""
        return video_stats_request(ids)

    def read(self, answers: Sequence[Answer], ids: Sequence[str]) -> Writer:
        """Counts. Who was left out need not be gone: this method may answer in part."""
        told = {stats.video_id: stats for answer in answers for stats in parse_video_stats(answer.payload)}
        found = [told[item] for item in ids if item in told]
        absent = [video_key(item) for item in missing(ids, told)]

        def write(wiring: Wiring, tx: Connection) -> Slice:
            now = wiring.clock.sql_now()
            known = store.lock_videos(tx, [video_key(item) for item in ids])
            rows = sorted((video_key(s.video_id), s.view_count, s.like_count, s.comment_count) for s in found)
            written = store.save_statistics(tx, rows, now)
            changes = {video_id_of(key): changed for key, changed in written.items()}
            part = _account([stats.video_id for stats in found], changes, answers)
            store.put_off_videos(tx, absent, now)
            for key in absent:
                part.add(Remark(Outcome.SKIPPED, video_id_of(key), _LEFT_OUT if key in known else _GONE))
            return part

        return write


def _account(found: Sequence[str], changes: Mapping[str, bool], answers: Sequence[Answer]) -> Slice:
    """What came: `fetched` where something has changed."""
    part = Slice(units=sum(answer.units for answer in answers))
    for item in found:
        if item not in changes:
            part.add(Remark(Outcome.SKIPPED, item, _GONE))
        else:
            part.outcomes[Outcome.FETCHED if changes[item] else Outcome.UNCHANGED] += 1
    return part


def _unwritten(video_id: str, *, is_known: bool, is_shown: bool) -> Remark:
    """Why nothing was written of a video."""
    if not is_known:
        return Remark(Outcome.SKIPPED, video_id, _GONE)
    return Remark(Outcome.SKIPPED, video_id, _OF_NOBODY) if is_shown else Remark(Outcome.NOT_FOUND, video_id, _ABSENT)


def _batch(ids: Sequence[str], spec: Mapping[str, Any]) -> NewBatch:
    return NewBatch({"ids": list(ids), "cut_at": spec["cut_at"]}, len(ids))


def _pages(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, list[str]]:
    """The calls that are still to be made: number and ids."""
    ids = spec["ids"]
    pages = {at // MAX_IDS: ids[at : at + MAX_IDS] for at in range(0, len(ids), MAX_IDS)}
    return {number: page for number, page in pages.items() if number not in settled}


def _left(spec: Mapping[str, Any], settled: Sequence[int]) -> list[str]:
    return [item for page in _pages(spec, settled).values() for item in page]
