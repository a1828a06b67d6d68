"""What stands in the way of a start: each message names it and says what to do."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack import checks, environment
from devstack.errors import StackError
from devstack.home import hand_back
from devstack.lock import FolderLock
from devstack.logs import rotate, tail
from devstack.ports import free_port


def _start(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "devstack", "--no-sample", "--exit", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_that_is_taken_is_told_with_its_holder_and_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = _start("--port", str(port), "--data", str(tmp_path))
    assert result.returncode == 1
    assert f"Port {port} is taken by" in result.stdout
    assert f"(pid {os.getpid()})" in result.stdout or sys.platform != "linux"
    assert f"--exit --no-sample --data {tmp_path}" in result.stdout
    assert "./start_local.sh --port " in result.stdout


def test_a_data_folder_in_use_is_told_with_its_holder(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        result = _start("--port", str(free_port()), "--data", str(tmp_path))
    assert result.returncode == 1
    assert f"{tmp_path} is in use by process {os.getpid()}" in result.stdout
    assert "--data" in result.stdout


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        pass
    with FolderLock(tmp_path):
        pass


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024  # the shape of the standard library's answer
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 5_000_000, 5_000_000))
    with pytest.raises(StackError, match="5 MB are free, 300 MB are needed") as caught:
        checks.check_folder(tmp_path)
    assert "--data" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_told(
    folder: Path, ordinary_user: Callable[[Callable[[], None]], None]
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o555)

    def story() -> None:
        with pytest.raises(StackError, match="cannot be written by this account"):
            checks.check_folder(closed)
        with pytest.raises(StackError, match="cannot be made"):
            checks.check_folder(closed / "data")

    ordinary_user(story)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files that their owner cannot open")
def test_what_root_makes_in_the_folder_of_a_user_is_the_users(folder: Path) -> None:
    os.chown(folder, 1234, 1234)
    (folder / "logs").mkdir()
    (folder / "logs" / "api.log").touch()
    (folder / "postgres").symlink_to("/nowhere")
    hand_back(folder)
    assert {path.lstat().st_uid for path in folder.rglob("*")} == {1234}


def test_the_environment_wins_over_the_file_and_empty_means_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=from-file\nREDIS_URL=from-file\nYOUTUBE_API_KEY_1=\n")
    monkeypatch.setenv("DATABASE_URL", "from-shell")
    monkeypatch.delenv("REDIS_URL", raising=False)
    found = environment.load(tmp_path, tmp_path)
    assert found["DATABASE_URL"] == "from-shell"
    assert found["REDIS_URL"] == "from-file"
    assert environment.has_redis(found)
    assert not environment.has_youtube_key(found)


def test_the_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = environment.load(tmp_path, tmp_path)["SECRET_KEY"]
    assert environment.load(tmp_path, tmp_path)["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_logs_of_three_earlier_starts_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    for start in range(6):
        rotate(log)
        log.write_text(f"start {start}\n")
    assert [tail(path) for path in sorted(tmp_path.iterdir())] == [[f"start {start}"] for start in (5, 4, 3, 2)]
