"""Metadata: ask YouTube for fifty channels a call, and write down what it says and what it leaves out."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog import store as channels
from app.catalog.ids import channel_id_of, channel_key
from app.catalog.language import detect
from app.catalog.model import ChannelFacts
from app.catalog.service import Catalog
from app.jobs.model import Cut, Job, NewBatch, Remark, Slice
from app.jobs.states import Outcome
from app.jobs.types import METADATA
from app.youtube.calls import Answer
from app.youtube.costs import MAX_IDS
from app.youtube.methods.channels import channels_request, parse_channels
from workers import spans
from workers.work import Work

# A channel and the language that was detected.
_Fact = tuple[ChannelFacts, str | None]


class Metadata:
    """Fetch the metadata of channels that have none yet."""

    name = METADATA.name
    bucket = METADATA.bucket

    def cut(self, tx: Connection, job: Job, room: int) -> Cut:
        """The next channels without metadata, in the order of their keys, passing over what other batches hold."""
        return spans.cut(tx, METADATA, job, room, partial(channels.next_without_metadata, tx))

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
        return spans.free_batches(tx, METADATA, left)

    def halves(self, spec: Mapping[str, Any], settled: Sequence[int]) -> list[NewBatch]:
        """Two halves of the channels that are left; none when it is one."""
        return spans.halves(_left(spec, settled))

    def give_up(self, spec: Mapping[str, Any], settled: Sequence[int], why: str) -> list[Remark]:
        """Each channel that is left has failed for the same reason."""
        return [Remark(Outcome.FAILED, channel_id, why) for channel_id in _left(spec, settled)]


def _write(catalog: Catalog, found: list[_Fact], absent: list[UUID], units: int, tx: Connection) -> Slice:
    part = Slice(units=units)
    written = catalog.save_facts(tx, found)
    part.outcomes[Outcome.FETCHED] = part.channels = len(written)
    for key, why in catalog.note_absence(tx, absent).items():
        part.add(Remark(Outcome.NOT_FOUND, channel_id_of(key), why))
    for facts, _ in found:
        if channel_key(facts.channel_id) not in written:
            part.add(Remark(Outcome.SKIPPED, facts.channel_id, "removed from the catalogue meanwhile"))
    return part


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
