"""Opening a file by a path that was looked at before: nothing on the way may have become a link since."""

import os
import stat
from errno import EINVAL
from pathlib import Path
from typing import BinaryIO

# A folder is only passed through: it need not be readable.
_PASS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_DIRECTORY | getattr(os, "O_PATH", 0)
# Without O_NONBLOCK, a file that has become a pipe would be waited for.
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def open_plain(path: str) -> BinaryIO:
    """Open a file by its resolved path, which holds no link. Raises OSError, also where it holds one by now."""
    first, *folders, name = Path(path).absolute().parts
    at = os.open(first, _PASS)
    try:
        for folder in folders:
            below = os.open(folder, _PASS, dir_fd=at)
            os.close(at)
            at = below
        found = os.open(name, _READ, dir_fd=at)
    finally:
        os.close(at)
    file = os.fdopen(found, "rb")
    if not stat.S_ISREG(os.fstat(found).st_mode):
        file.close()
        raise OSError(EINVAL, "it is no longer a file")
    return file
