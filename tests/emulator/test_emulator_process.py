"""The emulator as a process of its own."""

import ast
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from emulator.control import Control

SECRET = "secret-key-of-a-process"
ROOT = Path(__file__).parents[2]
DEADLINE = 20.0


@contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """An emulator process and its address, read from its port file."""
    port_file = folder / "port"
    command = [sys.executable, "-m", "emulator", "--port", "0", "--port-file", str(port_file), *options]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, text=True)
        try:
            yield f"http://127.0.0.1:{_port(port_file, process)}", process
        finally:
            process.terminate()
            process.wait(DEADLINE)


def _port(port_file: Path, process: "subprocess.Popen[str]") -> int:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        if port_file.exists():
            return int(port_file.read_text())
        time.sleep(0.01)
    raise AssertionError("the emulator did not write its port")


def test_a_process_answers_as_its_options_say(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"# a comment\n{SECRET} = 12345\n\n")
    (tmp_path / "shift").write_text("86400")
    options = ["--seed", "9", "--quota", "default=2,search=0", "--keys", str(tmp_path / "keys")]
    options += ["--clock-file", str(tmp_path / "shift"), "--missing-share", "0", "--speed", "0"]
    with running(tmp_path, *options) as (url, process), Control(url) as control:
        query = {"part": "snippet", "id": ",".join(control.channel_ids(3)), "key": SECRET}
        statuses = [httpx.get(f"{url}/youtube/v3/channels", params=query).status_code for _ in range(3)]
        assert statuses == [200, 200, 403]
        assert [view.project for view in control.list_keys()] == ["12345"]
        assert control.clock() == control.clock(), "it stands still"
        everything = httpx.get(f"{url}/_emulator/requests").text + httpx.get(url).text
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE)
    output = (tmp_path / "output").read_text()
    assert output == f"YouTube emulator: {url}\n"
    assert SECRET not in everything + output


def test_two_processes_give_the_same_answers(tmp_path: Path) -> None:
    answers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with running(tmp_path / name, "--seed", "4") as (url, _), Control(url) as control:
            ids = control.channel_ids(50)
            query = {"part": "snippet,statistics,brandingSettings", "id": ",".join(ids), "key": SECRET}
            httpx.put(f"{url}/_emulator/clock", content=json.dumps({"now": "2027-01-01T00:10:00Z"}))
            answers.append(httpx.get(f"{url}/youtube/v3/channels", params=query).content)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--quota", "defalt=5"], "buckets are: default, search, videos.batchGetStats"),
        (["--quota", "default=lots"], "whole numbers"),
        (["--keys", "no-such-file"], "key=project"),
        (["--keys", "a="], "key=project"),
        (["--missing-share", "4"], "0<=x<=1"),
        (["--speed", "-1"], "0<=x<=86400"),
        (["--recorded", "/no/such/folder"], "does not exist"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: list[str], told: str) -> None:
    command = [sys.executable, "-m", "emulator", "--port", "0", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())


def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    with running(tmp_path) as (url, _):
        command = [sys.executable, "-m", "emulator", "--port", url.rpartition(":")[2]]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.returncode == 1
    assert "Try --port 0 for a free port" in done.stderr


def test_the_emulator_knows_nothing_of_the_application() -> None:
    imported = {
        name.partition(".")[0]
        for file in (ROOT / "emulator").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in _imported(node)
    }
    assert "emulator" in imported
    assert not imported & {"app", "workers", "discovery", "devstack", "bench", "tests"}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
