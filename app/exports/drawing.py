"""Draws a sample: counts the strata, then finds who has the smallest digests, both in one state of the database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from app.db import Database
from app.exports import store
from app.exports.datasets import DATASETS
from app.exports.model import Drawn, SampleWish
from app.exports.sampling import Candidate, allocate, draw
from app.exports.statements import Reading, Span

SPAN_ROWS = 20_000
"""Channels that one statement looks at; they leave no more than counts behind, and few candidates."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The channels that a sample is drawn from, and how."""

    tx: Connection
    wish: SampleWish
    eligible: str
    values: Mapping[str, Any]
    spans: Sequence[Span]
    reading: Reading

    def population(self) -> Mapping[str, int]:
        """How many channels there are in each stratum."""
        counted: Counter[str] = Counter()
        for span in self.spans:
            counted.update(
                store.count_strata(self.tx, self.reading, span, self.wish.strata, self.eligible, self.values)
            )
        return counted

    def within(self, limits: Mapping[str, str]) -> Iterator[Candidate]:
        """The channels whose digests do not exceed the limit of their stratum."""
        asked = {**self.values, "strata": list(limits), "limits": list(limits.values())}
        for span in self.spans:
            yield from store.draw(self.tx, self.reading, span, self.wish.strata, self.eligible, asked)


def drawn_from(db: Database, what: str, wish: SampleWish, values: Mapping[str, Any]) -> Drawn:
    """A sample of the channels that the filters in `values` leave. Raises BadInputError where there cannot be one.

    No reader is waited for meanwhile: the transaction lasts as long as it takes to read the channels twice.
    """
    channels = DATASETS["channels"]
    part = channels.parts[0]
    reading = Reading(channels, part, channels.order(part, since=False), is_bound=False)
    with db.begin() as tx:
        store.one_state(tx)
        spans = list(_spans(tx, reading, values))
        drawing = Drawing(tx, wish, f"eligible_{what}", {**values, "seed": wish.seed}, spans, reading)
        population = drawing.population()
        return draw(population, allocate(population, wish), drawing.within)


def _spans(tx: Connection, reading: Reading, values: Mapping[str, Any]) -> Iterator[Span]:
    span: Span | None = reading.start()
    while span is not None:
        last = store.end_of_span(tx, reading, span, values, rows=SPAN_ROWS)
        yield replace(span, last=last)
        span = None if last is None else Span(last, is_first=False)
