"""docker-compose.yml and the Dockerfile, as values that tests can look into."""

import re
import shlex
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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


def last_stage() -> list[Instruction]:
    """The instructions from the last FROM on: those that make the image."""
    instructions = dockerfile()
    start = max(at for at, instruction in enumerate(instructions) if instruction.name == "FROM")
    return instructions[start:]


def copied() -> list[str]:
    """What the image takes from the project: files and folders, all to where they are named."""
    copies = [shlex.split(one.value) for one in last_stage() if one.name == "COPY" and "--from=" not in one.value]
    assert all(source == target for source, target in copies)
    return [source for source, _ in copies]


def unpack_image(folder: Path) -> None:
    """Put into a folder what the image has in its working folder."""
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def files(folder: Path) -> set[str]:
    """All files under a folder."""
    return {str(path) for path in folder.rglob("*") if path.is_file()}
