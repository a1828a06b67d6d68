"""Files of the import folder as mere lines, a part at a time: what is in them is for others to find."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.errors import BadInputError
from app.imports.contract import UnusableSourceError
from app.imports.folder import ImportFolder
from app.imports.lines import Lines
from app.imports.opening import opened, seen
from app.imports.plain import open_plain


class ListFiles:
    """The text files of IMPORT_ROOT."""

    def __init__(self, root: Path) -> None:
        self._folder = ImportFolder(root)

    def check(self, path: str) -> dict[str, Any]:
        """`size` in bytes, and when it was modified: what must still hold when it is read. Raises BadInputError."""
        try:
            return _seen(str(self._folder.find(path)))
        except UnusableSourceError as error:
            raise BadInputError(str(error), hint=error.hint) from None

    def lines(self, path: str, seen: Mapping[str, Any], begin: int, end: int) -> Iterator[str]:
        """The lines that begin in these bytes. Raises BadInputError when it is no longer the file that was seen."""
        if self.check(path) != seen:
            raise BadInputError(f"{path!r} was changed after the job was asked for", hint="ask again")
        with open_plain(str(self._folder.find(path))) as file:
            feed = Lines(file, max(0, begin - 1), min(begin, 1))
            if begin:
                next(feed, None)  # what the line before has left
            while feed.offset < end and (line := next(feed, None)) is not None:
                yield line


def _seen(path: str) -> dict[str, Any]:
    """Lists are read from any place on, so they must be what they look like. Raises UnusableSourceError."""
    with opened(path) as found, found.part(0) as part:
        if part.stream is not None:
            raise UnusableSourceError("the list is compressed, or in UTF-16", hint="unpack it, or save it as UTF-8")
    return seen(path)
