"""docker-compose.yml and the Dockerfile, as values that tests can look into."""

import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack.programs import ROOT

_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_CONTINUED = re.compile(r"\\\n\s*")

Service = dict[str, Any]


@cache
def compose() -> dict[str, Any]:
    """The compose file, with its anchors put in; `${variables}` stand as they are written."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def services() -> dict[str, Service]:
    """The services by name."""
    found: dict[str, Service] = compose()["services"]
    return found


def variables() -> dict[str, str]:
    """The variables that the compose file reads, and their defaults."""
    return dict(_VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile: `COPY`, and what follows."""

    name: str
    value: str


def dockerfile() -> list[Instruction]:
    """The instructions of the Dockerfile, in their order, each on one line."""
    text = _CONTINUED.sub("", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Instruction(*line.split(maxsplit=1)) for line in lines]


def stage(target: str = "") -> list[Instruction]:
    """What makes the image of a stage (without a name the last one), with what it begins from."""
    stages: dict[str, list[Instruction]] = {}
    name = ""
    for instruction in dockerfile():
        if instruction.name == "FROM":
            parent, _, name = instruction.value.partition(" AS ")
            stages[name] = list(stages.get(parent, []))
        stages.setdefault(name, []).append(instruction)
    return stages[target]


def copied(target: str = "") -> list[str]:
    """What an image takes from the project: files and folders, all to where they are named."""
    copies = [shlex.split(one.value) for one in stage(target) if one.name == "COPY" and "--from=" not in one.value]
    assert all(source == target for source, target in copies)
    return [source for source, _ in copies]


def unpack_image(folder: Path, target: str = "") -> None:
    """Put into a folder what an image has in its working folder."""
    for name in copied(target):
        source = ROOT / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)


def files(folder: Path) -> set[str]:
    """All files under a folder."""
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def program(name: str) -> str:
    """A linter of requirements-dev.txt; without it the test is skipped."""
    found = shutil.which(name, path=f"{sys.prefix}/bin")
    return found or pytest.skip(f"there is no {name}: requirements-dev.txt is not installed")
