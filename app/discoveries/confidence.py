"""How sure an edge is: calibrated by what the catalogue knows of both ends, not by constants.

Two signals tell whether two channels belong together: that they speak one language, and that they share a topic. Of
edges that lead to a related channel a share `a` agrees in a signal, of pairs that nothing connects a share `b`; so a
method of whose edges a share `p` agrees leads to a related channel with the probability (p - b) / (a - b).
docs/discoveries.md tells it with numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

EVIDENCE_BUCKETS = (2, 4, 8)
"""Pieces of evidence from which on an edge is in the next bucket."""
HUB_BUCKETS = (3, 10, 100)
"""Sources from which on a channel is in the next bucket."""
UNKNOWN = 0.5
"""Before anything was observed."""
_CELLS = (len(EVIDENCE_BUCKETS) + 1) * (len(HUB_BUCKETS) + 1)
# Observations that count as much as what is believed of a method, and of one of its cells, before.
_METHOD_WEIGHT, _CELL_WEIGHT = 10.0, 10.0
_USUAL_TOP, _ENOUGH, _LEAST_GAP = 0.95, 30, 0.1
_LEAST, _MOST = 0.02, 0.98
Counted = Sequence[int]
"""How many pairs have a signal at both ends, and how many of those agree."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Edges of one method, by evidence and hub: what is known of their ends, by signal."""

    method: str
    evidence: int
    hub: int
    signals: Sequence[Counted]


@dataclass(frozen=True, slots=True)
class Signal:
    """How often pairs agree in it that nothing connects, and such that two methods connect."""

    random: Counted = (0, 0)
    sure: Counted = (0, 0)
    usual_top: float | None = None
    """What is believed of related pairs before there are enough of the sure ones; None: nothing."""

    @property
    def bottom(self) -> float:
        """`b`."""
        return (self.random[1] + 1) / (self.random[0] + 2)

    @property
    def gap(self) -> float:
        """`a - b`; 0 where the signal tells nothing."""
        top = self.sure[1] / self.sure[0] if self.sure[0] >= _ENOUGH else self.usual_top
        gap = (top or 0.0) - self.bottom
        return gap if gap >= _LEAST_GAP else 0.0

    def related(self, counted: Counted) -> tuple[float, float]:
        """The share of related pairs among these, and how much that weighs: the inverse of its variance."""
        if not counted[0] or not self.gap:
            return 0.0, 0.0
        return (counted[1] / counted[0] - self.bottom) / self.gap, counted[0] * self.gap**2


def make_signals(random: Sequence[Counted], sure: Sequence[Counted]) -> list[Signal]:
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


def learn(observed: Iterable[Observed], signals: Sequence[Signal]) -> Reliability:
    """From the whole method to its cells: each is believed as far as it was observed."""
    by_method: dict[str, list[Observed]] = {}
    for one in observed:
        by_method.setdefault(one.method, []).append(one)
    return Reliability({method: _cells(seen, signals) for method, seen in by_method.items()})


def _cells(seen: Sequence[Observed], signals: Sequence[Signal]) -> list[float]:
    whole = _believed([_summed(counted) for counted in zip(*(one.signals for one in seen), strict=True)], signals,
                      UNKNOWN, _METHOD_WEIGHT)  # fmt: skip
    cells = [whole] * _CELLS
    for one in seen:
        place = (len(HUB_BUCKETS) + 1) * one.evidence + one.hub
        cells[place] = _believed(one.signals, signals, whole, _CELL_WEIGHT)
    return [min(_MOST, max(_LEAST, cell)) for cell in cells]


def _summed(counted: Iterable[Counted]) -> Counted:
    return [sum(numbers) for numbers in zip(*counted, strict=True)]


def _believed(counted: Sequence[Counted], signals: Sequence[Signal], before: float, weight: float) -> float:
    told = [signal.related(one) for signal, one in zip(signals, counted, strict=True)]
    weights = sum(one for _, one in told)
    return (sum(share * one for share, one in told) + before * weight) / (weights + weight)
