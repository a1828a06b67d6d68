"""OPML, feeds, other XML and web pages: read tag by tag. Nothing is declared, expanded or fetched."""

import html
import re
from collections.abc import Iterator

from app.imports.contract import UnusableSourceError
from app.imports.finding import Called, Channel, Found, in_prose, in_value
from app.imports.opening import Part
from app.imports.paging import Entry, FileSource, Mark, entry_of, paged, reject
from app.imports.texts import Line, lines

_TAG = re.compile(r"<(!--.*?--|[^<>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DECLARATION = re.compile(r"!(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)
_LONGEST_TAG = 1 << 17
_TITLES = ("title", "text", "name")


class _Scanner:
    """Finds channels in tags, and in the text between them."""

    def __init__(self) -> None:
        self._cut, self._began = "", 1
        self._linked: tuple[Found, int] | None = None
        """A link whose text, its title, comes next."""

    def take(self, line: Line) -> Iterator[Entry]:
        """What stands in this line. A tag may go on in the next."""
        text = self._cut + line.text + ("\n" if line.ends else "")
        number, at = (self._began if self._cut else line.number), 0
        for tag in _TAG.finditer(text):
            yield from self._between(text[at : tag.start()], number)
            yield from self._tag(tag[1], number)
            number, at = line.number, tag.end()
        begun = text.find("<", at)
        whole = len(text) if begun < 0 or len(text) - begun > _LONGEST_TAG else begun
        yield from self._between(text[at:whole], number)
        self._cut, self._began = text[whole:], number

    def finish(self) -> Iterator[Entry]:
        """What is left when the file ends."""
        yield from self._between(self._cut, self._began)
        yield from self._without_text()

    def _tag(self, inside: str, number: int) -> Iterator[Entry]:
        if _DECLARATION.match(inside):
            raise UnusableSourceError(
                "the file declares entities of its own, which can be made to fill all memory",
                hint="no list of subscriptions does; export it again",
            )
        yield from self._without_text()
        values = {name.lower(): html.unescape(first or second) for name, first, second in _ATTRIBUTE.findall(inside)}
        found = [one for one in map(in_value, values.values()) if one]
        distinct = _distinct(found)
        if inside.startswith(("a ", "a\n")) and len(distinct) == 1:
            self._linked = (distinct[0], number)
            return
        title = next((text for name in _TITLES if (text := values.get(name)) and not in_value(text)), None)
        yield from (entry_of(one, number, title) for one in distinct)
        if not distinct and values.get("xmlurl"):
            yield reject(number, f"<{inside}>", "a feed, but none of a YouTube channel")

    def _between(self, text: str, number: int) -> Iterator[Entry]:
        text = html.unescape(text)
        if self._linked and text.strip():
            (found, line), self._linked = self._linked, None
            yield entry_of(found, line, None if in_value(text) else text)
            return
        # A handle by itself is more often a rule of a style sheet.
        yield from (entry_of(one, number) for one in in_prose(text) if not _is_bare_handle(one))

    def _without_text(self) -> Iterator[Entry]:
        if self._linked:
            found, line = self._linked
            self._linked = None
            yield entry_of(found, line)


def _distinct(found: list[Found]) -> list[Found]:
    """A tag is about one channel: its id, where it has one, or the first name; or several ids."""
    channels: list[Found] = [one for one in found if isinstance(one, Channel)]
    names: list[Found] = [one for one in found if isinstance(one, Called)]
    return list(dict.fromkeys(channels)) or names[:1] or found[:1]


def _is_bare_handle(found: Found) -> bool:
    return isinstance(found, Called) and found.text.startswith("@")


def entries_of_markup(part: Part, _mark: Mark) -> Iterator[Entry]:
    """What tags and texts hold. Raises UnusableSourceError when the file declares entities."""
    scanner = _Scanner()
    for line in lines(part.file):
        yield from scanner.take(line)
    yield from scanner.finish()


OPML = FileSource("opml", "OPML, XML or web page", lambda _: paged(entries_of_markup))
