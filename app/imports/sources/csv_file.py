"""CSV as people have it: any delimiter, with a header or without, the id in whatever column."""

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from operator import itemgetter
from typing import Any, BinaryIO

from app.imports.columns import LOOKED_AT, holds_id, id_column, named
from app.imports.contract import MOST_REJECTS, Page, UnusableSourceError
from app.imports.csv_block import UsualLines
from app.imports.finding import LOOKED_FOR, Called, in_cell
from app.imports.known import COUNTRY_NAMES, HANDLE_NAMES, ID_NAMES, TITLE_NAMES, country_in, handle_in, title_in
from app.imports.lines import Lines
from app.imports.opening import Part
from app.imports.paging import FileSource
from app.imports.sorting import sort

_PATIENCE = 64
_ID_LENGTH = 24
_DELIMITERS = ",;\t|"
_WINDOW = 1 << 20
_TITLE_OF_TAKEOUT = 2


def pages_of_csv(part: Part, position: Mapping[str, Any], rows: int) -> Iterator[Page]:
    """The layout of the columns is found at the beginning and travels with the position."""
    layout = position.get("layout") or _find_layout(part.file)
    reader = _Reader(part.file, layout, position.get("offset", 0), position.get("line", 0))
    at_end = False
    while not at_end:
        page = reader.page(rows)
        page.position = {"offset": reader.offset, "line": reader.line, "layout": layout}
        page.share_read, page.at_end = part.share(), (at_end := reader.is_over())
        yield page


CSV = FileSource("csv", "CSV file", lambda _: pages_of_csv)


class _Reader:
    """The rows of a file from a place on: usual lines by the block, all others by a real CSV reader."""

    def __init__(self, file: BinaryIO, layout: Mapping[str, Any], offset: int, line: int) -> None:
        self._file = file
        self._layout = layout
        self._usual = UsualLines(layout)
        self._window, self._window_at = b"", offset
        self.offset, self.line = offset, line

    def page(self, rows: int) -> Page:
        """The next rows; fewer where many of them are rejected."""
        page = Page()
        patience = 1
        while page.entered < rows and len(page.rejects) < MOST_REJECTS:
            # Where most lines are unusual, it is not worth while to look for the others after each of them.
            patience = 1 if self.line and self._take_usual(page, rows) else min(2 * patience, _PATIENCE)
            if not self._take_exactly(page, min(patience, rows - page.entered)):
                break
        return page

    def is_over(self) -> bool:
        """Whether nothing comes after these rows."""
        self._file.seek(self.offset)
        return not self._file.read(1)

    def _take_usual(self, page: Page, rows: int) -> bool:
        found = 0
        while (run := self._next_run(rows - page.entered)) and (lines := self._usual.lines(run)) is not None:
            count = run.count(b"\n")
            page.rows.append_lines(lines, count)
            self.offset, self.line, found = self.offset + len(run), self.line + count, found + count
        return found > 0

    def _next_run(self, most: int) -> bytes:
        start = self.offset - self._window_at
        if not 0 <= start < len(self._window) or self._window.find(b"\n", start) < 0:
            self._file.seek(self.offset)
            self._window, self._window_at, start = self._file.read(_WINDOW), self.offset, 0
        return self._window[start : self._usual.run(self._window, start, most)]

    def _take_exactly(self, page: Page, most: int) -> bool:
        """Up to `most` records, whatever they hold; False at the end of the file."""
        feed = Lines(self._file, self.offset, self.line)
        records = _records(feed, self._layout["delimiter"])
        for _ in range(most):
            line, record = next(records, (0, None))
            if record is None:
                return False
            is_header = line == 1 and self._layout["header"]
            if record and not is_header:  # an empty line is no row
                _sort(page, line, record, self._layout)
            self.offset, self.line = feed.offset, feed.line
        return True


def _records(feed: Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line they begin at. One that breaks the reader counts as the single line it begins with."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        offset, line = feed.offset, feed.line
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A quote that is never closed swallows what follows: take its first line without regard to quotes, and go
            # on after it. Only a strict reader complains at the end of the file.
            feed.back_to(offset, line)
            record = next(feed).rstrip("\r\n").split(delimiter)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        yield line + 1, record


def _sort(page: Page, line: int, record: list[str], layout: Mapping[str, Any]) -> None:
    text, title, handle, country = (_cell(record, layout.get(name)) for name in ("id", "title", "handle", "country"))
    known = title_in(title), handle_in(handle), country_in(country)
    sort(page, line, text or "", record, layout["delimiter"].join(record), *known)


def _cell(record: list[str], column: int | None) -> str | None:
    return record[column] if column is not None and column < len(record) else None


def _find_layout(file: BinaryIO) -> dict[str, Any]:
    """Which delimiter, whether there is a header, and which columns hold id and title: what yields the most ids."""
    first_line = next(Lines(file, 0, 0), "")
    likely = sorted(_DELIMITERS, key=first_line.count, reverse=True)
    _, layout = max((_layout(file, delimiter) for delimiter in likely), key=itemgetter(0))
    if layout["id"] is None:
        raise UnusableSourceError(
            f"no column with channel ids was found in the first {LOOKED_AT} rows",
            hint=f"name the column channel_id, or make it the only one; {LOOKED_FOR}",
        )
    return layout


def _layout(file: BinaryIO, delimiter: str) -> tuple[tuple[int, ...], dict[str, Any]]:
    """The layout for one delimiter, and how well it fits: bare ids in the best column, ids of any form, names.

    Bare ones first: with a wrong delimiter a whole line that begins with an id, or ends with a link, still holds one.
    """
    records = islice(_records(Lines(file, 0, 0), delimiter), LOOKED_AT)
    head = [record for _, record in records if record] or [[]]
    names = [cell.strip().lower() for cell in head[0]]
    header = any(name in ID_NAMES or name in TITLE_NAMES for name in names) and not any(map(holds_id, head[0]))
    takeout = not header and _is_takeout(head)
    header = header or takeout
    column = id_column(names if header else [], head[header:])
    called = sum(isinstance(in_cell(_cell(record, column) or ""), Called) for record in head[header:])
    title = _TITLE_OF_TAKEOUT if takeout else named(names, TITLE_NAMES) if header else _other(head, column)
    ids = [cell for record in head if holds_id(cell := _cell(record, column) or "")]
    bare = sum(len(cell.strip()) == _ID_LENGTH for cell in ids)
    texts = {"title": title}
    if header:
        texts |= {"handle": named(names, HANDLE_NAMES), "country": named(names, COUNTRY_NAMES)}
    # The column of the ids may be called anything, "title" too; it is read once.
    others = {name: None if n == column else n for name, n in texts.items()}
    return (bare, len(ids), called), {"delimiter": delimiter, "header": header, "id": column, **others}


def _is_takeout(head: list[list[str]]) -> bool:
    """The subscriptions of Google Takeout, whose header is in the language of the account: id, link, title."""
    first, *others = head
    return (
        bool(others)
        and not any(map(holds_id, first))
        and all(
            len(one) == _TITLE_OF_TAKEOUT + 1 and one[0] and one[1].endswith(f"/channel/{one[0]}") for one in others
        )
    )


def _other(head: list[list[str]], column: int | None) -> int | None:
    """Without a header, a second column is taken for the title."""
    return 1 - column if column is not None and len(head[0]) == 2 and column < 2 else None  # noqa: PLR2004 - two columns
