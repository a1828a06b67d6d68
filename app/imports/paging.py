"""From a stream of entries to pages, and from a position to the entries that come after it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from app.catalog.model import ImportRow
from app.imports.contract import CONTENT_SHOWN, MOST_REJECTS, Name, Page, Reject, UnusableSourceError
from app.imports.finding import LOOKED_FOR, Called, Channel, Found
from app.imports.opening import Opened, Part, opened, seen


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where reading can begin again: how far in the bytes (or rows), in which line, inside of what."""

    offset: int = 0
    line: int = 1
    inside: str = ""


Entry = ImportRow | Name | Reject
Parse = Callable[[Part, Mark], Iterable[Entry | Mark]]
"""What stands in a part from a mark on; a mark of its own comes between entries where one can be made."""
PagesOf = Callable[[Part, Mapping[str, Any], int], Iterator[Page]]
"""The pages of one part: a file, or one of the files in an archive."""

_TITLE = 300
_PATIENCE = 1_000


def entry_of(
    found: Found, line: int, title: str | None = None, handle: str | None = None, country: str | None = None
) -> Entry:
    """What becomes of something that was found in a line."""
    match found:
        case Channel(key):
            return ImportRow(key, _title(title), handle, country)
        case Called(text):
            return Name(line, text[:CONTENT_SHOWN])
        case _:
            return reject(line, found.text, found.reason)


class NothingFoundError(UnusableSourceError):
    """Nothing in it names a channel."""

    hint = LOOKED_FOR


def reject(line: int, content: str, reason: str) -> Reject:
    """A row that holds nothing, shortened."""
    return Reject(line, content.strip()[:CONTENT_SHOWN], reason)


def paged(parse: Parse) -> PagesOf:
    """Pages of what a parser yields. A position is the last mark, and how many entries came after it."""

    def pages(part: Part, position: Mapping[str, Any], rows: int) -> Iterator[Page]:
        mark, since, page = Mark(*position.get("mark", ())), 0, Page()
        known = position.get("entries", 0)
        entries = parse(part, mark)
        for entry in entries if position else _with_something(entries):
            if isinstance(entry, Mark):
                mark, since = entry, 0
                continue
            since += 1
            if known:
                known -= 1
                continue
            _add(page, entry)
            if page.entered >= rows or len(page.rejects) >= MOST_REJECTS:
                yield _placed(page, part, mark, since)
                page = Page()
        page.at_end = True
        yield _placed(page, part, mark, since)

    return pages


def _placed(page: Page, part: Part, mark: Mark, since: int) -> Page:
    page.position, page.share_read = {"mark": astuple(mark), "entries": since}, part.share()
    return page


def _with_something(entries: Iterable[Entry | Mark]) -> Iterator[Entry | Mark]:
    """These entries. Where the beginning names nothing, it is no list, and thousands of rejects would help nobody."""
    entries, held = iter(entries), []
    for entry in entries:
        held.append(entry)
        if isinstance(entry, ImportRow | Name):
            yield from held
            yield from entries
            return
        if len(held) >= _PATIENCE:
            raise NothingFoundError(f"nothing in the first {_PATIENCE:,} rows names a channel")
    raise NothingFoundError("nothing in the file names a channel")


class FileSource:
    """A file that is read in one way, or in the way that fits its content; also packed, and several in one archive."""

    def __init__(self, name: str, title: str, reader: Callable[[Part], PagesOf]) -> None:
        self.name, self.title = name, title
        self.reader = reader

    def check(self, path: str) -> dict[str, Any]:
        """Size and time of the file: an import that goes on after a pause must find the same one."""
        return seen(path)

    def pages(self, path: str, position: Mapping[str, Any], rows: int) -> Iterator[Page]:
        """Pages of all parts, one after another.

        Where the file breaks, what came before it is yielded first. Raises UnusableSourceError, also where nothing was
        found.
        """
        with opened(path) as file:
            found = position.get("found", False)
            for number in range(position.get("part", 0), len(file.parts)):
                inner = position.get("inner", {}) if number == position.get("part", 0) else {}
                for page in self._of_part(file, number, inner, rows):
                    found = found or bool(len(page.rows) or page.names)
                    page.position = {**page.position, "found": found}
                    page.share_read = (number + page.share_read) / len(file.parts)
                    page.at_end = page.at_end and found
                    if page.entered or page.at_end:
                        yield page
                    if page.at_end:
                        return
            if not found:
                raise NothingFoundError("nothing in the file names a channel")
            yield Page(position={"part": len(file.parts), "found": True}, at_end=True)

    def _of_part(self, file: Opened, number: int, inner: Mapping[str, Any], rows: int) -> Iterator[Page]:
        name, is_last = file.parts[number][0], number == len(file.parts) - 1
        try:
            with file.part(number) as part:
                for page in _unless_broken(part, self.reader(part)(part, inner, rows)):
                    page.position = {"part": number, "inner": page.position}
                    page.at_end = page.at_end and is_last and not part.broken
                    page.rejects = [replace(one, content=_inside(name, one.content)) for one in page.rejects]
                    yield page
        except UnusableSourceError as error:
            # Among several files one that is no list costs only itself, and one of other things is not spoken of.
            if len(file.parts) == 1:
                raise
            if not isinstance(error, NothingFoundError):
                yield Page(rejects=[reject(1, name, str(error))], position={"part": number + 1})


def _unless_broken(part: Part, pages: Iterator[Page]) -> Iterator[Page]:
    """These pages. When the part turns out to be broken, that is said after them, and nothing else."""
    try:
        yield from pages
    except NothingFoundError:
        if not part.broken:
            raise
    if part.broken:
        raise part.broken


def _inside(name: str, content: str) -> str:
    return f"{name}: {content}"[:CONTENT_SHOWN] if name else content


def _add(page: Page, entry: Entry) -> None:
    match entry:
        case ImportRow():
            page.rows.append(entry)
        case Name():
            page.names.append(entry)
        case _:
            page.rejects.append(entry)


def _title(title: str | None) -> str | None:
    return title.strip()[:_TITLE] or None if title else None
