"""A stratified random sample: how many of each stratum, and who.

In each stratum, simple random sampling without replacement: the channels with the smallest digests, `md5(seed/id)`,
as many as the stratum is given. So each channel of a stratum is drawn with the same probability, drawn / population,
and the same seed draws the same from the same data.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from app.errors import BadInputError
from app.exports.model import Drawn, SampleWish

MOST_SAMPLED = 100_000
"""Channels in one sample: their keys are in memory until it is read."""
MOST_STRATA = 5_000
_ALL = "g"  # behind every hexadecimal digest
_DIGITS = 32
Candidate = tuple[UUID, str, str]


def allocate(population: Mapping[str, int], wish: SampleWish) -> dict[str, int]:
    """How many are drawn from each stratum: at least one, so that nothing is out of reach; never more than there are.

    The rest is shared by size, or equally; what a small stratum cannot give, others do. Raises BadInputError.
    """
    if len(population) > MOST_STRATA:
        raise BadInputError(
            f"there are {len(population):,} strata", field="strata", hint="stratify by less, or filter: 5,000 at most"
        )
    if len(population) > wish.size:
        raise BadInputError(
            f"there are {len(population):,} strata, and a sample of {wish.size:,} cannot have one of each",
            field="sample",
            hint=f"ask for {len(population):,} at least, or stratify by less",
        )
    size = min(wish.size, sum(population.values()))
    given = dict.fromkeys(population, 1)
    while (left := size - sum(given.values())) > 0:
        for stratum, more in _shares(population, given, left, is_equal=wish.allocation == "equal").items():
            given[stratum] += more
    return given


def limits(population: Mapping[str, int], given: Mapping[str, int], slack: float) -> dict[str, str]:
    """Digests that, as good as certainly, enough channels of each stratum do not exceed."""
    return {stratum: _limit(population[stratum], n, slack) for stratum, n in given.items()}


def draw(
    population: Mapping[str, int],
    given: Mapping[str, int],
    within: Callable[[Mapping[str, str]], Iterable[Candidate]],
) -> Drawn:
    """The sample. `within` finds the channels whose digests do not exceed the limits."""
    chosen: list[tuple[UUID, str]] = []
    open_strata, slack = dict(given), 6.0
    while open_strata:
        found = defaultdict(list)
        for key, stratum, digest in within(limits(population, open_strata, slack)):
            found[stratum].append((digest, key))
        done = [stratum for stratum, n in open_strata.items() if len(found[stratum]) >= n]
        chosen += [(key, stratum) for stratum in done for _, key in sorted(found[stratum])[: open_strata.pop(stratum)]]
        slack *= 10
    chosen.sort()
    table = [{"stratum": name, "population": population[name], "drawn": given[name]} for name in sorted(population)]
    return Drawn(
        [key for key, _ in chosen],
        [stratum for _, stratum in chosen],
        [given[stratum] / population[stratum] for _, stratum in chosen],
        table,
    )


def _shares(population: Mapping[str, int], given: Mapping[str, int], left: int, *, is_equal: bool) -> dict[str, int]:
    """What is left, shared among those that have more to give: whole parts, then the largest remainders."""
    able = {stratum: n - given[stratum] for stratum, n in population.items() if n > given[stratum]}
    # By size: what a stratum is to have in the end, less what it has.
    weights = {stratum: 1.0 if is_equal else max(_due(population, stratum, given, left), 1e-9) for stratum in able}
    total = sum(weights.values())
    exact = {stratum: min(left * weight / total, able[stratum]) for stratum, weight in weights.items()}
    shares = {stratum: int(share) for stratum, share in exact.items()}
    spare = min(left - sum(shares.values()), len(able))
    for stratum in sorted(exact, key=lambda name: (shares[name] - exact[name], name))[:spare]:
        shares[stratum] += shares[stratum] < able[stratum]
    return shares


def _due(population: Mapping[str, int], stratum: str, given: Mapping[str, int], left: int) -> float:
    size = left + sum(given.values())
    return size * population[stratum] / sum(population.values()) - given[stratum]


def _limit(population: int, n: int, slack: float) -> str:
    share = (n + slack * math.sqrt(n) + 2 * slack) / population
    return _ALL if share >= 1 else format(int(share * 16**_DIGITS), f"0{_DIGITS}x")


def described(wish: SampleWish, drawn: Drawn) -> dict[str, object]:
    """What a manifest says of a sample."""
    return {
        "size": wish.size,
        "seed": wish.seed,
        "strata_by": list(wish.strata),
        "allocation": wish.allocation,
        "drawn": len(drawn.keys),
        "population": sum(int(row["population"]) for row in drawn.table),
        "strata": list(drawn.table),
    }


def chunks(drawn: Drawn, size: int) -> Iterable[Mapping[str, Sequence[object]]]:
    """Parts of a sample, as parameters."""
    for start in range(0, len(drawn.keys), size):
        part = slice(start, start + size)
        told = {"keys": drawn.keys[part], "strata": drawn.strata[part], "probabilities": drawn.probabilities[part]}
        yield {name: list(values) for name, values in told.items()}
