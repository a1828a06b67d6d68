"""The Dockerfile: what gets into the image is all that is needed, and nothing else."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from devstack.programs import ROOT
from tests.production.deployment import copied, dockerfile, program, services, stage, unpack_image


def test_it_is_built_in_stages_from_one_pinned_base() -> None:
    instructions = dockerfile()
    assert re.fullmatch(r"PYTHON=python:3\.\d+-slim-\w+", instructions[0].value)
    stages = [instruction.value for instruction in instructions if instruction.name == "FROM"]
    pinned = ["${PYTHON} AS packages", "${PYTHON} AS tool-packages", "${PYTHON} AS base"]
    assert stages == [*pinned, "base AS tools", "base"]


def test_packages_are_checked_against_their_hashes() -> None:
    installs = [one.value for one in dockerfile() if "pip" in one.value and one.name == "RUN"]
    assert len(installs) == 2
    assert all("--require-hashes" in install for install in installs)
    for target in ("", "tools"):
        assert not [one for one in stage(target) if re.search(r"\b(apt-get|pip|curl|wget)\b", one.value)]


def test_a_linter_finds_nothing() -> None:
    command = [program("hadolint"), "--no-color", str(ROOT / "Dockerfile")]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_it_runs_as_the_same_ordinary_account_as_in_compose() -> None:
    for target, service in (("", "api"), ("tools", "emulator")):
        [user] = [one.value for one in stage(target) if one.name == "USER"]
        assert user == services()[service]["user"] == "10001:10001"
    assert [one.value for one in stage() if one.name == "STOPSIGNAL"] == ["SIGTERM"]


def test_it_says_what_it_is_and_how_it_is() -> None:
    names = {one.name for one in stage()}
    assert {"LABEL", "HEALTHCHECK", "EXPOSE", "CMD"} <= names
    assert not {"ADD", "VOLUME", "ENTRYPOINT"} & names


def test_nothing_but_what_is_copied_reaches_the_builder() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    assert rules[-1] == "**/__pycache__"
    assert {rule.removeprefix("!") for rule in rules[1:-1]} == {
        *copied(),
        *copied("tools"),
        "requirements.txt",
        "requirements-tools.txt",
    }


LOOK = """
import sys

class AsInTheImage:
    def find_spec(self, name, path=None, target=None):
        if name in sys.argv:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, AsInTheImage())
import app.web, app.cli, workers.run
workers.run.celery.connection_for_write().transport
print(app.web.__file__)
"""


def not_installed() -> list[str]:
    """The modules that this environment has and the image has not: those of packages that are not pinned."""
    pinned = re.findall(r"^([\w-]+)(?:\[.*\])?==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    found = {
        module: {re.sub(r"[-_.]+", "-", name).lower() for name in packages}
        for module, packages in packages_distributions().items()
    }
    return [module for module, packages in found.items() if not packages & set(pinned)]


def test_everything_that_runs_is_in_it(tmp_path: Path) -> None:
    """All processes can be loaded from what is copied, with the packages of requirements.txt."""
    unpack_image(tmp_path)
    (tmp_path / "look.py").write_text(LOOK)
    environment = {
        "SECRET_KEY": "the secret key of an image",
        "DATABASE_URL": "postgresql://a/b",
        "REDIS_URL": "redis://a",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "look.py", *not_installed()]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert result.stdout.startswith(str(tmp_path)), result.stderr
