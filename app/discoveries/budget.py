"""What a discovery job may still begin, and confirm, within its own budget and those of single methods and depths."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import ceil, inf

from app.discoveries.frontier import UNITS_PER_CONFIRMATION
from app.jobs.model import Job
from app.youtube.costs import MAX_IDS

# What may come dearer than expected; and what is kept for that, and for the last confirmations, whose call is not full.
_CAUTION, _RESERVE, _RESERVED_SHARE = 1.25, 2.0, 0.01
_LEAST_PRICE = 1e-9


@dataclass(slots=True)
class Budget:
    """The account of one cut; who cuts counts what it takes into `held`, `waiting` and `asked`."""

    job: Job
    units: Mapping[str, float]
    """Of an expansion, by method, as it is expected."""
    costs: Mapping[str, float]
    """Likewise, with those that confirm what it names."""
    prices: Mapping[str, float]
    """Likewise, as the method itself says."""
    spent: Mapping[str, int]
    """What the job has spent on expanding, by method."""
    held: dict[str, int]
    """Expansions that are under way, by method."""
    waiting: int
    """Channels that wait for their confirmation."""
    asked: int
    """Channels whose confirmation is under way."""
    spent_at_depth: Mapping[int, int]
    held_at_depth: dict[int, dict[str, int]]
    """Expansions that are under way, by depth and method."""
    is_spent: bool
    """A call was refused for want of units."""
    brought: Collection[str]
    """Methods that read what people bring: it costs nothing, and what it names can wait."""

    def expansions(self, name: str) -> float:
        """How many by a method the job can still pay for, with what they will name."""
        return min(self._of_the_job(name), self._of_the_method(name))

    def covers_nothing(self, names: Iterable[str]) -> bool:
        """Whether the job can pay for no expansion by any of these methods."""
        return all(self._of_the_job(name) < 1 for name in names)

    def is_spent_by(self, name: str) -> bool:
        """Whether a method has had what it may spend."""
        return self._of_the_method(name) < 1

    def at_depth(self, depth: int, name: str) -> float:
        """How many by a method of the channels of one depth their own budget bears; it bears any without calls."""
        budget: int | None = self.job.params.get("depth_units", {}).get(str(depth))
        if budget is None or not self.prices[name]:
            return inf
        under_way = self.held_at_depth.get(depth, {}).items()
        held = sum(count * self.units.get(method, 1.0) for method, count in under_way)
        return (budget - self.spent_at_depth.get(depth, 0) - held) / max(self.units[name], _LEAST_PRICE)

    def closed_depths(self, name: str) -> list[int]:
        """The depths whose budget bears no more by a method."""
        depths = map(int, self.job.params.get("depth_units", {}))
        return [depth for depth in depths if self.at_depth(depth, name) < 1]

    def begin(self, name: str, depths: Iterable[int]) -> None:
        """Count channels of these depths as under way."""
        for depth in depths:
            held = self.held_at_depth.setdefault(depth, {})
            held[name] = held.get(name, 0) + 1

    def confirmations(self) -> float:
        """How many the job can still pay for, after the expansions that are under way."""
        if self.job.max_units is None:
            return inf
        under_way = sum(count * self.units.get(method, 1.0) for method, count in self.held.items())
        calls = self.job.max_units - self.job.units_taken - ceil(self.asked / MAX_IDS) - ceil(under_way)
        return 0 if self.is_spent else max(0, calls) * MAX_IDS

    def _of_the_job(self, name: str) -> float:
        if self.job.max_units is None or name in self.brought:
            return inf
        if self.is_spent:
            return 0
        held = sum(count * _CAUTION * self.costs.get(method, 1.0) for method, count in self.held.items())
        foreseen = self.job.units_taken + held + (self.waiting + self.asked) * UNITS_PER_CONFIRMATION
        left = self.job.max_units * (1 - _RESERVED_SHARE) - _RESERVE - foreseen
        return left / (_CAUTION * self.costs[name])

    def _of_the_method(self, name: str) -> float:
        budget: int | None = self.job.params["method_units"].get(name)
        if budget is None:
            return inf
        return (budget - self.spent.get(name, 0)) / max(self.prices[name], _LEAST_PRICE) - self.held.get(name, 0)
