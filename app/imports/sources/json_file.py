"""JSON at any depth, and JSON lines: scanned, not parsed, so that what is broken costs only itself."""

import re
from collections.abc import Iterator

from app.imports.opening import Part
from app.imports.paging import Entry, FileSource, Mark, paged, reject
from app.imports.records import Records
from app.imports.texts import Line, lines

# A string, in either kind of quotes; a sign; a number or a word; and whatever is none of these. Space at the end is
# taken at once, too: it would else be looked at again from each of its signs.
_TOKEN = re.compile(
    r"""\s*+(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^'\\]*(?:\\.[^'\\]*)*)'|([{}\[\]:,])|([\w.+-]+)|(\S)|\Z)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_LONGEST_STRING = 1 << 20


class _Scanner:
    """Hands what stands in lines of JSON to Records, and says which lines are none."""

    def __init__(self, *, by_line: bool, inside: str) -> None:
        self._records = Records(inside)
        self._by_line = by_line
        self._text: str | None = None
        """A string that is a key or a value, which the next sign tells."""
        self._word = ""
        self._is_open = False
        """A word or string was read, and the sign behind it was not."""
        self._cut = ""
        self._broken = ""
        self.last = 1

    @property
    def inside(self) -> str | None:
        """What is open, where that is all there is to know; None where something else is pending."""
        return None if self._is_open or self._cut or self._broken else self._records.inside

    def take(self, line: Line) -> Iterator[Entry]:
        """What is complete after this line, or this piece of one."""
        text, self._cut = self._cut + line.text, ""
        self.last = line.number
        for match in _TOKEN.finditer(text):
            if match.lastindex is None:
                break
            if match[5] in {'"', "'"} and not line.ends:
                # The string goes on in the next piece; of one that is too long only the beginning counts.
                self._cut = text[match.start(5) :][:_LONGEST_STRING]
                break
            if match[5]:
                self._broken = self._broken or text
            else:
                self._token(match)
        if line.ends:
            self._end_of_line(text)
        yield from self._records.take()
        if line.ends and self._broken:
            yield reject(line.number, self._broken, "this line is not JSON")
            self._broken = ""

    def finish(self) -> Iterator[Entry]:
        """What is left when the file ends."""
        self._value()
        unclosed = self._records.depth
        self._records.finish()
        yield from self._records.take()
        if unclosed:
            yield reject(self.last, "", f"the JSON ends in the middle: {unclosed} brackets are not closed")

    def _token(self, match: re.Match[str]) -> None:
        string = match[1] if match[1] is not None else match[2]
        if match[3]:
            self._sign(match[3])
            return
        if self._is_open:
            # Two values without a comma between them.
            self._value()
        self._text = _unescaped(string) if string is not None else None
        self._word = match[4]
        self._is_open = True

    def _sign(self, sign: str) -> None:
        if sign == ":":
            self._records.key(self._text if self._text is not None else self._word)
            self._is_open = False
            return
        self._value()
        if sign in "{[":
            self._records.open(self.last, is_list=sign == "[")
        elif sign in "}]":
            self._records.close()

    def _value(self) -> None:
        if self._is_open:
            self._records.value(self.last, self._text)
        self._is_open = False

    def _end_of_line(self, text: str) -> None:
        if not self._by_line:
            return
        self._value()
        if self._records.depth:
            self._broken = self._broken or text
            self._records.drop()


def _unescaped(string: str) -> str:
    return _ESCAPE.sub(_meant, string) if "\\" in string else string


def _meant(escape: re.Match[str]) -> str:
    if escape[1]:
        # Halves of pairs are no text that could be stored.
        return chr(int(escape[1], 16)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ESCAPED.get(escape[2], escape[2])


def entries_of_json(part: Part, mark: Mark) -> Iterator[Entry | Mark]:
    """What a JSON document holds, wherever it stands in it."""
    return _scan(part, mark, by_line=False)


def entries_of_lines(part: Part, mark: Mark) -> Iterator[Entry | Mark]:
    """What JSON lines hold: each is a document of its own."""
    return _scan(part, mark, by_line=True)


def _scan(part: Part, mark: Mark, *, by_line: bool) -> Iterator[Entry | Mark]:
    scanner = _Scanner(by_line=by_line, inside=mark.inside)
    for line in lines(part.file, mark.offset, mark.line):
        if line.start is not None and (line.begins or not by_line) and (inside := scanner.inside) is not None:
            yield Mark(line.start, line.number, inside)
        yield from scanner.take(line)
    yield from scanner.finish()


JSON = FileSource("json", "JSON file", lambda _: paged(entries_of_json))
NDJSON = FileSource("ndjson", "JSON lines", lambda _: paged(entries_of_lines))
