"""What is inside gzip, zstd and zip: streams that stop where the archive breaks, or unpacks to more than it may."""

import gzip
import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from app.imports.contract import UnusableSourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 1 << 18
"""So many bytes are read, or unpacked, at a time."""
_KEPT = 4 << 20
_LARGEST = 64 << 30
_SMALL, _RATIO = 64 << 20, 200
_ZIP_DIRECTORY, _ZIP_TAIL = 32 << 20, 66_000
_ENCRYPTED = 1
_BROKEN = (EOFError, OSError, zlib.error, zstd.ZstdError, zipfile.BadZipFile, NotImplementedError, ValueError)
# A frame may want at most 128 MB of what it wrote before.
_WINDOW: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: 27}


class Packed(Protocol):
    """What gzip, zstd and zip have in common: unpacked bytes, at most so many, without waiting for all of them."""

    def read1(self, size: int, /) -> bytes:
        """Some bytes, none at the end."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(slots=True)
class Allowance:
    """How many bytes a file may unpack to: 200 times its size, 64 MB in any case, 64 GB at most."""

    packed: int
    taken: dict[str, int] = field(default_factory=dict)

    def take(self, member: str, up_to: int) -> None:
        """A member was read up to here; to read it twice counts once. Raises UnusableSourceError."""
        self.taken[member] = max(up_to, self.taken.get(member, 0))
        allowed = min(_LARGEST, max(_SMALL, _RATIO * self.packed))
        if sum(self.taken.values()) > allowed:
            raise UnusableSourceError(
                f"it unpacks to more than {allowed:,} bytes, {_RATIO} times its size: no list does that",
                hint="unpack it yourself, and import what comes out",
            )


class Unpacked(io.RawIOBase):
    """The unpacked bytes of one member. Where they break they end, and `broken` says why.

    The last megabytes are kept: whoever goes back a little costs nothing, further back is read from the beginning.
    """

    def __init__(self, start: Callable[[], Packed], name: str, allowance: Allowance) -> None:
        self._start, self._name, self._allowance = start, name, allowance
        self._packed: Packed | None = None
        self._kept = bytearray()
        self._kept_from = self._at = 0
        self.broken: UnusableSourceError | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, at the cost of reading."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - whatever can be written to
        """What comes next, unpacked if it was not yet."""
        if self._at == self._end and not self._unpack(len(buffer)):
            return 0
        start = self._at - self._kept_from
        found = self._kept[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place in the unpacked bytes, or as far as there are any."""
        wanted = offset + (self._at if whence == io.SEEK_CUR else 0)
        if wanted < self._kept_from:
            self._let_go()
            self._kept.clear()
            self._kept_from, self.broken = 0, None
        self._at = min(wanted, self._end)
        while self._at < wanted and self._unpack(PIECE):
            self._at = min(wanted, self._end)
        return self._at

    def tell(self) -> int:
        """How many unpacked bytes were read."""
        return self._at

    def close(self) -> None:
        """Close what is packed, too."""
        self._let_go()
        super().close()

    @property
    def _end(self) -> int:
        return self._kept_from + len(self._kept)

    def _unpack(self, size: int) -> bool:
        """Unpack some more; False at the end, and where it breaks."""
        if self.broken:
            return False
        try:
            self._packed = self._packed or self._start()
            found = self._packed.read1(size)
            self._allowance.take(self._name, self._end + len(found))
        except UnusableSourceError as error:
            self.broken = error
            return False
        except _BROKEN as error:
            self.broken = UnusableSourceError(
                f"{self._name or 'the file'} breaks off after {self._end:,} unpacked bytes: {error}",
                hint="what came before was imported; download or pack it again, and import it again",
            )
            return False
        self._kept += found
        if len(self._kept) > 2 * _KEPT:
            self._kept_from += len(self._kept) - _KEPT
            del self._kept[:-_KEPT]
        return bool(found)

    def _let_go(self) -> None:
        if self._packed:
            self._packed.close()
        self._packed = None


def gzip_stream(file: BinaryIO) -> Packed:
    """The members of a gzip file, one after another."""
    file.seek(0)
    return gzip.GzipFile(fileobj=file, mode="rb")


def zstd_stream(file: BinaryIO) -> Packed:
    """The frames of a zstd file, one after another."""
    file.seek(0)
    return zstd.ZstdFile(file, options=_WINDOW)


def zip_members(file: BinaryIO, size: int) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """The files in a zip archive. Nothing is written anywhere, so that their names can do no harm."""
    if _directory_size(file, size) > _ZIP_DIRECTORY:
        raise UnusableSourceError("the zip archive lists too many files", hint="unpack it, and import what comes out")
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise UnusableSourceError(
            f"the zip archive is cut off or damaged: {error}; its list of files stands at its end",
            hint="download it again, or unpack what can be saved of it: zip -FF BROKEN.zip --out SAVED.zip",
        ) from None
    return archive, [info for info in archive.infolist() if not info.is_dir() and info.file_size]


def encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether a password is needed."""
    return bool(info.flag_bits & _ENCRYPTED)


def _directory_size(file: BinaryIO, size: int) -> int:
    """The bytes of the archive's list of files, which zipfile would hold in memory; 0 where there is none."""
    file.seek(max(0, size - _ZIP_TAIL))
    tail = file.read(_ZIP_TAIL)
    sizes = [
        struct.unpack_from(shape, tail, at + offset)[0]
        for mark, shape, offset in ((b"PK\x05\x06", "<I", 12), (b"PK\x06\x06", "<Q", 40))
        if 0 <= (at := tail.rfind(mark)) <= len(tail) - offset - struct.calcsize(shape)
    ]
    return min(sizes, default=0)
