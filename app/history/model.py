"""How counts grew, and what that cannot tell: pure arithmetic over what was observed.

YouTube rounds subscriber counts down to three significant figures: 12,300 is anything from 12,300 to 12,399. So growth
is an interval, and nothing narrower is true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

GAP = timedelta(days=14)
"""So long without an observation is a gap. What does not change is written down once a week, so that two weeks can
lie between two observations that are kept, and no longer, when a channel is asked for once a week."""

_FIGURES = 3
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_ROUNDED = frozenset({"subscriber_count"})
_NEVER_FALLS = "view_count"


@dataclass(frozen=True, slots=True)
class Interval:
    """The whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def __sub__(self, earlier: "Interval") -> "Interval":
        """What the difference of two numbers can be; each end is reached."""
        return Interval(self.low - earlier.high, self.high - earlier.low)


@dataclass(frozen=True, slots=True)
class Rate:
    """Growth in a day, rounded outwards to hundredths."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What YouTube said at one moment, by the names of the counts; None is a count that it did not tell."""

    observed_at: datetime
    counts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """One count at one moment: as YouTube told it, and the true counts that it is told for."""

    observed_at: datetime
    count: int
    means: Interval


@dataclass(frozen=True, slots=True)
class Growth:
    """From the first to the last reading of one count.

    None: there are not two readings; or, of `per_day`, they are less than a day apart and tell no rate.
    """

    first: Reading | None
    last: Reading | None
    growth: Interval | None
    per_day: Rate | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What to know of the time from `since` to `until` before believing a figure."""

    mark: str
    """gap, hidden, rollback or counting_changed."""
    count: str | None
    """Which count it concerns; None is all of them."""
    since: datetime
    until: datetime
    says: str


@dataclass(frozen=True, slots=True)
class CountingBreak:
    """A day on which YouTube began to count public views in another way, announced in its revision history."""

    starts: datetime
    shorts_only: bool
    says: str

    def concerns(self, video_kind: str | None) -> bool:
        """Whether it concerns a video of this kind; a channel, None, has all kinds."""
        return not self.shorts_only or video_kind in {None, "short"}


def meant(count_name: str, count: int) -> Interval:
    """The true counts that YouTube tells as this one.

    A subscriber count with more than three figures that are not zero was not rounded: those from before 2019.
    """
    unit = 10 ** max(0, len(str(count)) - _FIGURES)
    if count_name not in _ROUNDED or count % unit:
        return Interval(count, count)
    return Interval(count, count + unit - 1)


def growth_of(count_name: str, observations: Sequence[Observation]) -> Growth:
    """The growth of one count over observations in the order of their times; hidden counts are passed over."""
    known = _readings(count_name, observations)
    if len(known) < 2:  # noqa: PLR2004 - a difference needs two
        only = known[0] if known else None
        return Growth(only, only, None, None)
    grown = known[-1].means - known[0].means
    return Growth(known[0], known[-1], grown, _rate(grown, known[-1].observed_at - known[0].observed_at))


def marks_of(
    observations: Sequence[Observation],
    breaks: Sequence[CountingBreak],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Mark]:
    """What to know before believing the growth over these observations, in the order in which it began.

    `since` and `until` are the ends of the time that was asked for: before the first observation and after the last
    one there can be gaps as well.
    """
    names = list(observations[0].counts) if observations else []
    found = [*_gaps(observations, since, until), *_counting_changes(observations, breaks)]
    for name in names:
        found += _hidden(name, observations)
    return sorted([*found, *_rollbacks(observations)], key=lambda mark: (mark.since, mark.mark, mark.count or ""))


def _readings(name: str, observations: Sequence[Observation]) -> list[Reading]:
    told = ((seen.observed_at, seen.counts.get(name)) for seen in observations)
    return [Reading(at, count, meant(name, count)) for at, count in told if count is not None]


def _rate(grown: Interval, elapsed: timedelta) -> Rate | None:
    if elapsed < _DAY:
        return None
    # In whole numbers: the largest counts would lose their last figures otherwise.
    day, past = _DAY // _TICK, elapsed // _TICK
    return Rate(grown.low * 100 * day // past / 100, -(-grown.high * 100 * day // past) / 100)


def _gaps(observations: Sequence[Observation], since: datetime | None, until: datetime | None) -> Iterator[Mark]:
    ends = [since, *(seen.observed_at for seen in observations), until]
    for before, after in pairwise(moment for moment in ends if moment is not None):
        if after - before > GAP:
            yield Mark("gap", None, before, after, f"nothing was observed for {(after - before).days} days")


def _hidden(name: str, observations: Sequence[Observation]) -> Iterator[Mark]:
    """From the first observation without the count to the next one with it, or to the last one at all."""
    began: datetime | None = None
    for seen in observations:
        if seen.counts[name] is None:
            began = began or seen.observed_at
        elif began is not None:
            yield _hidden_mark(name, began, seen.observed_at)
            began = None
    if began is not None:
        yield _hidden_mark(name, began, observations[-1].observed_at)


def _hidden_mark(name: str, since: datetime, until: datetime) -> Mark:
    return Mark("hidden", name, since, until, "YouTube did not tell this count: the series is broken here")


def _rollbacks(observations: Sequence[Observation]) -> Iterator[Mark]:
    for before, after in pairwise(_readings(_NEVER_FALLS, observations)):
        if after.count < before.count:
            fell = f"views fell by {before.count - after.count:,}: views were taken back, or videos removed"
            yield Mark("rollback", _NEVER_FALLS, before.observed_at, after.observed_at, fell)


def _counting_changes(observations: Sequence[Observation], breaks: Sequence[CountingBreak]) -> Iterator[Mark]:
    for before, after in pairwise(_readings(_NEVER_FALLS, observations)):
        for one in breaks:
            if before.observed_at < one.starts + _DAY and after.observed_at >= one.starts:
                yield Mark("counting_changed", _NEVER_FALLS, before.observed_at, after.observed_at, one.says)
