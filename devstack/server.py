"""What PostgreSQL and Valkey share: a home, a lock, a port, a start that waits and a stop that is sure."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from devstack import ports, process
from devstack.errors import PortTakenError, StackError
from devstack.home import Home, open_home
from devstack.lock import FolderLock
from devstack.logs import tail

_READY_SECONDS = 300  # recovery after a crash replays the log; on a slow disk that takes minutes
_POLL_SECONDS = 0.02
_PORT_ATTEMPTS = 5


class EmbeddedServer(ABC):
    """A database server that belongs to this process and ends with it.

    `data` is the folder of everything it keeps (made when missing; as root perhaps a link, see home.py).
    `port` None takes any, and the same one at the next start while it is free. `log` is where its output
    goes, by default `<data>/server.log`. Use it as a context manager, or call `start` and `stop`.
    """

    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_seconds: ClassVar[float] = 20

    def __init__(self, data: Path, *, port: int | None = None, log: Path | None = None) -> None:
        self.home: Home = open_home(data)
        self.log = log or self.home.folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._port = port
        self._lock = FolderLock(self.home.folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1. Raises StackError before the first start."""
        if self._port is None:
            raise StackError(f"{self.title} has no port yet.", hint="Call start() first.")
        return self._port

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers; nothing happens when it runs already.

        A server that a killed supervisor left behind on this folder is stopped first. Raises FolderHeldError;
        PortTakenError when the port that was asked for is taken; else StackError with the end of the log.
        """
        if self.running:
            return
        self._lock.acquire()
        try:
            process.end_orphans(self.home.folder, self.stop_signal, self.stop_seconds)
            self._prepare()
            self._port = self._launch_on_a_port()
        except BaseException:
            self.stop()
            raise
        self._remembered_port.write_text(str(self._port))
        self.home.give(self._remembered_port)

    def stop(self) -> None:
        """Stop the server in good order, by force after 20 seconds; harmless when it does not run."""
        self._stop(self.stop_signal)

    def crash(self) -> None:
        """Kill -9 the server and its children, as a power cut would. `start` brings it back."""
        if self.process is not None:
            process.kill_tree(self.process)
        self._lock.release()

    def remove(self) -> None:
        """Stop the server and delete its folder with all data."""
        self.stop()
        self.home.remove()

    @abstractmethod
    def _prepare(self) -> None:
        """Make what the server needs in its folder, when it is not there yet."""

    @abstractmethod
    def _argv(self, port: int) -> list[str]:
        """The command line that runs the server in the foreground."""

    @abstractmethod
    def _answers(self, port: int) -> bool:
        """Whether the server serves on this port."""

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", process.MARK: str(self.home.folder)}

    @property
    def _remembered_port(self) -> Path:
        return self.home.folder / "port"

    def _stop(self, first: signal.Signals) -> None:
        if self.process is not None:
            process.stop(self.process, first, self.stop_seconds)
        self._lock.release()

    def _launch_on_a_port(self) -> int:
        if self._port is not None:
            if ports.is_free(self._port) and self._launch(self._port):
                return self._port
            self._refuse(self._port)
        remembered = self._remembered_port.read_text() if self._remembered_port.exists() else ""
        for attempt in range(_PORT_ATTEMPTS):
            port = int(remembered) if attempt == 0 and remembered.isdigit() else ports.free_port()
            if not ports.is_free(port):
                continue
            if self._launch(port):
                return port
            if ports.is_free(port):
                break  # the port was not the reason
        raise self._failure()

    def _refuse(self, port: int) -> None:
        if ports.is_free(port):
            raise self._failure()
        raise PortTakenError(
            f"{self.title} cannot listen on port {port}: {ports.holder(port)} does.",
            hint="Stop that process, or choose another port.",
        )

    def _launch(self, port: int) -> bool:
        """Whether the server came up; False when it ended at once."""
        command = process.Command(
            self._argv(port),
            cwd=self.home.folder,
            env=self._environment,
            log=self.log,
            account=self.home.account,
            death_signal=self.stop_signal,
        )
        self.process = process.spawn(command)
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self._answers(port):
                return True
            time.sleep(_POLL_SECONDS)
        raise self._failure()

    def _failure(self) -> StackError:
        last = "\n".join(tail(self.log))
        return StackError(
            f"{self.title} did not start. The end of {self.log}:\n{last}",
            hint="Mend what the log says; or, when the data may go, delete the folder with the data.",
        )
