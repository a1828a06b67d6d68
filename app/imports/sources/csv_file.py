"""CSV as people have it: any delimiter, with a header or without, the id in whatever column."""

import csv
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from app.catalog.ids import NotAChannelIdError, channel_key, read_channel_id
from app.catalog.model import ImportRow
from app.imports.contract import Page, Reject, UnusableSourceError

# A line without an end must not fill the memory.
_LONGEST_LINE = 1 << 20
_SHOWN = 200
_LOOKED_AT = 100
_DELIMITERS = ",;\t|"
_ID_NAMES = ("channel_id", "channelid", "channel id", "youtube_channel_id", "channel", "channel_url", "url", "id")
_TITLE_NAMES = ("title", "channel_title", "channel title", "name", "channel_name", "channel name", "channeltitle")


class CsvFile:
    """A CSV or TSV file."""

    name = "csv"
    title = "CSV file"

    def check(self, path: str) -> dict[str, Any]:
        """Size and time of the file: an import that goes on after a pause must find the same file."""
        found = Path(path).stat()
        if found.st_size == 0:
            raise UnusableSourceError("the file is empty", hint="a file with one channel id a line is enough")
        return {"size": found.st_size, "modified_ns": found.st_mtime_ns}

    def read(self, path: str, position: Mapping[str, Any], rows: int) -> Page:
        """The next rows; the layout of the columns is found at the beginning and travels with the position."""
        with Path(path).open("rb") as file:
            layout = position.get("layout") or _find_layout(file)
            feed = _Lines(file, position.get("offset", 0), position.get("line", 0))
            page = _read_page(feed, layout, rows, skip_header=layout["header"] and feed.line == 0)
            size = Path(path).stat().st_size
        page.position = {"offset": feed.offset, "line": feed.line, "layout": layout}
        page.share_read = feed.offset / size if size else 1.0
        page.at_end = feed.offset >= size
        return page


class _Lines:
    """The lines of a file as text, and how far they were read: in bytes, and in lines."""

    def __init__(self, file: BinaryIO, offset: int, line: int) -> None:
        file.seek(offset)
        self._file = file
        self.offset = offset
        self.line = line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(_LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.offset += len(raw)
        self.line += 1
        return raw.decode("utf-8-sig" if self.line == 1 else "utf-8", errors="replace").replace("\x00", "")

    def back_to(self, offset: int, line: int) -> None:
        """Read on from an earlier place."""
        self._file.seek(offset)
        self.offset, self.line = offset, line


def _read_page(feed: _Lines, layout: Mapping[str, Any], rows: int, *, skip_header: bool) -> Page:
    page = Page()
    for line, record in _records(feed, layout["delimiter"]):
        if skip_header:
            skip_header = False
            continue
        if record:  # an empty line is no row
            _sort(page, line, record, layout)
        if page.entered >= rows:
            break
    return page


def _records(feed: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line they begin at. One that breaks the reader counts as the single line it begins with."""
    reader = csv.reader(feed, delimiter=delimiter)
    while True:
        offset, line = feed.offset, feed.line
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A quote that is never closed swallows what follows: take its first line as it is and go on after it.
            feed.back_to(offset, line)
            record = [next(feed).rstrip("\r\n")]
            reader = csv.reader(feed, delimiter=delimiter)
        yield line + 1, record


def _sort(page: Page, line: int, record: list[str], layout: Mapping[str, Any]) -> None:
    try:
        channel_id = read_channel_id(_cell(record, layout["id"]) or "")
    except NotAChannelIdError as error:
        page.rejects.append(Reject(line, layout["delimiter"].join(record)[:_SHOWN], str(error)))
        return
    title = _cell(record, layout["title"])
    page.rows.append(ImportRow(channel_key(channel_id), title.strip() or None if title else None))


def _cell(record: list[str], column: int | None) -> str | None:
    return record[column] if column is not None and column < len(record) else None


def _find_layout(file: BinaryIO) -> dict[str, Any]:
    """Which delimiter, whether there is a header, and which columns hold id and title."""
    delimiter = _delimiter(next(_Lines(file, 0, 0), ""))
    records = islice(_records(_Lines(file, 0, 0), delimiter), _LOOKED_AT)
    head = [record for _, record in records if record] or [[]]
    names = [cell.strip().lower() for cell in head[0]]
    header = any(name in _ID_NAMES or name in _TITLE_NAMES for name in names) and not any(map(_holds_id, head[0]))
    column = _id_column(names if header else [], head[header:])
    if column is None:
        raise UnusableSourceError(
            f"no column with channel ids was found in the first {_LOOKED_AT} rows",
            hint="name the column channel_id, or make it the only one; an id looks like UC and 22 characters",
        )
    title = (
        next((names.index(name) for name in _TITLE_NAMES if name in names), None) if header else _other(head, column)
    )
    return {"delimiter": delimiter, "header": header, "id": column, "title": title}


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count) if any(mark in line for mark in _DELIMITERS) else ","


def _id_column(names: list[str], records: list[list[str]]) -> int | None:
    """The named column if it holds ids, else the one that holds the most."""
    widest = max(map(len, records), default=0)
    held = [sum(_holds_id(record[column]) for record in records if column < len(record)) for column in range(widest)]
    named = [names.index(name) for name in _ID_NAMES if name in names]
    if any(held):
        return max(range(widest), key=lambda column: (held[column], column in named))
    return named[0] if named else None


def _other(head: list[list[str]], column: int) -> int | None:
    """Without a header, a second column is taken for the title."""
    return 1 - column if head and len(head[0]) == 2 and column < 2 else None  # noqa: PLR2004 - two columns


def _holds_id(cell: str) -> bool:
    try:
        read_channel_id(cell)
    except NotAChannelIdError:
        return False
    return True
