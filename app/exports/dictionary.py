"""The data dictionary: what the comments of the views say, as data and as a page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from sqlalchemy import RowMapping

from app.exports.model import Column, Table

_TOLD = re.compile(
    r"(?P<meaning>.+?)\.(?: Unit: (?P<unit>.+?)\.)?(?: NULL: (?P<null>.+?)\.)? Source: (?P<source>.+)\.", re.DOTALL
)
_PAGE = """\
# The data dictionary

What each column means that [exports](exports.md) and the views of the schema `analyst` have. Made from the comments in
`sql/views/` by `python -m app dictionary`; do not edit. `GET /api/exports/dictionary` tells the same as JSON.

Columns that end in `_key` are in the views only: rows are joined by them. What stands under NULL is what NULL means;
where nothing stands, the column is never NULL.
"""


def tables(rows: Iterable[RowMapping]) -> dict[str, Table]:
    """The tables that these rows of the catalogue describe, column by column in order."""
    return {
        name: Table(name, next(iter(described := list(of)))["meaning"], tuple(map(_column, described)))
        for name, of in groupby(rows, key=itemgetter("view"))
    }


def page(described: Mapping[str, Table]) -> str:
    """docs/data-dictionary.md."""
    return _PAGE + "".join(map(_section, described.values()))


def _column(row: RowMapping) -> Column:
    told = _TOLD.fullmatch(row["told"] or "")
    if told is None:
        raise ValueError(f"the comment of {row['view']}.{row['name']} is not that of a column: {row['told']!r}")
    return Column(row["name"], row["type"], told["meaning"], told["unit"], told["null"], told["source"])


def _section(table: Table) -> str:
    names = ("column", "type", "meaning", "unit", "NULL", "source")
    head = f"\n## {table.name}\n\n{table.meaning}\n\n| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    return head + "".join(_line(column) for column in table.columns)


def _line(column: Column) -> str:
    cells: Sequence[str | None] = (
        f"`{column.name}`", column.type, column.meaning, column.unit, column.null_means, column.source
    )  # fmt: skip
    return f"| {' | '.join(cell or '' for cell in cells)} |\n"
