"""An export while it runs: the pieces of the file, counted and digested."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import DBAPIError

from app.exports.formats import Writer, gzipped
from app.exports.model import ExportBrokenError
from app.exports.reading import Rows
from app.logs import logger

_PIECE = 64 * 1024
_log = logger(__name__)
End = Callable[[UUID, str, Mapping[str, Any]], None]


class Export:
    """One that has begun. `close` is to be called whatever happens."""

    def __init__(self, writer: Writer, rows: Rows, told: Mapping[str, Any], end: End) -> None:
        self.id = uuid4()
        self.told = dict(told)
        self._writer = writer
        self._rows = rows
        self._end = end
        self._is_over = False

    def pieces(self) -> Iterator[bytes]:
        """The file. Raises ExportBrokenError where it breaks off: what was sent until then is not whole.

        When the last piece is read, the manifest is there.
        """
        pieces = self._digested()
        for piece in gzipped(pieces) if self.told["compressed"] else pieces:
            for start in range(0, len(piece), _PIECE):
                yield piece[start : start + _PIECE]
        try:
            self._end(self.id, "complete", self.told)
        except DBAPIError:
            raise ExportBrokenError from None
        self._is_over = True

    def close(self) -> None:
        """Note that it is broken, when it did not come to its end."""
        if not self._is_over:
            self._is_over = True
            with suppress(DBAPIError):
                self._end(self.id, "broken", {**self.told, "why": "the reader left, or the database did not answer"})

    def _digested(self) -> Iterator[bytes]:
        digest, rows, size = hashlib.sha256(), 0, 0
        for count, piece in self._counted():
            digest.update(piece)
            rows, size = rows + count, size + len(piece)
            yield piece
        self.told |= {"rows": rows, "bytes": size, "sha256": digest.hexdigest()}

    def _counted(self) -> Iterator[tuple[int, bytes]]:
        yield 0, self._writer.begin()
        try:
            for count, rows in self._rows.read(self._writer):
                yield count, self._writer.add(rows)
        except DBAPIError as error:
            _log.warning("export_broke", export=str(self.id), error=type(error.orig).__name__)
            raise ExportBrokenError from None
        yield 0, self._writer.end()
