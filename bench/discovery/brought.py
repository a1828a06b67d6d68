"""What methods have brought for how many units, whoever chose what to expand."""

from collections.abc import Mapping
from dataclasses import dataclass

GROUPS = {"mentions": "texts", "description_links": "texts", "handles": "texts"}
"""Texts name ids and handles. Who was found through a handle is counted under the method that read it."""


@dataclass(slots=True)
class Brought:
    """By one method; calls that confirm are shared out by how many channels each method had to be confirmed."""

    expansions: int = 0
    units: int = 0
    new: int = 0
    """Channels that exist, publish, and were not known."""
    dropped: int = 0
    """Named, but nobody, or without a video."""


def rows(ours: Mapping[str, Brought], theirs: Mapping[str, Brought]) -> list[dict[str, object]]:
    """New channels per unit by method, ours beside theirs, and of all methods together."""
    names = sorted({*ours, *theirs})
    found = [_row(name, ours.get(name, Brought()), theirs.get(name, Brought())) for name in names]
    return [*found, _row("all", total(ours), total(theirs))]


def total(brought: Mapping[str, Brought]) -> Brought:
    """All methods together."""
    every = list(brought.values())
    return Brought(
        expansions=sum(one.expansions for one in every),
        units=sum(one.units for one in every),
        new=sum(one.new for one in every),
        dropped=sum(one.dropped for one in every),
    )


def _row(name: str, ours: Brought, theirs: Brought) -> dict[str, object]:
    row: dict[str, object] = {"method": name}
    for who, one in (("ours", ours), ("snowball", theirs)):
        units = one.units + (one.new + one.dropped) / 50
        row |= {
            f"{who}_expansions": one.expansions,
            f"{who}_units": round(units, 1),
            f"{who}_new": one.new,
            f"{who}_new_a_unit": round(one.new / units, 2) if units else 0.0,
        }
    return row
