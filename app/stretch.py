"""Looking through a long list for the few rows that somebody wants, where no index leads to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, RowMapping, TextClause

from app.db import Queries

Row = TypeVar("Row")
Key = TypeVar("Key")
LOOKED_AT = 10_000
"""Rows that one page looks through, so that no request reads the whole table."""


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row, Key]):
    """What was found in a part of a list."""

    rows: list[Row]
    end: Key | None = None
    """The last key that was looked at, where the list goes on behind it."""


def search(
    tx: Connection, queries: Queries, searched: TextClause, where: Mapping[str, Any], read: Callable[[RowMapping], Row]
) -> Stretch[Row, Any]:
    """The `limit` first rows that `searched` finds among the next `LOOKED_AT` behind `after`.

    Where it finds fewer, the `end_of_stretch` of these queries tells how far that was.
    """
    values = {**where, "most": LOOKED_AT}
    found = [read(row) for row in tx.execute(searched, values).mappings()]
    if len(found) == where["limit"]:
        return Stretch(found)
    return Stretch(found, tx.execute(queries["end_of_stretch"], values).scalar())
