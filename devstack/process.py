"""Child processes that do not outlive the supervisor, not even when it is killed with -9."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

MARK = "TRIBUTARY_STACK_FOLDER"
"""Environment variable that every child inherits: the folder whose lock its supervisor holds."""

_POLL_SECONDS = 0.02
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_libc = ctypes.CDLL(None)  # loaded here: nothing may be loaded between fork and exec


@dataclass(frozen=True)
class Account:
    """An account of the operating system that a process runs as."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Command:
    """What to run, where, with which environment (nothing else is inherited), and where its output goes.

    `account` is who it runs as, None for who we are. `death_signal` is what the kernel sends it when the
    supervisor dies (Linux only; elsewhere `end_orphans` cleans up at the next start).
    """

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    log: Path
    account: Account | None = None
    death_signal: signal.Signals = signal.SIGTERM


def spawn(command: Command) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches the supervisor alone.

    Call it from the main thread: what the kernel watches for the death signal is the thread that spawned.
    """
    with command.log.open("ab") as output:
        return subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env=command.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_tied_to(os.getpid(), command.death_signal),  # noqa: PLW1509  # prctl has no other door
            **identity(command.account),
        )


def attach(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that shares our terminal and our Ctrl-C."""
    tie = _tied_to(os.getpid(), signal.SIGTERM)
    return subprocess.Popen(argv, cwd=cwd, env=env, preexec_fn=tie)  # noqa: PLW1509  # as in spawn


def identity(account: Account | None) -> dict[str, Any]:
    """The arguments of `subprocess` that make a program run as the account."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def _tied_to(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died between fork and prctl
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def stop(process: subprocess.Popen[bytes], first: signal.Signals, patience: float) -> bool:
    """Ask the process to end, wait `patience` seconds, then kill what is left of its group.

    True when it ended by itself. Only the first process is asked: it knows how to end its own children, and
    Celery would take the signal in a child for a crash.
    """
    if process.poll() is None:
        process.send_signal(first)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        return False
    else:
        return True
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 the process and, where it leads a group, everything in it; wait until it is gone."""
    with suppress(ProcessLookupError, PermissionError):  # macOS says "not permitted" for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 the process and all its descendants, also those in other sessions: PostgreSQL's backends."""
    with suppress(psutil.NoSuchProcess):
        tree = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in tree:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        _survivors(tree, patience=10)
    process.wait()


def end_orphans(folder: Path, first: signal.Signals, patience: float = 10) -> int:
    """End every process that a killed supervisor of `folder` left behind; how many there were.

    Call it with the folder's lock held: whoever bears the mark then has lost its supervisor. Grandchildren
    inherit the mark, and no stranger comes to bear it, while a process id in a file is soon somebody else's.
    """
    orphans = [process for process in psutil.process_iter() if _bears_mark(process, str(folder))]
    for orphan in orphans:
        with suppress(psutil.NoSuchProcess):
            orphan.send_signal(first)
    stubborn = _survivors(orphans, patience)
    for orphan in stubborn:
        with suppress(psutil.NoSuchProcess):
            orphan.kill()
    _survivors(stubborn, patience)
    return len(orphans)


def _bears_mark(process: psutil.Process, folder: str) -> bool:
    try:
        return process.environ().get(MARK) == folder
    except (psutil.Error, OSError):  # a process of somebody else, or gone by now
        return False


def _survivors(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that still live after `patience` seconds; returns as soon as none does.

    A zombie counts as dead. In a container whose first process does not reap, it stays for good, and
    `psutil.wait_procs` would wait for it.
    """
    deadline = time.monotonic() + patience
    while (alive := [process for process in processes if _lives(process)]) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return alive


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
