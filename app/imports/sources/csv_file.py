"""CSV as people have it: any delimiter, with a header or without, the id in whatever column."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from os import fstat
from pathlib import Path
from typing import Any, BinaryIO

from app.catalog.ids import NotAChannelIdError, channel_key, read_channel_id
from app.catalog.model import ImportRow
from app.imports.contract import CONTENT_SHOWN, MOST_REJECTS, Page, Reject, UnusableSourceError
from app.imports.csv_block import UsualLines
from app.imports.known import COUNTRY_NAMES, HANDLE_NAMES, ID_NAMES, TITLE_NAMES, country_in, handle_in, title_in
from app.imports.lines import Lines

_PATIENCE = 64
_LOOKED_AT = 100
_ID_LENGTH = 24
_DELIMITERS = ",;\t|"
_WINDOW = 1 << 20
_NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; save the sheet as CSV",
    b"\x1f\x8b": "compressed with gzip; unpack it: gunzip",
    b"\xff\xfe": "in UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8",
    b"\xfe\xff": "in UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8",
}


class CsvFile:
    """A CSV or TSV file."""

    name = "csv"
    title = "CSV file"

    def check(self, path: str) -> dict[str, Any]:
        """Size and time of the file: an import that goes on after a pause must find the same file."""
        with _opened(path) as file:
            found, start = fstat(file.fileno()), file.read(4)
        if found.st_size == 0:
            raise UnusableSourceError("the file is empty", hint="a file with one channel id a line is enough")
        for mark, told in _NOT_TEXT.items():
            if start.startswith(mark):
                what, mend = told.split("; ")
                raise UnusableSourceError(f"the file is {what}", hint=mend)
        return {"size": found.st_size, "modified_ns": found.st_mtime_ns}

    def pages(self, path: str, position: Mapping[str, Any], rows: int) -> Iterator[Page]:
        """The layout of the columns is found at the beginning and travels with the position."""
        with _opened(path) as file:
            layout = position.get("layout") or _find_layout(file)
            reader = _Reader(file, layout, position.get("offset", 0), position.get("line", 0))
            at_end = False
            while not at_end:
                page, size = reader.page(rows), fstat(file.fileno()).st_size
                page.position = {"offset": reader.offset, "line": reader.line, "layout": layout}
                page.share_read = reader.offset / size if size else 1.0
                page.at_end = at_end = reader.offset >= size
                yield page


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    try:
        with Path(path).open("rb") as file:
            yield file
    except OSError as error:
        why = f"the file cannot be read: {error.strerror}"
        raise UnusableSourceError(
            why, hint="the account of the API and of the workers must be able to read it"
        ) from None


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
    try:
        key = channel_key(read_channel_id(_cell(record, layout["id"]) or ""))
    except NotAChannelIdError as error:
        page.rejects.append(Reject(line, layout["delimiter"].join(record)[:CONTENT_SHOWN], str(error)))
        return
    title, handle, country = (_cell(record, layout.get(name)) for name in ("title", "handle", "country"))
    page.rows.append(ImportRow(key, title_in(title), handle_in(handle), country_in(country)))


def _cell(record: list[str], column: int | None) -> str | None:
    return record[column] if column is not None and column < len(record) else None


def _find_layout(file: BinaryIO) -> dict[str, Any]:
    """Which delimiter, whether there is a header, and which columns hold id and title: what yields the most ids."""
    first_line = next(Lines(file, 0, 0), "")
    likely = sorted(_DELIMITERS, key=first_line.count, reverse=True)
    _, layout = max((_layout(file, delimiter) for delimiter in likely), key=itemgetter(0))
    if layout["id"] is None:
        raise UnusableSourceError(
            f"no column with channel ids was found in the first {_LOOKED_AT} rows",
            hint="name the column channel_id, or make it the only one; an id looks like UC and 22 characters",
        )
    return layout


def _layout(file: BinaryIO, delimiter: str) -> tuple[tuple[int, int], dict[str, Any]]:
    """The layout for one delimiter, and how well it fits: bare ids in the best column, then ids of any form.

    Bare ones first: with a wrong delimiter a whole line that begins with an id, or ends with a link, still holds one.
    """
    records = islice(_records(Lines(file, 0, 0), delimiter), _LOOKED_AT)
    head = [record for _, record in records if record] or [[]]
    names = [cell.strip().lower() for cell in head[0]]
    header = any(name in ID_NAMES or name in TITLE_NAMES for name in names) and not any(map(_holds_id, head[0]))
    column = _id_column(names if header else [], head[header:])
    title = _named(names, TITLE_NAMES) if header else _other(head, column)
    ids = [cell for record in head if _holds_id(cell := _cell(record, column) or "")]
    bare = sum(len(cell.strip()) == _ID_LENGTH for cell in ids)
    named = {"title": title}
    if header:
        named |= {"handle": _named(names, HANDLE_NAMES), "country": _named(names, COUNTRY_NAMES)}
    # The column of the ids may be called anything, "title" too; it is read once.
    others = {name: None if n == column else n for name, n in named.items()}
    return (bare, len(ids)), {"delimiter": delimiter, "header": header, "id": column, **others}


def _id_column(names: list[str], records: list[list[str]]) -> int | None:
    """The column that holds the most ids, the named one if several do; without any id, the one with the right name."""
    widest = max(map(len, records), default=0)
    held = [sum(_holds_id(record[column]) for record in records if column < len(record)) for column in range(widest)]
    named = _named(names, ID_NAMES)
    if any(held):
        return max(range(widest), key=lambda column: (held[column], column == named))
    return named


def _named(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _other(head: list[list[str]], column: int | None) -> int | None:
    """Without a header, a second column is taken for the title."""
    return 1 - column if column is not None and len(head[0]) == 2 and column < 2 else None  # noqa: PLR2004 - two columns


def _holds_id(cell: str) -> bool:
    try:
        read_channel_id(cell)
    except NotAChannelIdError:
        return False
    return True
