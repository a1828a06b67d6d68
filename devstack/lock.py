"""One holder per folder: two servers on the same data would destroy it."""

import fcntl
import os
from pathlib import Path
from typing import Self

from devstack.errors import FolderHeldError


class FolderLock:
    """An flock on `<folder>/lock`; the kernel lets go when its holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Take the lock, or keep it when it is ours already.

        Raises FolderHeldError, which names the holder, when another process has it.
        """
        if self._descriptor is None:
            self._descriptor = _locked(self._folder)

    def release(self) -> None:
        """Let go; harmless when nothing is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _locked(folder: Path) -> int:
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode() or "unknown"
        os.close(descriptor)
        raise FolderHeldError(
            f"{folder} is in use by process {holder}.",
            hint=f"Stop it (Ctrl-C in its terminal, or: kill {holder}), or choose another one with --data.",
        ) from None
    owner = folder.stat()
    os.fchown(descriptor, owner.st_uid, owner.st_gid)  # so that root leaves nothing that its owner cannot open
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
