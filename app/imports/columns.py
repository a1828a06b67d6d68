"""Which column holds channel ids and which titles: judged by what stands in them, and by their names."""

from collections.abc import Callable, Sequence

from app.catalog.ids import NotAChannelIdError, read_channel_id
from app.imports.known import ID_NAMES
from app.imports.naming import read_cell

LOOKED_AT = 100
"""So many rows are looked at."""


def id_column(names: Sequence[str], records: Sequence[Sequence[str]]) -> int | None:
    """The column that holds the most ids, the named one if several do; without any id, the one with the right name.

    Where no column holds an id, one with handles and links is taken. `names` are in lower case, and may be none;
    `records` may be of different lengths.
    """
    right = named(names, ID_NAMES)
    for holds in (holds_id, holds_name):
        if (column := _fullest(records, holds, right)) is not None:
            return column
    return right


def _fullest(records: Sequence[Sequence[str]], holds: Callable[[str], bool], right: int | None) -> int | None:
    widest = max(map(len, records), default=0)
    held = [sum(holds(record[column]) for record in records if column < len(record)) for column in range(widest)]
    return max(range(widest), key=lambda column: (held[column], column == right)) if any(held) else None


def named(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    """The column with the likeliest of the wanted names; None where none has one."""
    return next((names.index(name) for name in wanted if name in names), None)


def holds_id(cell: str) -> bool:
    """Whether a channel id stands in it."""
    try:
        read_channel_id(cell)
    except NotAChannelIdError:
        return False
    return True


def holds_name(cell: str) -> bool:
    """Whether it names a channel, by its id or otherwise."""
    try:
        read_cell(cell)
    except NotAChannelIdError:
        return False
    return True
