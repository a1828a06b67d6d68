"""Channels that were given to us, kept as the lines that COPY takes: not an object for each of fifteen million."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from app.catalog.model import ImportRow

COLUMNS = ("id", "title", "handle", "country")
"""What a line holds: the key in hexadecimal digits, then texts; an empty one is NULL."""
_TO_ESCAPE = re.compile(r"[\\\t\n\r\x00]")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\x00": ""}
_MEANT = {escape[1]: meant for meant, escape in _ESCAPES.items() if escape}


class ImportRows:
    """Rows in the order in which they were given: the first row of a channel is the one that counts."""

    def __init__(self, rows: Iterable[ImportRow] = ()) -> None:
        self._blocks: list[bytes] = []
        self._count = 0
        for row in rows:
            self.append(row)

    def append(self, row: ImportRow) -> None:
        """Add one row."""
        cells = (_escaped(text) for text in (row.title, row.handle, row.country))
        self.append_lines("\t".join((row.key.hex, *cells)).encode() + b"\n", 1)

    def append_lines(self, lines: bytes, count: int) -> None:
        """Add `count` rows that are lines of COPY's text format already, with COLUMNS, in UTF-8."""
        self._blocks.append(lines)
        self._count += count

    def extend(self, rows: "ImportRows") -> None:
        """Add all of these."""
        self._blocks += rows.blocks
        self._count += len(rows)

    @property
    def blocks(self) -> Iterable[bytes]:
        """The lines, some at a time."""
        return self._blocks

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ImportRow]:
        """The rows as objects: for few of them."""
        for block in self._blocks:
            for line in block.decode().removesuffix("\n").split("\n"):
                key, *cells = line.split("\t")
                yield ImportRow(UUID(key), *(_ESCAPED.sub(_meant, cell) or None for cell in cells))


def _escaped(text: str | None) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text) if text else ""


def _meant(escape: re.Match[str]) -> str:
    return _MEANT[escape[1]]
