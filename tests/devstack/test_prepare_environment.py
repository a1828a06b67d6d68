"""devstack/prepare.sh, on machines where something is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devstack.programs import ROOT

TOOLS = ("bash", "basename", "cmp", "cp", "dirname", "grep", "ln", "mkdir", "readlink", "rm", "sleep", "tail")
SCRIPT = f'set -euo pipefail; . "{ROOT}/devstack/prepare.sh"; prepare "$PWD" requirements.txt; echo "$venv is ready"'

Prepare = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with the usual tools and this Python, and a project that requires nothing."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    _make_python(tools, f'exec "{sys.executable}" "$@"')
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def _make_python(tools: Path, script: str) -> None:
    (tools / "python3").write_text(f"#!/bin/sh\n{script}\n")
    (tools / "python3").chmod(0o755)


def _prepare(machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(machine / "bin"), "HOME": str(machine), "PIP_RETRIES": "0", **variables}
    return subprocess.run(
        ["bash", "-c", SCRIPT, "./start_local.sh"],
        cwd=machine,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_an_old_python_is_told_with_the_way_to_a_new_one(machine: Path) -> None:
    _make_python(machine / "bin", 'test "$1" = --version && echo Python 3.9.2; exit 1')
    result = _prepare(machine)
    assert result.returncode == 1
    assert "needs Python 3.11 or newer; this machine has Python 3.9.2" in result.stderr
    assert "What to do" in result.stderr


def test_a_missing_venv_module_is_told_with_the_package_to_install(machine: Path) -> None:
    _make_python(machine / "bin", f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"')
    result = _prepare(machine)
    assert result.returncode == 1
    assert f"apt install python{sys.version_info.major}.{sys.version_info.minor}-venv" in result.stderr


def test_a_lock_that_its_holder_left_behind_is_no_obstacle_and_the_second_time_installs_nothing(
    machine: Path,
) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (machine / ".venv.lock").symlink_to(str(gone.pid))
    first = _prepare(machine)
    assert first.returncode == 0, first.stderr
    assert "Installing requirements.txt" in first.stdout
    log = machine / ".venv" / "pip.log"
    log.unlink()
    second = _prepare(machine)
    assert second.stdout == f"{machine}/.venv is ready\n"
    assert not log.exists()


def test_no_way_to_the_packages_is_told_and_can_be_mended(machine: Path) -> None:
    (machine / "requirements.txt").write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    result = _prepare(machine, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_CONFIG_FILE=os.devnull)
    assert result.returncode == 1
    assert "could not be downloaded" in result.stderr
    assert "HTTPS_PROXY" in result.stderr
    assert not (machine / ".venv.lock").is_symlink()
    (machine / "requirements.txt").write_text("# nothing\n")
    assert _prepare(machine).returncode == 0
