"""Which column holds channel ids and which titles: judged by what stands in them, and by their names."""

from collections.abc import Sequence

from app.catalog.ids import NotAChannelIdError, read_channel_id
from app.imports.finding import Called, Channel, in_cell, in_value
from app.imports.known import ID_NAMES

LOOKED_AT = 100
"""So many rows are looked at."""


def id_column(names: Sequence[str], records: Sequence[Sequence[str]]) -> int | None:
    """The column that holds the most ids, the named one if several do; without any id, the one with the right name.

    Where no column holds an id, one with handles and links is taken. `names` are in lower case, and may be none;
    `records` may be of different lengths.
    """
    right, widest = named(names, ID_NAMES), max(map(len, records), default=0)
    for holds in (holds_id, in_cell):
        held = [sum(bool(holds(one[column])) for one in records if column < len(one)) for column in range(widest)]
        if any(held):
            return max(range(widest), key=lambda column: (held[column], column == right))
    return right


def named(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The column with the likeliest of the wanted names; None where none has one."""
    return next((names.index(name) for name in wanted if name in names), None)


def holds_id(cell: str) -> bool:
    """Whether a channel id stands in it, by itself or in a link."""
    try:
        read_channel_id(cell)
    except NotAChannelIdError:
        return isinstance(in_value(cell), Channel)
    return True


def holds_name(cell: str) -> bool:
    """Whether it names a channel, by its id or otherwise."""
    return isinstance(in_cell(cell), Channel | Called)
