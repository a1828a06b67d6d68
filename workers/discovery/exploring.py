"""One channel (or place) that is explored: what is asked, what was answered before, and what it has named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded

from app.catalog.ids import NotAChannelIdError, channel_key
from app.discoveries.model import Edge, Expanded, Mention
from app.errors import TributaryError
from app.jobs.states import Outcome
from app.youtube.costs import METHODS, Request
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.resolving.links import Kind, Named, read
from discovery.contract import MOST_CALLS, Ask, Exploration, Found

_LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer has led to: the end of the exploration, or another question."""

    number: int
    answer: Mapping[str, Any] | None
    """None where YouTube refused, and the method goes on without."""
    over: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """An exploration, under which key it is noted, and who is the source of what it finds; a place is nobody."""

    exploration: Exploration
    key: UUID
    source: UUID | None


class Exploring:
    """A source of calls, one after another."""

    def __init__(
        self, item: str, begun: Begun, bucket: str | None, before: Iterable[tuple[Mapping[str, Any] | None, int]] = ()
    ) -> None:
        """`before` is what was answered (and paid) until an earlier worker was stopped in the middle."""
        self.item = item
        self.expanded = Expanded(begun.key)
        self._source = begun.source
        self.verdict: str | None = None
        """Why YouTube tells nothing about this channel."""
        self.broken: str | None = None
        """What is wrong with the method, or with what it reads."""
        self.request: Request | None = None
        self._bucket = bucket
        self._steps = 0
        self._may_fail = False
        self._exploration = begun.exploration
        self._go_on(None)
        for answer, units in before:
            self.expanded.units += units
            if self.request is not None:
                self._steps += 1
                self._go_on(answer)

    @property
    def over(self) -> bool:
        """Whether it has asked all it wanted."""
        return self.request is None

    def take(self, payload: dict[str, Any]) -> Step:
        """The answer to `request`."""
        return self._step(payload)

    def refused(self, error: ApiError) -> Step:
        """A verdict ends it, unless the method said that this may fail. Raises what says nothing about the channel."""
        if error.kind is not ErrorKind.ITEM_VERDICT:
            raise error
        if self._may_fail:
            return self._step(None)
        self.verdict, self.request = str(error), None
        self._exploration.close()
        return Step(self._steps, None, over=True)

    def outcome(self) -> tuple[Outcome, str]:
        """What becomes of the channel, and why where there is something to be said."""
        if self.broken is not None:
            return Outcome.FAILED, self.broken
        if not self.expanded.found_nobody:
            return Outcome.FETCHED, ""
        return (Outcome.UNCHANGED, "") if self.verdict is None else (Outcome.NOT_FOUND, self.verdict)

    def _step(self, answer: Mapping[str, Any] | None) -> Step:
        self._steps += 1
        self._go_on(answer)
        return Step(self._steps, answer, self.over)

    def _go_on(self, answer: Mapping[str, Any] | None) -> None:
        """Hand over an answer, and hear what the method says until it asks again."""
        self.request, sent = None, answer
        try:
            while True:
                said, sent = self._exploration.send(sent), None
                if isinstance(said, Ask):
                    self._ask(said)
                    return
                self._note(said)
        except StopIteration:
            return
        except SoftTimeLimitExceeded:
            raise
        except TributaryError as error:
            self.broken, self.request = str(error), None
        except Exception as error:  # noqa: BLE001 - a method may come from outside: it must not take the others down
            self.broken, self.request = f"the method broke: {type(error).__name__}: {error}"[:_LONGEST_WHY], None

    def _ask(self, ask: Ask) -> None:
        if ask.method not in METHODS or METHODS[ask.method].bucket != self._bucket:
            raise ValueError(f"{ask.method} is not paid from the bucket that the method names, {self._bucket}")
        if self._steps >= MOST_CALLS:
            raise ValueError(f"it asks more than {MOST_CALLS} times")
        self._may_fail = ask.may_fail
        self.request = Request(ask.method, dict(ask.params))

    def _note(self, found: Found) -> None:
        """What is no channel, or the channel itself, is passed over: texts hold all sorts of things."""
        if found.channel.startswith("@") and self._source is not None:
            named = read(found.channel)
            if isinstance(named, Named) and named.kind is Kind.HANDLE:
                self.expanded.mentions.append(Mention(self._source, f"@{named.name}", found.evidence))
            return
        if (key := _key(found.channel)) and key != self._source:
            self.expanded.edges.append(Edge(self._source, key, found.evidence))


def _key(channel_id: str) -> UUID | None:
    try:
        return channel_key(channel_id)
    except NotAChannelIdError:
        return None
