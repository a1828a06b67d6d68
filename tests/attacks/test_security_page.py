"""docs/security.md is true: the tests that it names exist, and every test of this folder is one of them."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", _PAGE))
    assert len(named) > 40
    files = {file: (_ROOT / file).read_text(encoding="utf-8") for file, _ in named if (_ROOT / file).parent.is_dir()}
    assert [f"{file}::{test}" for file, test in named if file in files and f"def {test}(" not in files[file]] == []


def test_every_attack_stands_in_the_table() -> None:
    folder = Path(__file__).parent
    files = {f"tests/attacks/{file.name}" for file in folder.glob("test_*.py")} - {
        "tests/attacks/test_security_page.py"
    }
    assert [file for file in sorted(files) if f"`{file}::" not in _PAGE] == []


def test_every_risk_has_a_test() -> None:
    rows = [line for line in _PAGE.splitlines() if line.startswith("| ") and not line.startswith("| risk")]
    assert [row[:60] for row in rows if "::test_" not in row] == []
