"""Text out of bytes, in lines: what is not UTF-8 is read as Windows would, and no line is longer than memory allows."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from app.imports.unpacking import PIECE

AS_WINDOWS = "tributary.as_windows"
"""How to decode what is not UTF-8; a name for `errors`."""
LONGEST = 1 << 16
"""A longer line comes in pieces of about so many characters, cut where no id or link is."""
_IN_NO_LINK = re.compile(r"[\s\"'<>,;|()\[\]{}](?=[^\s\"'<>,;|()\[\]{}]*$)")
_LONGEST_LINK = 4_096
_END_OF_RECORD = "},"
_NOTHING_HELD = (b"", 0)
"""The state of a decoder that waits neither for the rest of a character nor for that of a line end."""


class Line(NamedTuple):
    """A line, or a piece of a long one."""

    number: int
    """As editors count."""
    text: str
    ends: bool
    """Whether the line ends with this piece."""
    start: int | None = None
    """Where it begins in the bytes, for some: `lines` can begin there again."""
    begins: bool = True
    """Whether the line begins with this piece."""


def lines(file: BinaryIO, start: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines from a place on. LF, CRLF and CR end one, also mixed; NUL and the byte order mark are dropped."""
    file.seek(start)
    codec = codecs.getincrementaldecoder("utf-8" if start else "utf-8-sig")
    decoder = io.IncrementalNewlineDecoder(codec(AS_WINDOWS), translate=True)
    rest, begins = "", True
    place: int | None = start
    while piece := _piece(file):
        *whole, rest = (rest + decoder.decode(piece).replace("\0", "")).split("\n")
        for text in whole:
            yield Line(number, text, True, place, begins)
            number, begins, place = number + 1, True, None
        start += len(piece)
        if whole:
            place = _place(rest, piece, start, decoder)
        while len(rest) > LONGEST:
            cut = _cut(rest)
            yield Line(number, rest[:cut], False, place, begins)
            rest, begins = rest[cut:], False
            place = _place(rest, piece, start, decoder)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield Line(number, rest, True, place, begins)


def _place(rest: str, piece: bytes, end: int, decoder: io.IncrementalNewlineDecoder) -> int | None:
    """Where the text that is left of a piece begins in the bytes; None where it is not there as it is."""
    left = rest.encode()
    is_there = decoder.getstate() == _NOTHING_HELD and piece.endswith(left)
    return end - len(left) if is_there else None


def _piece(file: BinaryIO) -> bytes:
    """Some bytes, up to the end of a line where that is near."""
    piece = file.read(PIECE)
    return piece if piece.endswith(b"\n") else piece + file.readline(LONGEST)


def _cut(text: str) -> int:
    """Where a piece of a long line may end: behind what looks like a record, or behind the last sign in no link."""
    record = text.rfind(_END_OF_RECORD, LONGEST - _LONGEST_LINK, LONGEST)
    if record >= 0:
        return record + len(_END_OF_RECORD)
    found = _IN_NO_LINK.search(text, LONGEST - _LONGEST_LINK, LONGEST)
    return found.end() if found else LONGEST


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are not UTF-8 as Windows' western encoding has them; the five that it has not, as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error(AS_WINDOWS, _as_windows)
