import os
import pwd
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RunAs = Callable[[Callable[[], None]], None]
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in a place that everybody may enter, which pytest's own is not."""
    path = Path(tempfile.mkdtemp(prefix="tributary-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def ordinary_user() -> RunAs:
    """Runs a function as somebody who is not root: in a forked child when we are root, else right here.

    Forked, not started: the Python of root may be where nobody else can read it.
    """
    return _as_nobody if os.geteuid() == 0 else _here


def _here(function: Callable[[], None]) -> None:
    function()


def _as_nobody(function: Callable[[], None]) -> None:
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY.pw_gid)
        os.setuid(NOBODY.pw_uid)
        try:
            function()
        except BaseException:  # noqa: BLE001  # whatever it is, the parent must hear of it and not run on twice
            traceback.print_exc(file=sys.__stderr__)
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
