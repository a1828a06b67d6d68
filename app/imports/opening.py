"""A file of whatever encoding and compression, as the UTF-8 bytes that are in it."""

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from os import fstat
from pathlib import Path
from typing import Any, BinaryIO, cast

from app.imports.contract import UnusableSourceError
from app.imports.plain import open_plain
from app.imports.unpacking import (
    PIECE,
    Allowance,
    Packed,
    Unpacked,
    encrypted,
    gzip_stream,
    zip_members,
    zstd_stream,
)

HEAD = 1 << 16
"""So many bytes are looked at to tell what a file is."""
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAIN_SAMPLE = 4_096
# Ids, commas and digits have a NUL beside them in UTF-16; text of other scripts has none.
_MANY, _FEW = 0.2, 0.02
_OFFICE = ("xl/workbook.xml", "word/document.xml", "content.xml")
_NOT_TEXT = {
    b"SQLite format 3\0": "an SQLite database; import it with source_type sqlite",
    b"%PDF": "a PDF; save its text, and import that",
    b"\x89PNG": "a picture; import a list with ids or links",
    b"\xff\xd8\xff": "a picture; import a list with ids or links",
    b"GIF8": "a picture; import a list with ids or links",
    b"BZh": "compressed with bzip2; unpack it: bunzip2",
    b"\xfd7zXZ": "compressed with xz; unpack it: unxz",
    b"7z\xbc\xaf": "a 7z archive; unpack it, and import what comes out",
    b"Rar!": "a rar archive; unpack it, and import what comes out",
    b"\xd0\xcf\x11\xe0": "an old Office document; save the sheet as CSV",
}
_ARCHIVES = (_GZIP, _ZSTD, *_ZIP)


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or one of the files in an archive: its bytes, in UTF-8 where they were in UTF-16 or UTF-32."""

    file: BinaryIO
    name: str
    """Inside the archive; empty for a file that is none."""
    head: bytes
    share: Callable[[], float]
    """How much of the part was read, from 0 to 1."""
    stream: Unpacked | None = None

    @property
    def broken(self) -> UnusableSourceError | None:
        """Why the bytes ended before their time."""
        return self.stream.broken if self.stream else None


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts of a file, to be opened one after another."""

    parts: tuple[tuple[str, Callable[[], Part]], ...]
    """Names, and how to open what has them."""

    @contextmanager
    def part(self, number: int) -> Iterator[Part]:
        """Open one. Raises UnusableSourceError when it is nothing that text could be in."""
        found = self.parts[number][1]()
        with found.file:
            refuse_what_is_no_text(found.head)
            yield found


