"""The second stage: what was found is asked of YouTube, fifty a call, and added with what it says."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_key
from app.catalog.language import detect
from app.catalog.model import ChannelFacts
from app.jobs.model import Slice
from app.jobs.states import Outcome
from app.youtube.calls import Answer
from app.youtube.methods.asking import packed
from app.youtube.methods.channels import channels_request, parse_channels
from workers.discovery.budgeted import BudgetedStage

_ABSENT = "YouTube does not know this channel"
_SILENT = "it has published nothing"
_HELD = "another job confirms it, or has done so"


class Confirm(BudgetedStage):
    """An item is a channel that was found and is not in the catalogue."""

    def carry_out(self) -> None:
        """Ask about the channels that are left."""
        held = self.discoveries.claim_candidates(self.work.batch.job_id, self.left)
        self.skip([item for item in self.left if item not in held], _HELD)
        packs = list(packed(self.left))
        for answers in self.work.fetch([channels_request(pack) for pack in packs]):
            found = _read(answers, packs)
            asked = [item for answer in answers for item in packs[answer.index]]
            units = sum(answer.units for answer in answers)
            self.commit(partial(self._write, found, asked, units))

    def let_go(self, tx: Connection, items: Sequence[str]) -> None:
        """They wait for another job."""
        self.discoveries.give_back_candidates(tx, self.work.batch.job_id, items)

    def _write(
        self,
        found: dict[str, tuple[ChannelFacts, str | None]],
        asked: Sequence[str],
        units: int,
        tx: Connection,
        part: Slice,
    ) -> None:
        part.units = units
        silent = {item for item, (facts, _) in found.items() if facts.video_count == 0}
        found = {item: facts for item, facts in found.items() if item not in silent}
        absent = [item for item in asked if item not in found]
        self.discoveries.confirm(tx, self.work.batch.job_id, _keys(found), _keys(absent))
        part.channels = len(self.work.wiring.catalog.save_facts(tx, list(found.values())))
        for item in asked:
            if item in found:
                self.end(part, item, Outcome.FETCHED)
            else:
                self.end(part, item, *((Outcome.SKIPPED, _SILENT) if item in silent else (Outcome.NOT_FOUND, _ABSENT)))


def _read(answers: Sequence[Answer], packs: Sequence[Sequence[str]]) -> dict[str, tuple[ChannelFacts, str | None]]:
    """Who was shown, with the language of title and description."""
    return {
        facts.channel_id: (facts, detect(facts.title, facts.description))
        for answer in answers
        for facts in parse_channels(answer.payload)
        if facts.channel_id in packs[answer.index]
    }


def _keys(items: Sequence[str] | dict[str, tuple[ChannelFacts, str | None]]) -> list[UUID]:
    return sorted(map(channel_key, items))
