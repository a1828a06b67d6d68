"""CSV for people, who open it with a spreadsheet: no cell of theirs may be taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

# What spreadsheets take for a formula, halfwidth or fullwidth, and the white space that they skip before one.
_FORMULA = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\\s]")
_LINES_AT_ONCE = 500


def harmless(text: str) -> str:
    """As it is, or behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def csv_pieces(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A CSV file, some hundred lines at a time; None is an empty cell, and numbers are left as they are."""
    lines = chain([header], rows)
    while some := list(islice(lines, _LINES_AT_ONCE)):
        piece = io.StringIO()
        csv.writer(piece).writerows([_cell(value) for value in row] for row in some)
        yield piece.getvalue()


def _cell(value: object) -> object:
    return harmless(value) if isinstance(value, str) else value
