"""Metadata: ask YouTube for fifty channels a call, and write down what it says and what it leaves out."""

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog import store as channels
from app.catalog.ids import channel_id_of, channel_key
from app.catalog.language import detect
from app.catalog.model import ChannelFacts
from app.catalog.service import Catalog
from app.jobs import store as batches
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import METADATA
from app.youtube.calls import Answer
from app.youtube.costs import MAX_IDS
from app.youtube.methods.channels import channels_request, parse_channels
from workers.work import Work

# A channel and the language that was detected.
_Fact = tuple[ChannelFacts, str | None]


class Metadata:
    """Fetch the metadata of channels that have none yet."""

    name = METADATA.name
    bucket = METADATA.bucket

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next channels without metadata, in the order of their keys, passing over what other batches hold."""
        limit = job.params.get("total_limit")
        left = limit - job.total_items if limit is not None else None
        after = UUID(job.cursor["after"]) if "after" in job.cursor else None
        found: list[NewBatch] = []
        for keys in _free_channels(tx, after, job.params["batch_size"]):
            if len(found) == room or left == 0:
                break
            taken = keys if left is None else keys[:left]
            left = None if left is None else left - len(taken)
            found.append(_batch(taken))
            after = taken[-1]
        else:
            return Cut(found, _cursor(after), last=True)
        return Cut(found, _cursor(after), last=left == 0)

    def run(self, work: Work) -> None:
        """Fetch what is left of the batch, detect languages, and commit each group of answers as it comes."""
        pages = _pages(work.batch.spec, work.batch.settled)
        numbers = list(pages)
        requests = [channels_request(pages[number]) for number in numbers]
        for answers in work.fetch(requests):
            calls = [numbers[answer.index] for answer in answers]
            found, absent = _read(answers, [pages[number] for number in calls])
            units = sum(answer.units for answer in answers)
            work.commit(calls, partial(_write, work.wiring.catalog, found, absent, units))

    def again(self, tx: Connection, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """The channels that are left, without those that other batches hold or that have their metadata now."""
        left = channels.still_without_metadata(tx, [channel_key(channel_id) for channel_id in _left(spec, settled)])
        taken = batches.taken_spans(tx, METADATA.lane or 0, None)
        free = [key for key in left if not any(first <= key <= last for first, last in taken)]
        # A span must not reach over what another batch holds.
        gaps = groupby(free, key=lambda key: bisect([first for first, _ in taken], key))
        return [_batch(list(keys)) for _, keys in gaps]

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the channels that are left; none when it is one."""
        left = _left(spec, settled)
        middle = len(left) // 2
        return [_batch(list(map(channel_key, half))) for half in (left[:middle], left[middle:])] if middle else []

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each channel that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, channel_id, why) for channel_id in _left(spec, settled)]


def _write(catalog: Catalog, found: list[_Fact], absent: list[UUID], units: int, tx: Connection) -> Slice:
    part = Slice(units=units)
    written = catalog.save_facts(tx, found)
    part.outcomes[Outcome.FETCHED] = len(written)
    for key, why in catalog.note_absence(tx, absent).items():
        part.add(Remark(Outcome.NOT_FOUND, channel_id_of(key), why))
    for facts, _ in found:
        if channel_key(facts.channel_id) not in written:
            part.add(Remark(Outcome.SKIPPED, facts.channel_id, "removed from the catalogue meanwhile"))
    return part


def _free_channels(tx: Connection, after: UUID | None, size: int) -> Iterator[list[UUID]]:
    """Up to `size` channels without metadata at a time, gap by gap between the spans that are taken."""
    taken = batches.taken_spans(tx, METADATA.lane or 0, after)
    for first, last in [*taken, (None, None)]:
        while keys := channels.next_without_metadata(tx, after=after, before=first, limit=size):
            yield keys
            after = keys[-1]
            if len(keys) < size:
                break
        if last is not None:
            after = last if after is None else max(after, last)


def _cursor(after: UUID | None) -> dict[str, str]:
    return {"after": str(after)} if after else {}


def _batch(keys: Sequence[UUID]) -> NewBatch:
    return NewBatch({"channel_ids": [channel_id_of(key) for key in keys]}, len(keys), span=(keys[0], keys[-1]))


def _pages(spec: Mapping[str, Any], settled: Sequence[int] | frozenset[int]) -> dict[int, list[str]]:
    """The calls that are still to be made: number and channel ids."""
    ids = spec["channel_ids"]
    pages = {at // MAX_IDS: ids[at : at + MAX_IDS] for at in range(0, len(ids), MAX_IDS)}
    return {number: page for number, page in pages.items() if number not in settled}


def _left(spec: Mapping[str, Any], settled: Sequence[int]) -> list[str]:
    return [channel_id for page in _pages(spec, settled).values() for channel_id in page]


def _read(answers: Sequence[Answer], asked: Sequence[Sequence[str]]) -> tuple[list[_Fact], list[UUID]]:
    """Who was found, with the language of title and description, and who was left out of the answer."""
    found = {
        facts.channel_id: facts
        for answer, page in zip(answers, asked, strict=True)
        for facts in parse_channels(answer.payload)
        if facts.channel_id in page
    }
    absent = [channel_key(channel_id) for page in asked for channel_id in page if channel_id not in found]
    return [(facts, detect(facts.title, facts.description)) for facts in found.values()], absent
