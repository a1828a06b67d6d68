"""Walking over the graph step by step, with an end: shortest paths from both sides, and what is around a channel."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Step:
    """What is a step away from several channels."""

    edges: Sequence[tuple[UUID, UUID, float]]
    """From, to, how sure."""
    is_cut: bool
    """There is more than was looked at."""


Expand = Callable[[Sequence[UUID], int], Step]
"""From these channels, looking at so many edges at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for paths has found."""

    paths: Sequence[Sequence[UUID]]
    """All of the same length, the shortest; each with both ends."""
    is_cut: bool
    """Not everything was looked at: there may be shorter or other ones."""
    is_exhausted: bool
    """Whatever can be reached from one of the ends was looked at."""
    edges: int


class _Side:
    """One of the two waves that go towards each other."""

    def __init__(self, start: UUID, expand: Expand) -> None:
        self._expand = expand
        self.frontier: Sequence[UUID] = [start]
        self.before: dict[UUID, dict[UUID, None]] = {start: {}}
        """Of each channel that was reached, those one step nearer to the start."""

    def advance(self, room: int) -> Step:
        """One step, to channels that were not reached before."""
        step = self._expand(self.frontier, room)
        reached: dict[UUID, dict[UUID, None]] = {}
        for near, far, _ in step.edges:
            if far not in self.before:
                reached.setdefault(far, {})[near] = None
        self.before |= reached
        self.frontier = sorted(reached)
        return step

    def ways(self, to: UUID) -> Iterator[list[UUID]]:
        """From the start to a channel that was reached."""
        if not self.before[to]:
            yield [to]
        for near in sorted(self.before[to]):
            yield from ([*way, to] for way in self.ways(near))


def shortest(
    start: UUID, goal: UUID, forward: Expand, backward: Expand, *, max_depth: int, most_edges: int, most_paths: int
) -> Found:
    """The shortest paths, of `max_depth` steps at most, looking at `most_edges` edges at most."""
    ahead, behind = _Side(start, forward), _Side(goal, backward)
    seen, is_cut = 0, False
    for _ in range(max_depth):
        side, other = (ahead, behind) if len(ahead.frontier) <= len(behind.frontier) else (behind, ahead)
        step = side.advance(most_edges - seen)
        seen += len(step.edges)
        is_cut |= step.is_cut
        met = [key for key in side.frontier if key in other.before]
        if met:
            ways = ([*way, *reversed(rest[:-1])] for key in met for way in ahead.ways(key) for rest in behind.ways(key))
            return Found(list(islice(ways, most_paths)), is_cut, False, seen)
        if not side.frontier or seen >= most_edges:
            break
    return Found([], is_cut or seen >= most_edges, not (ahead.frontier and behind.frontier), seen)


def grow(start: UUID, expand: Expand, *, depth: int, most_nodes: int, most_edges: int) -> tuple[list[UUID], bool]:
    """The channels around one, nearer ones first and surer ones of them, and whether there are more."""
    reached, frontier, is_cut = {start: None}, [start], False
    for _ in range(depth):
        step = expand(frontier, most_edges)
        sure: dict[UUID, float] = {}
        for _near, far, confidence in step.edges:
            if far not in reached:
                sure[far] = max(sure.get(far, 0.0), confidence)
        ordered = sorted(sure, key=lambda key: (-sure[key], key))
        frontier = ordered[: most_nodes - len(reached)]
        is_cut |= step.is_cut or len(frontier) < len(ordered)
        reached |= dict.fromkeys(frontier)
        most_edges -= len(step.edges)
        if not frontier or most_edges <= 0:
            break
    return list(reached), is_cut
