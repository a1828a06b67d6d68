"""How good an order of pairs is, and whether numbers that are called probabilities are ones. Pure."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import mean

from bench.discovery.ours import Pair

BINS = 10
DEPTHS = (10, 100, 1_000)


def precision(pairs: Sequence[Pair], chance: random.Random) -> list[dict[str, object]]:
    """The share of related pairs among the first k, by each order; among equals chance decides."""
    orders: dict[str, Callable[[Pair], float]] = {
        "confidence": lambda pair: -pair.confidence,
        "evidence count": lambda pair: -pair.evidence,
        "random": lambda _: 0.0,
    }
    found = []
    for name, key in orders.items():
        ordered = sorted(chance.sample(list(pairs), len(pairs)), key=key)
        for truth in ("same_community", "same_theme"):
            row: dict[str, object] = {"order": name, "related is": truth}
            row |= {f"at {k:,}": _share(ordered[:k], truth) for k in DEPTHS if k < len(pairs)}
            found.append({**row, "all": _share(ordered, truth)})
    return found


def calibration(pairs: Sequence[Pair]) -> list[dict[str, object]]:
    """Ten bins of confidence, those that are empty left out: mean confidence, and the shares that are related."""
    bins: dict[int, list[Pair]] = {}
    for pair in pairs:
        bins.setdefault(_bin(pair.confidence), []).append(pair)
    return [
        {
            "confidence": f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}",
            **_told(within),
        }
        for number, within in sorted(bins.items())
    ]


def by_method(edges: Mapping[str, Sequence[Pair]]) -> list[dict[str, object]]:
    """Likewise for the edges of each method."""
    return [{"method": name, **_told(within)} for name, within in sorted(edges.items())]


def scores(pairs: Sequence[Pair]) -> list[dict[str, object]]:
    """Brier score and expected calibration error (both are better the smaller), beside constant confidences."""
    judged = [pair for pair in pairs if pair.judged]
    return [*_scores("all", pairs), *_scores("some method can be judged", judged)]


def _scores(which: str, pairs: Sequence[Pair]) -> Iterator[dict[str, object]]:
    for truth in ("same_community", "same_theme"):
        related = [bool(getattr(pair, truth)) for pair in pairs]
        share = mean(related)
        claims = {
            "ours": [pair.confidence for pair in pairs],
            "constant 0.5": [0.5] * len(pairs),
            f"constant {share:.3f}, the true share": [share] * len(pairs),
        }
        for name, claimed in claims.items():
            wrong = round(brier(claimed, related), 4), round(calibration_error(claimed, related), 4)
            yield {"pairs": which, "related is": truth, "confidence": name, "brier": wrong[0], "ece": wrong[1]}


def brier(claimed: Sequence[float], related: Sequence[bool]) -> float:
    """The mean square of what a claim is wrong by."""
    return mean((one - truth) ** 2 for one, truth in zip(claimed, related, strict=True))


def calibration_error(claimed: Sequence[float], related: Sequence[bool]) -> float:
    """The mean distance between claims and truth in ten bins, weighed by how many are in each."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for one, truth in zip(claimed, related, strict=True):
        bins.setdefault(_bin(one), []).append((one, truth))
    gaps = [abs(sum(one - truth for one, truth in within)) for within in bins.values()]
    return sum(gaps) / len(claimed)


def _bin(claim: float) -> int:
    return min(BINS - 1, int(claim * BINS))


def _told(within: Sequence[Pair]) -> dict[str, object]:
    return {
        "number": len(within),
        "mean confidence": round(mean(pair.confidence for pair in within), 3),
        "same_community": _share(within, "same_community"),
        "same_theme": _share(within, "same_theme"),
    }


def _share(pairs: Sequence[Pair], truth: str) -> float:
    return round(mean(bool(getattr(pair, truth)) for pair in pairs), 3) if pairs else 0.0
