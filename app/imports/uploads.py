"""Files that come with a request. Each lies under its digest in the import folder: the same file again is the same."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from app.errors import BadInputError, TributaryError

FOLDER = "uploads"
_ENDING = re.compile(r"(?:\.[a-z0-9]{1,8}){1,2}$")
_PART = ".part"
_FULL = {ENOSPC, EDQUOT}


class TooLargeError(TributaryError):
    """The upload is too large."""

    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(
            f"an upload has {most:,} bytes at most",
            hint="put the file into the import folder and ask POST /api/migrate, or raise UPLOAD_MAX_BYTES",
        )


class CannotKeepError(TributaryError):
    """The upload cannot be kept."""

    status = 507


class Incoming:
    """A file that is being written: a stream to write to, and what is known of it so far."""

    def __init__(self, path: Path, file: BinaryIO, most: int) -> None:
        self.path = path
        self._file = file
        self._most = most
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write on. Raises TooLargeError instead of writing more than the limit."""
        self.size += len(data)
        if self.size > self._most:
            raise TooLargeError(self._most)
        self._digest.update(data)
        return self._file.write(data)

    def seek(self, offset: int) -> int:
        """Asked for by readers of forms at the end of a file; nobody reads it here."""
        return offset

    def flush(self) -> None:
        """To the disk, whose being full must not show later."""
        self._file.flush()
        os.fsync(self._file.fileno())

    @property
    def name(self) -> str:
        """Its name, without an ending."""
        return self._digest.hexdigest()


class Uploads:
    """The folder of uploads."""

    def __init__(self, root: Path, most: int) -> None:
        self._folder = root / FOLDER
        self.most = most

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """Something to write a file to; nothing of it is left unless `keep` is called. Raises CannotKeepError."""
        part = self._folder / f"{uuid4().hex}{_PART}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("xb") as file:
                    yield Incoming(part, file, self.most)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot_keep(error, self._folder) from None

    def keep(self, incoming: Incoming, told_name: str) -> str:
        """Keep what was written; its name in the import folder. Of the name it had, only the ending stays."""
        if incoming.size == 0:
            raise BadInputError("the upload is empty", field="body", hint="send the bytes of a file as the body")
        incoming.flush()
        ending = _ENDING.search(told_name.lower())
        kept = self._folder / f"{incoming.name}{ending[0] if ending else ''}"
        # The same file is left as it is: a job that reads it would find another time.
        if not kept.exists():
            incoming.path.rename(kept)
        return f"{FOLDER}/{kept.name}"

    def older_than(self, moment: datetime) -> list[str]:
        """The names of files that were written before, in the import folder."""
        files = self._folder.iterdir() if self._folder.is_dir() else iter(())
        return [f"{FOLDER}/{path.name}" for path in files if path.stat().st_mtime < moment.timestamp()]

    def remove(self, names: list[str]) -> None:
        """Remove files by such names; what this process may not remove is left to one that may."""
        for name in names:
            with suppress(OSError):
                (self._folder / Path(name).name).unlink()


def _cannot_keep(error: OSError, folder: Path) -> CannotKeepError:
    if error.errno in _FULL:
        return CannotKeepError("there is no room for the upload", hint=f"the disk of {folder} is full; nothing is kept")
    return CannotKeepError(
        f"the upload cannot be written: {error.strerror}", hint=f"the account of the API must be able to write {folder}"
    )
