"""Which channels are expanded next, and by which method: those of which the most new channels a unit are expected.

An arm is a method on channels of one size. What an arm brings is learned from what it has brought, by Thompson
sampling: the yield of each is drawn from what is believed of it, so that what is little known is tried now and then,
and what is known to be poor hardly ever. docs/discoveries.md tells it with numbers.
"""

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass

UNITS_PER_CONFIRMATION = 1 / 50
"""Fifty ids fit in the call that confirms them."""
SIZES = (*range(9, 0, -1), -1)
"""Digits of the subscriber count; -1 where it is hidden."""
# What counts as much as the first guess: expansions of a method, and of one arm of it.
_METHOD_WEIGHT, _ARM_WEIGHT = 10.0, 5.0
# Finds come in clusters: four of them tell as much as one that came alone.
_CLUSTER = 4.0
# Channels that are believed to be worth it before any was asked about.
_FIRST_WORTH = 10.0
_LEAST_COST = 0.001


@dataclass(frozen=True, slots=True)
class Guess:
    """What a method says of itself, before there is any experience."""

    units: float
    new: float
    is_free: bool
    """It makes no calls."""


@dataclass(frozen=True, slots=True, order=True)
class Arm:
    """A method on channels of one size."""

    method: str
    size: int


@dataclass(frozen=True, slots=True)
class Experience:
    """What came of expansions; newer ones may count more, so that the numbers are not whole."""

    expansions: float = 0.0
    units: float = 0.0
    named: float = 0.0
    """Channels that nobody knew."""
    confirmed: float = 0.0
    dropped: float = 0.0
    """Of those that were asked about: unknown to YouTube, or without a video."""

    def __add__(self, other: "Experience") -> "Experience":
        return Experience(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def worth(self) -> float:
        """The share of what is named that turns out to be a channel with videos."""
        return (self.confirmed + _FIRST_WORTH) / (self.confirmed + self.dropped + _FIRST_WORTH)


@dataclass(frozen=True, slots=True)
class Belief:
    """What is expected of one expansion."""

    new: float
    named: float
    """Of whom some turn out to be nobody, or to have published nothing; all are confirmed."""
    units: float
    weight: float
    """How many expansions it rests on, the first guess included."""

    @property
    def cost(self) -> float:
        """Units, with those that confirm what is found."""
        return max(_LEAST_COST, self.units + self.named * UNITS_PER_CONFIRMATION)

    @property
    def expected_yield(self) -> float:
        """New channels per unit."""
        return self.new / self.cost

    def drawn_yield(self, chance: random.Random) -> float:
        """A yield that may be true as well."""
        new = chance.gammavariate(max(1e-9, self.new * self.weight / _CLUSTER), _CLUSTER / self.weight)
        return new / self.cost


class Frontier:
    """The arms of a job, and what is believed of each."""

    def __init__(self, guesses: Mapping[str, Guess], experience: Mapping[Arm, Experience]) -> None:
        self._guesses = guesses
        self._experience = experience
        self._whole: dict[str, Experience] = {}
        for arm, seen in experience.items():
            self._whole[arm.method] = self._whole.get(arm.method, Experience()) + seen

    def order(self, arms: Iterable[Arm], min_yield: float, chance: random.Random) -> list[Arm]:
        """The arms that are worth it, by a yield that is drawn anew each time; those without calls first.

        Left out is what is expected to bring less than `min_yield`. The same `chance` gives the same order.
        """
        beliefs = {arm: self.belief(arm) for arm in sorted(arms)}
        drawn = {
            arm: (self._guesses[arm.method].is_free, belief.drawn_yield(chance))
            for arm, belief in beliefs.items()
            if self._guesses[arm.method].is_free or belief.expected_yield >= min_yield
        }
        return sorted(drawn, key=lambda arm: drawn[arm], reverse=True)

    def best(self, arms: Collection[Arm]) -> tuple[Arm, float] | None:
        """The arm of which the most is expected, and its new channels per unit."""
        found = [(self.belief(arm).expected_yield, arm) for arm in arms]
        return (max(found)[1], max(found)[0]) if found else None

    def cost(self, method: str) -> float:
        """Units of one expansion by a method, channels of all sizes together, with those that confirm what it names."""
        return self._method(method).cost

    def units(self, method: str) -> float:
        """Likewise, without those that confirm."""
        return self._method(method).units

    def named(self, method: str) -> float:
        """How many channels one expansion names that nobody knew."""
        return self._method(method).named

    def belief(self, arm: Arm) -> Belief:
        """From the method's own words to its experience, and from that to the arm's: each as far as it is known."""
        method = self._method(arm.method)
        prior = Belief(method.new, method.named, method.units, _ARM_WEIGHT)
        return _updated(prior, self._experience.get(arm, Experience()), self._seen(arm.method).worth)

    def _method(self, name: str) -> Belief:
        guess, whole = self._guesses[name], self._seen(name)
        return _updated(Belief(guess.new, guess.new, guess.units, _METHOD_WEIGHT), whole, whole.worth)

    def _seen(self, method: str) -> Experience:
        return self._whole.get(method, Experience())


def _updated(prior: Belief, seen: Experience, worth: float) -> Belief:
    weight = prior.weight + seen.expansions
    return Belief(
        new=(prior.new * prior.weight + seen.named * worth) / weight,
        named=(prior.named * prior.weight + seen.named) / weight,
        units=(prior.units * prior.weight + seen.units) / weight,
        weight=weight,
    )
