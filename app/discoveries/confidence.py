"""How sure an edge is: what its method means, corrected by what the catalogue knows of both ends.

Two signals tell whether two channels belong together: that they speak one language, and that they share a topic. Of
edges that lead to a related channel a share `a` agrees in a signal, of pairs that nothing connects a share `b`; so a
method of whose edges a share `p` agrees leads to a related channel with the probability (p - b) / (a - b). In the same
way it tells how often a source names by another method whom it names by this one. docs/discoveries.md has the numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from discovery.contract import UNKNOWN

EVIDENCE_BUCKETS = (2, 4, 8)
"""Pieces of evidence from which on an edge is in the next bucket."""
HUB_BUCKETS = (3, 10, 100)
"""Sources from which on a channel is in the next bucket."""
_HUBS = len(HUB_BUCKETS) + 1
_CELLS = (len(EVIDENCE_BUCKETS) + 1) * _HUBS
# Observations that count as much as what a method says of itself; as the whole method, for one of its cells; as all
# pairs, for those with a hub of one size; and as what is believed of related pairs.
_METHOD_WEIGHT, _CELL_WEIGHT, _HUB_WEIGHT, _TOP_WEIGHT = 10.0, 10.0, 30.0, 30.0
# However many edges were seen, a signal is not the thing itself: who follows a stranger mostly speaks the same
# language, too. And whom people name is not whom words connect: that counts as much as the method's own word.
_MOST_WEIGHT, _MOST_NAMED_WEIGHT = 40.0, 10.0
_USUAL_TOP, _LEAST_GAP, _LEAST_NAMED_GAP = 0.95, 0.1, 0.01
_LEAST, _MOST = 0.02, 0.98
Counted = Sequence[float]
"""How many pairs have a signal at both ends, and how many of those agree."""
Told = tuple[float, float]
"""A share of related pairs, and how many observations that counts as."""
NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class Observed:
    """Edges of one method, by evidence and hub: what is known of their ends, by signal."""

    method: str
    evidence: int
    hub: int
    signals: Sequence[Counted]
    named: Counted = NOTHING
    """Those whose source names anybody by another method, which looks for no signal; of them, those named twice."""

    def __getitem__(self, place: int) -> Counted:
        """By signal; at last what is named twice."""
        return [*self.signals, self.named][place]


@dataclass(frozen=True, slots=True)
class Signal:
    """How often pairs agree in it that nothing connects, by hub, and such that belong together."""

    random: Sequence[Counted] = (NOTHING,) * _HUBS
    sure: Counted = NOTHING
    usual_top: float | None = None
    """What is believed of related pairs before there are sure ones; None: that they are like any."""
    least_gap: float = _LEAST_GAP

    def bottom(self, hub: int) -> float:
        """`b`: hubs are alike many, in language above all."""
        whole = summed(self.random)
        usual = (whole[1] + 1) / (whole[0] + 2)
        return (self.random[hub][1] + usual * _HUB_WEIGHT) / (self.random[hub][0] + _HUB_WEIGHT)

    def told(self, counted: Counted, hub: int) -> Told:
        """The share of related pairs, weighed by the inverse of its variance. Nothing where `a` is near `b`."""
        bottom = self.bottom(hub)
        usual = bottom if self.usual_top is None else self.usual_top
        top = (self.sure[1] + usual * _TOP_WEIGHT) / (self.sure[0] + _TOP_WEIGHT)
        middle, gap = (top + bottom) / 2, top - bottom
        if not counted[0] or gap < self.least_gap:
            return 0.0, 0.0
        weight = counted[0] * gap**2 / (4 * middle * (1 - middle))
        return (counted[1] / counted[0] - bottom) / gap, weight


def make_signals(random: Sequence[Sequence[Counted]], sure: Sequence[Counted]) -> list[Signal]:
    """Language and topics. Related channels mostly speak one language; how often they share a topic must be seen."""
    tops = (_USUAL_TOP, None)
    return [Signal(*three) for three in zip(random, sure, tops, strict=True)]


@dataclass(frozen=True, slots=True)
class Reliability:
    """The confidence of an edge, by its method, its evidence and how many others point where it points."""

    cells: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def of(self, method: str) -> Sequence[float]:
        """One number for each bucket of evidence and hub: the hub buckets of the least evidence come first."""
        return self.cells.get(method, (UNKNOWN,) * _CELLS)


def learn(observed: Iterable[Observed], signals: Sequence[Signal], before: Mapping[str, float]) -> Reliability:
    """What is said of each method before, as far as it was not observed; outside of `before` it is UNKNOWN."""
    by_method: dict[str, list[Observed]] = {method: [] for method in before}
    for one in observed:
        by_method.setdefault(one.method, []).append(one)
    judges = [*signals, _named(by_method.values(), signals)]
    return Reliability({name: _cells(seen, judges, before.get(name, UNKNOWN)) for name, seen in by_method.items()})


def _named(methods: Iterable[Sequence[Observed]], signals: Sequence[Signal]) -> Signal:
    """How often related channels are named twice, as the methods tell of which the signals know how good they are."""
    sure, named = 0.0, 0.0
    for seen in methods:
        judged = [_whole(seen, place, signal) for place, signal in enumerate(signals)]
        if weight := sum(weight for _, weight in judged):
            share = _clipped(sum(share * weight for share, weight in judged) / weight)
            twice = summed([one.named for one in seen])
            sure, named = sure + twice[0] * share, named + twice[1]
    # Of two channels by chance, hardly one is named by the other.
    return Signal(((1e6, 0),) * _HUBS, (sure, named), least_gap=_LEAST_NAMED_GAP)


def _cells(seen: Sequence[Observed], signals: Sequence[Signal], before: float) -> list[float]:
    wholes = [_whole(seen, place, signal) for place, signal in enumerate(signals)]
    cells = [_believed(wholes, before)] * _CELLS
    for one in seen:
        told = [signal.told(one[place], one.hub) for place, signal in enumerate(signals)]
        narrowed = [_narrowed(*both) for both in zip(told, wholes, strict=True)]
        cells[_HUBS * one.evidence + one.hub] = _believed(narrowed, before)
    return cells


def _whole(seen: Iterable[Observed], place: int, signal: Signal) -> Told:
    told = [signal.told(one[place], one.hub) for one in seen]
    weight = sum(weight for _, weight in told)
    return (sum(share * weight for share, weight in told) / weight, weight) if weight else (0.0, 0.0)


def _narrowed(cell: Told, whole: Told) -> Told:
    """A cell is believed as far as it was observed, else the whole method; it is as well known as that."""
    return (cell[0] * cell[1] + whole[0] * _CELL_WEIGHT) / (cell[1] + _CELL_WEIGHT), whole[1]


def _believed(told: Sequence[Told], before: float) -> float:
    """Signals first; what is named twice is heard as far as they are silent."""
    *by_signals, (named, times) = told
    weights = [min(weight, _MOST_WEIGHT) for _, weight in by_signals]
    weights.append(max(0.0, min(times, _MOST_NAMED_WEIGHT - sum(weights))))
    shares = [_clipped(share) for share in (*(share for share, _ in by_signals), named)]
    known = sum(share * weight for share, weight in zip(shares, weights, strict=True)) + before * _METHOD_WEIGHT
    return min(_MOST, max(_LEAST, known / (sum(weights) + _METHOD_WEIGHT)))


def _clipped(share: float) -> float:
    return min(1.0, max(0.0, share))


def summed(counted: Iterable[Counted]) -> Counted:
    """All of them together."""
    rows = list(counted)
    return sum(row[0] for row in rows), sum(row[1] for row in rows)
