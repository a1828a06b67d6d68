"""The usual lines of a CSV file, many at a time: one expression recognises them, and no object is made for a line.

What it does not recognise (an escaped quote, a line break in a cell, an id that is none) is left to csv_file.py, which
is exact and five to ten times slower.
"""

import binascii
import re
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

from app.imports.known import COUNTRY_SHAPE, HANDLE_SHAPE

_ID = rb'"?(?:(?:https?://)?(?:www\.|m\.)?youtube\.com/channel/)?UC([A-Za-z0-9_-]{21}[AQgw])"?'
_PLAIN = rb'(?:"[^"\r\n\0]*+"|[^"%b\r\n\0]*+)'
_TEXT = rb'("[^"\\\0-\x1f]*+"|[^"%b\\\0-\x1f]*+)'
_HANDLE = rb'("?' + HANDLE_SHAPE.encode() + rb'"?|)'
_COUNTRY = rb'("?' + COUNTRY_SHAPE.encode() + rb'"?|)'
_STANDARD = bytes.maketrans(b"-_", b"+/")
# Blanks that a text may begin or end with, besides the plain one.
_ODD_BLANKS = "".join(map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)))
_ODD_EDGE = re.compile(rf"[ {_ODD_BLANKS}]*([\t\n])[ {_ODD_BLANKS}]*")


class UsualLines:
    """Recognises the usual lines of one layout."""

    def __init__(self, layout: Mapping[str, Any]) -> None:
        named = {layout[name]: name for name in ("country", "handle", "title", "id") if layout.get(name) is not None}
        delimiter = re.escape(layout["delimiter"].encode())
        shapes = {"id": _ID, "title": _TEXT.replace(b"%b", delimiter), "handle": _HANDLE, "country": _COUNTRY}
        plain = _PLAIN.replace(b"%b", delimiter)
        cells = [shapes[named[n]] if n in named else plain for n in range(max(named) + 1)]
        line = delimiter.join(cells) + rb"(?:" + delimiter + plain + rb")*+\r?\n"
        self._columns = [named[n] for n in sorted(named)]
        self._line = re.compile(line)
        self._run = re.compile(rb"(?:" + line + rb")*+")

    def run(self, block: bytes, start: int, most: int) -> int:
        """Where the usual lines that begin at `start` end, `most` of them at most."""
        found = self._run.match(block, start)
        end = found.end() if found else start
        if block.count(b"\n", start, end) <= most:
            return end
        end = start
        for _ in range(most):
            end = block.index(b"\n", end) + 1
        return end

    def lines(self, run: bytes) -> bytes | None:
        """Such lines as lines for COPY; None where they are no UTF-8."""
        found = self._line.findall(run)
        columns = dict(zip(self._columns, zip(*found, strict=True) if len(self._columns) > 1 else [found], strict=True))
        keys = _keys(columns.pop("id"))
        if not columns:
            return keys.replace("\n", "\t\t\t\n").encode()
        try:
            cells = [_texts(columns.get(name)) for name in ("title", "handle", "country")]
        except UnicodeDecodeError:
            return None
        text = "\n".join(map("\t".join, zip(keys.split("\n"), *cells, strict=False))) + "\n"
        return _trimmed(text.replace('"', "")).encode()


def _keys(ids: Iterable[bytes]) -> str:
    """The keys of channel ids in hexadecimal digits, a line each; of each id come 22 digits of base64, without `UC`.

    With two zeros behind it, each is 18 bytes: all are decoded at once, and the zeros cut off.
    """
    packed = (b"AA".join(ids) + b"AA").translate(_STANDARD)
    return (binascii.a2b_base64(packed).hex("\n", 18) + "\n").replace("0000\n", "\n")


def _texts(cells: Iterable[bytes] | None) -> Iterable[str]:
    return repeat("") if cells is None else b"\n".join(cells).decode().split("\n")


def _trimmed(lines: str) -> str:
    """Without blanks around the cells: a tab or an end of line is never part of one."""
    for blank, without in ((" \t", "\t"), ("\t ", "\t"), (" \n", "\n")):
        while blank in lines:
            lines = lines.replace(blank, without)
    if any(blank in lines for blank in _ODD_BLANKS):
        return _ODD_EDGE.sub(r"\1", lines)
    return lines
