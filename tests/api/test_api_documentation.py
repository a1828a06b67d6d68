"""docs/api.md is true: every example is run against a server, every address is named, every status is explained."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.cli import commands
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.api.serving import serving
from tests.api.shapes import CHANNEL

DOCS = Path(__file__).parents[2] / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```console\n\$ (curl .*)\nHTTP/1.1 (\d{3}) .*\n```$", API, re.MULTILINE)


@pytest.fixture
def address(wiring: Wiring, emulator: Control) -> Iterator[str]:  # noqa: ARG001 - answers /api/test-youtube
    (wiring.settings.import_root / "my_channels.csv").write_text(f"channel_id\n{CHANNEL}\n")
    with serving(create_app(wiring)) as url:
        yield url.removeprefix("http://")


def test_every_block_is_an_example() -> None:
    assert len(EXAMPLES) == API.count("```console") > 20


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_example_answers_as_it_is_written(wiring: Wiring, address: str) -> None:
    for command, status in EXAMPLES:
        job = wiring.imports.ask_for_rows([(CHANNEL, None)], "examples")
        told = subprocess.run(
            ["bash", "-c", command.replace("localhost:5000", address)],
            env={"PATH": "/usr/bin:/bin", "JOB": str(job.id)},
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
        assert told.stdout.split(" ", 2)[1] == status, f"{command}\n{told.stdout}"


def test_every_address_is_named(refusing_api: FlaskClient) -> None:
    for rule in refusing_api.application.url_map.iter_rules():
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        assert path in API or f"...{path[path.rindex('/') :]}" in API, path


def test_every_status_is_explained(refusing_api: FlaskClient) -> None:
    explained = set(re.findall(r"^\| (\d{3}) ", (DOCS / "problems.md").read_text(encoding="utf-8"), re.MULTILINE))
    told = "400 401 403 404 405 409 413 415 421 422 429 500 502 503 507"
    assert " ".join(sorted(explained)) == told
    named = set(refusing_api.get("/openapi.json").get_json()["components"]["schemas"]["Problem"]["properties"])
    assert named <= set(re.findall(r"`(\w+)`", (DOCS / "problems.md").read_text(encoding="utf-8")))


def test_every_command_is_named() -> None:
    told = (DOCS / "cli.md").read_text(encoding="utf-8")
    for name in commands.commands:
        assert f"`{name}" in told, name