@contextmanager
def opened(path: str) -> Iterator[Opened]:
    """A file, unpacked. Raises UnusableSourceError when it cannot be read."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_plain(path))
            size, head = fstat(file.fileno()).st_size, file.read(HEAD)
        except OSError as error:
            raise UnusableSourceError(
                f"the file cannot be read: {error.strerror}",
                hint="the account of the API and of the workers must be able to read it",
            ) from None
        yield Opened(tuple(_parts(stack, file, size, head)))


def seen(path: str) -> dict[str, Any]:
    """Size and time of a file: an import that goes on after a pause must find the same one."""
    with opened(path) as found:
        status = Path(path).lstat()
        if not status.st_size:
            raise UnusableSourceError("the file is empty", hint="a file with one channel id a line is enough")
        if not found.parts:
            raise UnusableSourceError("the archive holds no files", hint="put the list into it")
        if len(found.parts) == 1:
            with found.part(0) as part:
                part.file.read(1)
                if part.broken:
                    raise part.broken
    return {"size": status.st_size, "modified_ns": status.st_mtime_ns}


def refuse_what_is_no_text(head: bytes) -> None:
    """Raises UnusableSourceError for pictures, documents, and archives in archives."""
    for mark, told in _NOT_TEXT.items():
        if head.startswith(mark):
            what, mend = told.split("; ")
            raise UnusableSourceError(f"the file is {what}", hint=mend)
    if head.startswith(_ARCHIVES):
        raise UnusableSourceError(
            "an archive inside an archive is not opened", hint="unpack the outer one, and import what comes out"
        )


def _parts(stack: ExitStack, file: BinaryIO, size: int, head: bytes) -> Iterator[tuple[str, Callable[[], Part]]]:
    allowance = Allowance(size)
    share = partial(_share, file, size)
    if head.startswith(_ZIP):
        archive, members = zip_members(file, size)
        stack.enter_context(archive)
        refuse_office(archive.namelist())
        for info in members:
            start = partial(_locked if encrypted(info) else archive.open, info)
            packed = cast("Callable[[], Packed]", start)
            yield info.filename, partial(_unpacked, packed, info.filename, allowance, None, info.file_size)
    elif head.startswith((_GZIP, _ZSTD)):
        start = partial(gzip_stream if head.startswith(_GZIP) else zstd_stream, file)
        yield "", partial(_unpacked, start, "", allowance, share, 0)
    elif wide(head):
        yield "", partial(_unpacked, partial(_plain, file), "", allowance, share, 0)
    else:
        yield "", partial(_as_it_is, file, head, share)


def refuse_office(names: list[str]) -> None:
    """Raises UnusableSourceError for sheets and documents, which are zip archives of XML."""
    if any(name in names for name in _OFFICE):
        raise UnusableSourceError("the file is an Excel workbook or another document", hint="save the sheet as CSV")


def wide(head: bytes) -> str | None:
    """The name of the encoding when it takes two or four bytes for a character."""
    for mark, encoding in _WIDE_MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:_PLAIN_SAMPLE]
    even, odd = (sample[at::2].count(0) / max(1, len(sample) // 2) for at in (0, 1))
    if max(even, odd) < _MANY or min(even, odd) > _FEW:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


class _Narrowed:
    """Two or four bytes a character, told in UTF-8."""

    def __init__(self, packed: Packed, encoding: str) -> None:
        self._packed = packed
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""

    def read1(self, size: int, /) -> bytes:
        while not self._rest:
            piece = self._packed.read1(PIECE)
            self._rest = self._decoder.decode(piece, final=not piece).encode("utf-8", "replace")
            if not piece:
                break
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def close(self) -> None:
        self._packed.close()


class _Plain:
    """A file that is not closed when its reading begins anew."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read1(self, size: int, /) -> bytes:
        return self._file.read(size)

    def close(self) -> None:
        pass


def _plain(file: BinaryIO) -> Packed:
    file.seek(0)
    return _Plain(file)


def _locked(info: object) -> Packed:
    raise UnusableSourceError(f"{info} is encrypted", hint="unpack it with its password, and import what comes out")


def _as_it_is(file: BinaryIO, head: bytes, share: Callable[[], float]) -> Part:
    file.seek(0)
    return Part(file, "", head, share)


def _unpacked(
    start: Callable[[], Packed],
    name: str,
    allowance: Allowance,
    share: Callable[[], float] | None,
    size: int,
) -> Part:
    head = _head(Unpacked(start, name, allowance))
    encoding = wide(head)
    if encoding:
        packed_start = start
        start = lambda: _Narrowed(packed_start(), encoding)  # noqa: E731 - one expression
        head = _head(Unpacked(start, name, allowance))
    stream = Unpacked(start, name, allowance)
    file = io.BufferedReader(stream, PIECE)
    return Part(file, name, head, share or partial(_share, cast("BinaryIO", stream), size), stream)


def _head(stream: Unpacked) -> bytes:
    with stream:
        return io.BufferedReader(stream, PIECE).read(HEAD)


def _share(file: BinaryIO, size: int) -> float:
    return min(1.0, file.tell() / size) if size else 1.0
