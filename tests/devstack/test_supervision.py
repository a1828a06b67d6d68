"""The supervisor with programs that do as little as can be supervised."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from devstack import process
from devstack.errors import StackError
from devstack.program import Program
from devstack.screen import Screen
from devstack.stack import Stack
from tests.devstack.waiting import wait_until

LIVES = "import signal; print('lives', flush=True); signal.pause()"
DIES = "print('out of luck', flush=True); raise SystemExit(3)"
DEAF = (
    "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "subprocess.Popen(['sleep', '600']); print('lives', flush=True); signal.pause()"
)

MakeProgram = Callable[[str, str], Program]


@pytest.fixture
def program(tmp_path: Path) -> MakeProgram:
    def make(title: str, script: str) -> Program:
        env = {process.MARK: str(tmp_path)}
        command = process.Command([sys.executable, "-c", script], tmp_path, env, tmp_path / f"{title}.log")
        return Program(title, command, stop_seconds=1)

    return make


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def screen(output: io.StringIO) -> Screen:
    return Screen(Console(file=output))


@pytest.fixture
def stack(screen: Screen) -> Iterator[Stack]:
    stack = Stack(screen)
    yield stack
    stack.stop()


def _lives(program: Program) -> Callable[[], bool]:
    return lambda: program.log.exists() and "lives" in program.log.read_text()


def test_a_program_that_dies_is_told_of_and_started_again(
    stack: Stack, program: MakeProgram, output: io.StringIO
) -> None:
    api = program("API", LIVES)
    stack.start(api)
    api.wait_until(_lives(api))
    assert api.process
    first = api.process.pid
    api.process.kill()
    stack.watch(until=lambda: api.running and api.process is not None and api.process.pid != first)
    said = output.getvalue()
    assert "API was killed by SIGKILL" in said
    assert str(api.log) in said
    assert "API was started again" in said


def test_a_program_that_keeps_dying_is_started_ever_more_rarely(
    stack: Stack, program: MakeProgram, output: io.StringIO
) -> None:
    stack.start(program("Worker", DIES))
    stack.watch(until=lambda: "again in 2 s" in output.getvalue())
    assert "Worker ended with exit code 3" in output.getvalue()
    assert "out of luck" in output.getvalue()
    assert "again in 1 s" in output.getvalue()


def test_with_exit_the_first_death_ends_everything(screen: Screen, program: MakeProgram) -> None:
    stack = Stack(screen, restart=False)
    stack.start(program("Worker", DIES))
    with pytest.raises(StackError, match=r"(?s)Worker ended with exit code 3.*out of luck"):
        stack.watch(until=lambda: False)


def test_the_last_started_is_stopped_first(stack: Stack, program: MakeProgram, output: io.StringIO) -> None:
    for title in ("PostgreSQL", "API", "Beat"):
        stack.start(program(title, LIVES))
    stack.stop()
    stopped = [line.split()[1] for line in output.getvalue().splitlines() if "stopped" in line]
    assert stopped == ["Beat", "API", "PostgreSQL"]


def test_a_reader_that_went_away_does_not_stop_the_stopping(tmp_path: Path) -> None:
    script = (
        "import sys; from devstack.screen import Screen; screen = Screen()\n"
        "screen.say('stopped Beat'); screen.say('stopped API'); open(sys.argv[1], 'w').close()"
    )
    read_end, write_end = os.pipe()
    os.close(read_end)
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path / "end")], stdout=write_end, check=False)
    os.close(write_end)
    assert (tmp_path / "end").exists()
    assert result.returncode == 0


@pytest.mark.alone
def test_a_deaf_program_is_killed_with_its_children(program: MakeProgram) -> None:
    deaf = program("Worker", DEAF)
    deaf.start()
    deaf.wait_until(_lives(deaf))
    assert deaf.process
    family = psutil.Process(deaf.process.pid).children(recursive=True)
    assert family
    began = time.monotonic()
    deaf.stop()
    assert time.monotonic() - began < 10
    wait_until(lambda: all(not member.is_running() or member.status() == "zombie" for member in family))


def test_waiting_ends_with_the_program(program: MakeProgram) -> None:
    api = program("API", DIES)
    api.start()
    with pytest.raises(StackError, match=r"(?s)ended with exit code 3.*out of luck"):
        api.wait_until(lambda: False)


def test_waiting_has_an_end(program: MakeProgram) -> None:
    api = program("API", LIVES)
    api.start()
    with pytest.raises(StackError, match="not ready within"):
        api.wait_until(lambda: False, seconds=0.2)
    api.stop()


def test_orphans_are_known_by_their_mark(tmp_path: Path) -> None:
    mine = subprocess.Popen(["sleep", "600"], env={process.MARK: str(tmp_path)})
    other = subprocess.Popen(["sleep", "600"], env={process.MARK: str(tmp_path / "other")})
    try:
        wait_until(lambda: psutil.Process(mine.pid).name() == "sleep")  # before, it is a copy of this process
        assert process.end_orphans(tmp_path, signal.SIGTERM) == 1
        assert mine.poll() is not None
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
