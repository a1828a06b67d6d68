"""An emulator process to measure, or to measure against, and what it uses of a core."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from devstack.process import Command, spawn, stop

_ROOT = Path(__file__).parents[1]
_START_SECONDS = 20.0


class Served(NamedTuple):
    """Where it is, and its process."""

    url: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """What the process has used since it began."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def emulator_process(*options: str) -> Iterator[Served]:
    """`python -m emulator` on a free port, with quotas that no benchmark empties."""
    quotas = "default=1000000000,search=1000000000,videos.batchGetStats=1000000000"
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        command = [sys.executable, "-m", "emulator", "--port", "0", "--port-file", str(port_file), "--quota", quotas]
        environment = {"PATH": os.environ["PATH"]}
        process = spawn(Command([*command, *options], _ROOT, environment, Path(folder) / "log"))
        try:
            yield Served(f"http://127.0.0.1:{_port(port_file, process)}", psutil.Process(process.pid))
        finally:
            stop(process, signal.SIGTERM, patience=10)


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows of the same keys as columns of text."""
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _port(port_file: Path, process: "subprocess.Popen[bytes]") -> int:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if port_file.exists():
            return int(port_file.read_text())
        time.sleep(0.01)
    sys.exit("The emulator did not start; python -m emulator says why.")
