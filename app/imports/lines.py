"""The lines of a file as text, and how far they were read."""

from collections.abc import Iterator
from os import SEEK_CUR
from typing import BinaryIO

from app.imports.texts import AS_WINDOWS

# A line without an end must not fill the memory: what goes beyond is read and left out.
_LONGEST = 1 << 20


class Lines:
    """The lines of a file from a place on; `offset` is how far they were read in bytes, `line` in lines.

    LF, CRLF and the CR of old Macs end a line, also mixed. NUL is dropped, what is not UTF-8 is read as Windows would.
    """

    def __init__(self, file: BinaryIO, offset: int, line: int) -> None:
        self._file = file
        self.back_to(offset, line)

    def back_to(self, offset: int, line: int) -> None:
        """Read on from an earlier place."""
        self._file.seek(offset)
        self._buffer, self._at = b"", 0
        self.offset, self.line = offset, line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._at == len(self._buffer):
            self._fill()
        end = _end_of_line(self._buffer, self._at)
        raw = self._buffer[self._at : end]
        self.offset += end - self._at
        self._at = end
        self.line += 1
        return raw.decode("utf-8-sig" if self.line == 1 else "utf-8", errors=AS_WINDOWS).replace("\x00", "")

    def _fill(self) -> None:
        """Up to the next LF; of a piece that is too long, up to its last CR."""
        self._buffer, self._at = self._file.readline(_LONGEST), 0
        if not self._buffer:
            raise StopIteration
        if len(self._buffer) == _LONGEST and not self._buffer.endswith(b"\n"):
            whole = self._buffer.rfind(b"\r") + 1
            if whole:
                self._file.seek(whole - _LONGEST, SEEK_CUR)
                self._buffer = self._buffer[:whole]
            else:
                self._skip_the_rest()

    def _skip_the_rest(self) -> None:
        while not self._buffer.endswith(b"\n") and (more := self._file.readline(_LONGEST)):
            self.offset += len(more)
            self._buffer = self._buffer[:-1] + more[-1:]


def _end_of_line(buffer: bytes, at: int) -> int:
    mark = buffer.find(b"\r", at)
    if mark < 0 or buffer.startswith(b"\r\n", mark):
        return len(buffer)
    return mark + 1
