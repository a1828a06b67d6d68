"""Where a server lives, and as whom.

PostgreSQL refuses to run as root, so root hands it to an unprivileged account. That account cannot enter a
project below /root, and opening its folders for it would open them for everybody. There the server's folder
goes to /var/lib/tributary, with a link where it was asked for, and the programs are copied beside it.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import StackError
from devstack.process import Account, identity

_ELSEWHERE = Path("/var/lib/tributary")


@dataclass(frozen=True)
class Home:
    """The folder of one server; `link` is where it was asked for, `folder` where it is."""

    link: Path
    folder: Path
    account: Account | None

    def give(self, path: Path) -> None:
        """Make the server's account the owner of the file or folder."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def password(self) -> str:
        """The server's password, made at first sight and readable by its account alone."""
        path = self.folder / "password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
            self.give(path)
        return path.read_text().strip()

    def program(self, source: Path, *libraries: Path) -> Path:
        """The program or folder of programs, or a copy of it where the account cannot reach the original.

        `libraries` are what it loads from places relative to its own; their copies lie in the same relation.
        """
        if self.account is None or can_enter(self.account, source):
            return source
        root = Path(os.path.commonpath([path.parent for path in (source, *libraries)]))
        # The time in its name: another version of the wheel gets another copy.
        copy = self.folder / f"programs-{source.stat().st_mtime_ns}"
        if not copy.exists():
            fresh = self.folder / "programs.new"
            shutil.rmtree(fresh, ignore_errors=True)
            for original in (source, *libraries):
                _copy(original, fresh / original.relative_to(root))
            for path in (fresh, *fresh.rglob("*")):
                self.give(path)
            fresh.rename(copy)
        return copy / source.relative_to(root)

    def remove(self) -> None:
        """Delete the folder with everything in it, and the link to it."""
        shutil.rmtree(self.folder)
        if self.link.is_symlink():
            self.link.unlink()


def open_home(link: Path) -> Home:
    """The home at `link`, made when it is missing. Raises StackError when its account could not enter it."""
    link = link.absolute()
    if os.geteuid() != 0:
        link.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Home(link, link.resolve(), None)
    account = _account_of(link)
    folder = _place(link, account)
    home = Home(link, folder, account)
    home.give(folder)
    return home


def can_enter(account: Account, path: Path) -> bool:
    """Whether the account reaches the path: asked of the kernel, which knows of access lists too."""
    question = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
    answer = subprocess.run(question, check=False, cwd="/", **identity(account))
    return bool(answer.returncode == 0)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first moment on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def hand_back(folder: Path) -> None:
    """Give what root made in a user's folder to that user, who could not start there again otherwise."""
    owner = folder.stat()
    if os.geteuid() == 0 != owner.st_uid:
        for path in folder.rglob("*"):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _account_of(link: Path) -> Account:
    """The owner of an existing home, so that sudo carries on what a user began; else nobody."""
    if link.exists() and (owner := link.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _place(link: Path, account: Account) -> Path:
    link.parent.mkdir(parents=True, exist_ok=True)
    enterable = can_enter(account, link.parent.resolve())
    if link.exists() and any(link.iterdir()):
        return _existing(link, account, enterable=enterable)
    if link.is_symlink():
        link.unlink()  # to nothing, or to an empty folder
    if enterable:
        link.mkdir(mode=0o700, exist_ok=True)
        return link.resolve()
    if link.exists():
        link.rmdir()
    _ELSEWHERE.mkdir(parents=True, exist_ok=True)
    _ELSEWHERE.chmod(0o755)  # ours; the umask may have closed it
    prefix = hashlib.sha256(os.fsencode(link)).hexdigest()[:8]
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=_ELSEWHERE))
    link.symlink_to(folder)
    return folder


def _existing(link: Path, account: Account, *, enterable: bool) -> Path:
    if link.is_symlink() or enterable:
        return link.resolve()
    raise StackError(
        f"{link} has data, but root may not run a server, and uid {account.uid} cannot enter {link.parent}.",
        hint="Run it as the owner of the folder, or move the folder to where others may enter.",
    )


def _copy(original: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if original.is_dir():
        shutil.copytree(original, target)
    else:
        shutil.copy2(original, target)
