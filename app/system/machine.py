"""The doctor at this machine: settings, who may read them, and the import folder."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from app.config import Settings
from app.effective import effective, misspelt
from app.system.finding import Finding, ok, warning, wrong

_ENV = Path(".env")


def settings() -> Iterator[Finding]:
    """Whether they make sense, and who can read the file that they stand in."""
    told, error = effective()
    if error:
        yield wrong("settings", str(error), error.hint)
    else:
        given = sum(one.source != "default" for one in told)
        yield ok("settings", f"{given} are set, {len(told) - given} have their default; `config` shows them")
    for name, akin in misspelt():
        yield warning("settings", f"{name} is no setting", f"was {akin} meant?")
    if any(one.setting == "SECRET_KEY_PREVIOUS" and one.source != "default" for one in told):
        step = "run `keys rotate`; when nothing is unreadable, remove it everywhere"
        yield warning("settings", "SECRET_KEY_PREVIOUS is set: what it opened once is still open to who has it", step)
    yield from _env_file()


def _env_file() -> Iterator[Finding]:
    if not _ENV.is_file():
        return
    mode = stat.S_IMODE(_ENV.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong(".env", f"others on this machine may read it ({mode:o})", "chmod 600 .env")
    else:
        yield ok(".env", "only its owner may read it")


def import_folder(settings: Settings) -> Iterator[Finding]:
    """Whether files can be read from it, and uploads written into it: by whoever asks, on this machine."""
    root = settings.import_root
    if not root.is_dir():
        yield warning("imports", f"there is no folder {root}", f"mkdir -p {root}, or name another with IMPORT_ROOT")
    elif not os.access(root, os.R_OK | os.X_OK):
        yield wrong("imports", f"{root} cannot be read", "let the user that runs Tributary read it")
    elif not os.access(root, os.W_OK):
        step = "let the user that runs Tributary write into it, or do without uploads"
        yield warning("imports", f"{root} can be read, and uploads cannot be written into it", step)
    else:
        yield ok("imports", f"{root} can be read, and uploads can be written into it")
