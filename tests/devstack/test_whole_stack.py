"""The real processes, all of them, through accidents."""

import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from devstack.ports import free_port
from devstack.process import MARK
from devstack.programs import ROOT
from tests.devstack.waiting import wait_until

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif((ROOT / ".env").exists(), reason="the keys of .env would ask the real YouTube"),
]


class Run:
    """A start of the stack on a folder, with what it says in a file."""

    def __init__(self, data: Path, *options: str) -> None:
        self.said_in = data / "said"
        self.port = free_port()
        command = [sys.executable, "-m", "devstack", "--port", str(self.port), "--data", str(data), *options]
        with self.said_in.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=output,
                stderr=output,
                # Where the tests run in the background of a shell, Ctrl-C is ignored, and children inherit that.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - one thread
            )

    def said(self) -> str:
        return self.said_in.read_text()

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.said() or self.process.poll() is not None, 60)
        assert words in self.said()


@pytest.fixture
def start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Run]]:
    for name in ("DATABASE_URL", "REDIS_URL", "UPSTASH_REDIS_URL", "YOUTUBE_API_KEY_1"):
        monkeypatch.delenv(name, raising=False)
    runs: list[Run] = []

    def _start(*options: str) -> Run:
        runs.append(Run(folder, *options))
        return runs[-1]

    yield _start
    for run in runs:
        run.process.kill()
        run.process.wait()
    wait_until(lambda: not _left(folder))


def _left(data: Path) -> list[psutil.Process]:
    """The processes of the stack on this folder, its servers included."""
    return [process for process in psutil.process_iter() if _mark(process).startswith(str(data))]


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARK, "")
    except psutil.Error:
        return ""


def test_a_stack_heals_and_what_a_killed_one_left_is_no_obstacle(start: Callable[..., Run], folder: Path) -> None:
    run = start("--no-sample")
    run.wait_for("Channels")
    ready = f"http://127.0.0.1:{run.port}/readyz"

    gunicorn = next(process for process in _left(folder) if "gunicorn" in process.cmdline())
    gunicorn.kill()
    run.wait_for("API was started again")
    wait_until(lambda: _answers(ready), 60)

    settings = folder / "environment"
    assert settings.stat().st_mode & 0o777 == 0o600
    ask = f". {shlex.quote(str(settings))} && {shlex.quote(sys.executable)} -m app doctor"
    doctor = subprocess.run(["bash", "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr

    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    again = start("--exit")
    assert again.process.wait(120) == 0, again.said()
    assert "units" in again.said()
    assert not settings.exists()
    assert not _left(folder)


def test_ctrl_c_in_the_middle_of_the_start_stops_what_was_started(start: Callable[..., Run], folder: Path) -> None:
    run = start("--no-sample")
    run.wait_for("Valkey")
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(60) == 128 + signal.SIGINT
    assert not _left(folder)


def test_a_database_that_does_not_answer_ends_the_start(
    start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    run = start("--no-sample")
    assert run.process.wait(60) == 1
    assert "The migrations ended with exit code" in run.said()
    assert "What to do" in run.said()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.HTTPError:
        return False
