"""README.md is true: its examples run, and its links lead somewhere."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```sh\n(curl .*?)\n```$", _README, re.MULTILINE | re.DOTALL)
_CURLS = [command for block in _BLOCKS for command in re.split(r"\n(?=curl )", block)]
_PAGES = [_ROOT / "README.md", _ROOT / "CONTRIBUTING.md", *sorted((_ROOT / "docs").rglob("*.md"))]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_curl_of_the_readme_is_answered(wiring: Wiring) -> None:
    assert len(_CURLS) >= 7
    (wiring.settings.import_root / "channels.csv").write_text("channel_id\nUC_x5XG1OV2P6uZZ5FSM9Ttw\n")
    with serving(create_app(wiring)) as url:
        for command in _CURLS:
            told = subprocess.run(
                ["bash", "-c", f"{command.replace('http://127.0.0.1:5000', url)} --silent --fail --show-error"],
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
            )
            assert told.returncode == 0, f"{command}\n{told.stderr}"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
