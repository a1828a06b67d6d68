"""What processes use: CPU with their children, and their peak of memory."""

import re
import resource
from contextlib import suppress
from pathlib import Path

import psutil
from sqlalchemy import text

from app.wiring import Wiring


def cpu_seconds(process: psutil.Process) -> float:
    """What a process has used with its children, ended ones too."""
    total = 0.0
    for one in (process, *process.children()):
        with suppress(psutil.NoSuchProcess):  # one that ends meanwhile
            times = one.cpu_times()
            total += times.user + times.system
    ended = process.cpu_times()
    return float(total + ended.children_user + ended.children_system)


def postgres_of(wiring: Wiring) -> psutil.Process:
    """The server that this system talks to; its backends are its children."""
    with wiring.db.begin() as tx:
        backend = int(tx.execute(text("select pg_backend_pid()")).scalar_one())
    server = psutil.Process(backend).parent()
    if server is None:
        raise RuntimeError("the server is gone")
    return server


def peak_bytes() -> int:
    """The most memory that this process has had; on Linux, ru_maxrss begins with that of the parent."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    [kilobytes] = re.findall(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    return int(kilobytes) * 1024
