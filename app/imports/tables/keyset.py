"""Reading a table in the order of its key: each page begins behind the last row of the one before, never at a number.

So every page costs the same, and what is added or removed meanwhile moves nothing that was not read yet.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    types,
)

_LONGEST = 2_048
"""So many characters of a cell are read: no link is longer, and no title is kept longer."""
_BINARY = (types.LargeBinary, types.BINARY, types.VARBINARY)


def next_rows(table: Table, key: Sequence[str], columns: Sequence[str], after: Sequence[Any] | None) -> Select[Any]:
    """The key and these columns, as text, of the rows behind `after`."""
    ordered = [table.c[name] for name in key]
    wanted = select(*ordered, *(_text_of(table.c[name]).label(f"cell_{at}") for at, name in enumerate(columns)))
    return (wanted if after is None else wanted.where(_behind(ordered, after))).order_by(*ordered)


def share_of(connection: Connection, table: Table, key: Sequence[str]) -> tuple[int, int] | None:
    """The lowest and the highest number that the key has; None where it is no number."""
    if len(key) != 1 or not isinstance(table.c[key[0]].type, types.Integer):
        return None
    column = table.c[key[0]]
    # Two questions: each is the end of an index, together they are the whole table for some planners.
    lowest, highest = (connection.scalar(select(end(column))) for end in (func.min, func.max))
    return (lowest, highest) if isinstance(lowest, int) and isinstance(highest, int) else None


def packed(values: Sequence[Any]) -> list[Any]:
    """A key as JSON."""
    return [_packed(value) for value in values]


def unpacked(values: Sequence[Any]) -> list[Any]:
    """The key that was packed."""
    return [_unpacked(value) for value in values]


def cell(value: object) -> str:
    """A cell as text, whatever the column holds."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
    return text.replace("\x00", "")


def key_values(row: Row[Any], key: Sequence[str]) -> list[Any]:
    """The key of a row that next_rows found."""
    return list(row[: len(key)])


def _behind(ordered: Sequence[ColumnElement[Any]], after: Sequence[Any]) -> ColumnElement[bool]:
    """(a, b) > (x, y) in words that every planner finds the index for: a >= x and (a > x or (a = x and b > y))."""
    column, value = ordered[0], literal(after[0], ordered[0].type)
    if len(ordered) == 1:
        return column > value
    return and_(column >= value, or_(column > value, and_(column == value, _behind(ordered[1:], after[1:]))))


def _text_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    plain = isinstance(column.type, (types.String, *_BINARY)) and not isinstance(column.type, types.Enum)
    return func.substr(column if plain else cast(column, Text), 1, _LONGEST)


def _packed(value: object) -> object:
    match value:
        case UUID():
            return {"uuid": str(value)}
        case bytes():
            return {"bytes": value.hex()}
        case str() if "\x00" in value:
            return {"text": value.encode().hex()}
    return value


def _unpacked(value: object) -> object:
    match value:
        case {"uuid": str(text)}:
            return UUID(text)
        case {"bytes": str(digits)}:
            return bytes.fromhex(digits)
        case {"text": str(digits)}:
            return bytes.fromhex(digits).decode()
    return value
