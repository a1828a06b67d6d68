"""The start of the whole stack, step by step, and the main job on the sample."""

import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from devstack import checks, environment, process
from devstack.errors import StackError
from devstack.home import hand_back
from devstack.lock import FolderLock
from devstack.logs import tail
from devstack.ports import LOCALHOST
from devstack.postgres import PostgresServer
from devstack.program import ending
from devstack.programs import ROOT, Programs
from devstack.screen import Screen
from devstack.stack import Stack
from devstack.valkey import ValkeyServer

_SAMPLE = ROOT / "samples" / "channels.csv"
_INTERRUPTED = 128 + signal.SIGINT
_JOB_STOP_SECONDS = 5
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line. `data` is absolute."""

    port: int
    data: Path
    exit_after: bool
    sample: bool

    def without_port(self) -> str:
        """The same options as words, for the command that takes another port."""
        given = {
            "--exit": self.exit_after,
            "--no-sample": not self.sample,
            f"--data {shlex.quote(str(self.data))}": self.data != ROOT / "var",
        }
        return " ".join(word for word, is_given in given.items() if is_given)


def run(options: Options, screen: Screen) -> int:
    """Start everything, run the main job, stay until a signal (or not, with --exit), and stop everything.

    The exit code: that of the main job, 130 when a signal came before its end. Raises StackError when something
    is in the way.
    """
    checks.check_folder(options.data)
    with FolderLock(options.data):
        process.end_orphans(options.data, signal.SIGTERM)
        checks.check_port(options.port, options.without_port())
        return _run_stack(options, screen)


def _run_stack(options: Options, screen: Screen) -> int:
    stack = Stack(screen, restart=not options.exit_after)
    code = int(_INTERRUPTED)
    _on_signals(signal.default_int_handler)
    try:
        launch = Launch(options, screen, stack)
        launch.start()
        with launch.told_environment() as told:
            code = launch.main_job() if options.sample else 0
            if not options.exit_after:
                launch.tell_addresses(told)
                stack.watch(until=lambda: False)
    except KeyboardInterrupt:
        screen.say("\nStopping what was started.")
    finally:
        _on_signals(signal.SIG_IGN)  # a second Ctrl-C must not leave half of them behind
        stack.stop()
        hand_back(options.data)
    return code


class Launch:
    """One start of the stack; every step finds the addresses of the earlier ones in the environment."""

    def __init__(self, options: Options, screen: Screen, stack: Stack) -> None:
        self.url = f"http://{LOCALHOST}:{options.port}"
        self._options = options
        self._screen = screen
        self._stack = stack
        self._environment = environment.load(ROOT, options.data)
        self._logs = options.data / "logs"
        self._logs.mkdir(exist_ok=True)
        self._programs = Programs(self._logs, self._environment)

    def start(self) -> None:
        """From nothing to an API that is ready."""
        self._screen.say(f"Starting Tributary in {self._options.data}")
        if "DATABASE_URL" not in self._environment:
            self._start_postgres()
        if not environment.has_redis(self._environment):
            self._start_valkey()
        self._migrate()
        if not environment.has_youtube_key(self._environment):
            self._start_emulator()
        self._start_app()

    def main_job(self) -> int:
        """Import the sample, then fetch its metadata, both at this terminal; the first bad exit code, or 0."""
        imports = ROOT / self._environment["IMPORT_ROOT"]
        imports.mkdir(parents=True, exist_ok=True)
        shutil.copy(_SAMPLE, imports)
        return self._attached("import", _SAMPLE.name) or self._attached("metadata")

    def told_environment(self) -> AbstractContextManager[Path]:
        """For a while, a file with the settings of this stack, for commands in another shell."""
        return environment.told(self._environment, ROOT, self._options.data, self.url)

    def tell_addresses(self, told: Path) -> None:
        """Say where to look now. `told` is the file with the settings."""
        self._screen.say(
            f"\nChannels    {self.url}/api/channels?limit=10\nJobs        {self.url}/api/jobs"
            f"\nStatus      {self.url}/api/system-status\nAPI         {self.url}/docs\nLogs        {self._logs}"
            f"\nIs it well  . {shlex.quote(str(told))} && {shlex.quote(sys.executable)} -m app doctor"
        )
        self._screen.say("Ctrl-C stops everything; the data stays for the next start.")

    def _start_postgres(self) -> None:
        with self._screen.step("PostgreSQL"):
            server = PostgresServer(self._options.data / "postgres", log=self._programs.log("postgres"))
            self._stack.start(server)
            server.ensure_database()
        self._environment["DATABASE_URL"] = server.url()

    def _start_valkey(self) -> None:
        with self._screen.step("Valkey (Redis)"):
            server = ValkeyServer(self._options.data / "valkey", log=self._programs.log("valkey"))
            self._stack.start(server)
        self._environment["REDIS_URL"] = server.url
        # Its commands cost nothing, and a worker that waits shorter stops sooner.
        self._environment.setdefault("BROKER_POLL_SECONDS", "2")

    def _migrate(self) -> None:
        log = self._programs.log("migrate")
        with self._screen.step("database migrations"), log.open("wb") as output:
            code = subprocess.call(
                [sys.executable, "-m", "app", "migrate"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if code != 0:
            last = "\n".join(tail(log))
            raise StackError(
                f"The migrations ended with exit code {code}. The end of {log}:\n{last}",
                hint="Mend what the log says, then start again.",
            )

    def _start_emulator(self) -> None:
        port_file = self._options.data / "emulator-port"
        port_file.unlink(missing_ok=True)
        with self._screen.step("emulator (no YOUTUBE_API_KEY_1 is set)"):
            emulator = self._programs.emulator(port_file, self._options.data / "emulator-memory")
            self._stack.start(emulator)
            emulator.wait_until(lambda: port_file.exists() and port_file.read_text().strip().isdigit())
        port = port_file.read_text().strip()
        # Started again after a crash, it must be where the others look for it.
        argv = [port if word == "0" else word for word in emulator.command.argv]
        emulator.command = replace(emulator.command, argv=argv)
        self._environment["YOUTUBE_API_URL"] = f"http://{LOCALHOST}:{port}"
        self._environment |= {f"YOUTUBE_API_KEY_{n}": f"emulator-key-{n}" for n in (1, 2)}

    def _start_app(self) -> None:
        with self._screen.step("API, worker, beat"):
            api = self._programs.api(self._options.port)
            schedule = self._options.data / "beat-schedule"
            for program in (api, self._programs.worker(), self._programs.beat(schedule)):
                self._stack.start(program)
            api.wait_until(lambda: _is_ready(f"{self.url}/readyz"))

    def _attached(self, *arguments: str) -> int:
        """Run a command of the CLI at this terminal while the stack is watched; its exit code."""
        argv = [sys.executable, "-m", "app", *arguments]
        job = process.attach(argv, cwd=ROOT, env={**self._environment, "TRIBUTARY_URL": self.url})
        try:
            self._stack.watch(until=lambda: job.poll() is not None)
        finally:
            process.stop(job, signal.SIGTERM, _JOB_STOP_SECONDS)
        if job.returncode != 0:
            self._screen.say(f"python -m app {' '.join(arguments)} {ending(job)}.", style="red")
        return job.returncode


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _on_signals(handler: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, handler)
