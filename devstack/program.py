"""One process of ours that runs until it is stopped: the emulator, the API, a worker, beat."""

import signal
import subprocess
import time
from collections.abc import Callable

from devstack import process
from devstack.errors import StackError
from devstack.logs import tail

_POLL_SECONDS = 0.05


class Program:
    """A command that is started, watched and stopped. `stop_seconds` is how long it may take to end."""

    def __init__(self, title: str, command: process.Command, *, stop_seconds: float = 15) -> None:
        self.title = title
        self.command = command
        self.log = command.log
        self.process: subprocess.Popen[bytes] | None = None
        self._stop_seconds = stop_seconds

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the process; `wait_until` tells when it is of use."""
        self.process = process.spawn(self.command)

    def stop(self) -> None:
        """Stop the process and all it started; harmless when it does not run."""
        if self.process is not None:
            process.stop(self.process, signal.SIGTERM, self._stop_seconds)

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for `ready`. Raises StackError when the process ends before, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise StackError(f"{self.title} {ending(self.process)}.\n{self._end_of_log()}", hint=_READ)
            if time.monotonic() > deadline:
                raise StackError(
                    f"{self.title} was not ready within {seconds:.0f} s.\n{self._end_of_log()}",
                    hint=_READ,
                )
            time.sleep(_POLL_SECONDS)

    def _end_of_log(self) -> str:
        return "\n".join([f"The end of {self.log}:", *tail(self.log)])


_READ = "Mend what the log says, then start again."


def ending(ended: subprocess.Popen[bytes] | None) -> str:
    """How a process ended, as the end of a sentence."""
    if ended is None or ended.returncode is None:
        return "does not run"
    if ended.returncode < 0:
        return f"was killed by {signal.Signals(-ended.returncode).name}"
    return f"ended with exit code {ended.returncode}"
