"""docs/configuration.md and .env.example tell every setting with its default, and none that does not exist."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.config import Settings
from devstack.programs import ROOT
from tests.production.deployment import variables

NUMBERED = {"YOUTUBE_API_KEY_1": "", "YOUTUBE_API_PROJECT_1": ""}
# They are needed to find .env, or belong to the person at the keyboard.
NOT_IN_ENV_FILE = {"TRIBUTARY_VENV": ".venv", "TRIBUTARY_URL": "http://127.0.0.1:5000", "TRIBUTARY_TOKEN": ""}
REQUIRED = {"SECRET_KEY", "DATABASE_URL"}

_ROW = re.compile(r"^\| `(\w+)` \| (?:`([^`]*)`|(\*required\*)|) ?\| (\S.*) \|$")
_LINE = re.compile(r"^#?([A-Z][A-Z0-9_]*)=(.*)$")


def of_application() -> dict[str, str]:
    return {name.upper(): _default(field) for name, field in Settings.model_fields.items()}


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is PydanticUndefined or default is None:
        return ""
    return json.dumps(default, separators=(",", ":")) if isinstance(default, dict) else str(default)


def of_script() -> dict[str, str]:
    script = (ROOT / "start_production.sh").read_text()
    return {name: default.strip("'") for name, default in re.findall(r"\$\(setting (\w+) ([^)]*)\)", script)}


def in_guide() -> dict[str, str]:
    lines = (ROOT / "docs" / "configuration.md").read_text().splitlines()
    rows = [match for line in lines if (match := _ROW.match(line))]
    assert len(rows) == len({match[1] for match in rows}) == sum(line.startswith("| `") for line in lines)
    assert {match[1] for match in rows if match[3]} == REQUIRED
    return {match[1]: match[2] or "" for match in rows}


def in_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    settings = [match for line in lines if (match := _LINE.match(line))]
    assert len(settings) == len({match[1] for match in settings})
    return {match[1]: match[2] for match in settings}


def test_all_are_there() -> None:
    known = {**of_application(), **NUMBERED, **of_script(), **variables()}
    assert len(known) > 30
    assert in_example() == known
    assert in_guide() == {**known, **NOT_IN_ENV_FILE}


def test_every_line_of_the_example_has_its_meaning_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in pairwise(lines):
        if _LINE.match(line) and not _LINE.match(above):
            assert above.startswith("# "), line
    assert re.findall(r"^(\w+)=(.*)", "\n".join(lines), re.MULTILINE) == [
        ("SECRET_KEY", ""),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
    ]


def test_the_example_with_everything_switched_on_says_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in of_application():
        monkeypatch.delenv(name, raising=False)
    must = {"SECRET_KEY": "a secret key of the tests", "DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://a"}
    file = tmp_path / ".env"
    text = re.sub(r"^#(?=[A-Z][A-Z0-9_]*=)", "", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    file.write_text(text + "".join(f"{name}={value}\n" for name, value in must.items()))
    assert dotenv_values(file).keys() == in_example().keys()

    told = Settings(_env_file=file)  # type: ignore[call-arg]  # the required fields stand in the file
    required = {name.lower(): value for name, value in must.items()}
    plain = Settings(_env_file=None, **required)  # type: ignore[arg-type,call-arg]  # strings become what is declared
    assert told == plain
