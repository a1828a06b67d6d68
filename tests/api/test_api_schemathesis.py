"""schemathesis finds nothing: no crash, no answer and no header that is not documented, nothing wrong taken for right.

`TRIBUTARY_SCHEMATHESIS=500 ./run_tests.sh -n 0 -s tests/api/test_api_schemathesis.py` tries so many cases of each
operation.
"""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.access.model import Scope
from app.web import create_app
from emulator.control import Control
from tests.api.serving import serving
from tests.api.story import Story, tell
from tests.conftest import MakeWiring, add_key

HERE = Path(__file__).parent


@pytest.fixture
def story(make_wiring: MakeWiring, emulator: Control) -> Story:
    wiring = make_wiring(push_callback_url="https://tributary.example/")
    add_key(wiring, 1)
    story = Story(create_app(wiring).test_client(), wiring, emulator.channel_ids(count=25))
    tell(story)
    return story


def with_known_names(document: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """The document, in which addresses also name what is there: else nearly every answer would be 404."""
    document = copy.deepcopy(document)
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter.get("in") == "path" and parameter["name"] in names:
                    parameter["schema"] = {"anyOf": [{"enum": [names[parameter["name"]]]}, parameter["schema"]]}
    return document


@pytest.fixture
def strict(story: Story, make_wiring: MakeWiring) -> tuple[Flask, str]:
    """The same system as it is in production, and a token for all of it."""
    unlimited = {"rate_limit_per_minute": 0, "rate_limit_without_token": 0, "sign_ins_per_minute": 0}
    wiring = make_wiring(environment="production", push_callback_url="https://tributary.example/", **unlimited)
    return create_app(wiring), story.wiring.tokens.create("schemathesis", Scope.ADMIN, None)[1]


def test_schemathesis_finds_nothing(story: Story, strict: tuple[Flask, str], tmp_path: Path) -> None:
    app, token = strict
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(with_known_names(story.api.get("/openapi.json").get_json(), story.names)))
    with serving(app) as address:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"),
                *(str(document), "--url", address, "--seed", "1", "--no-color"),
                *("--header", f"Authorization: Bearer {token}"),
                *("--max-examples", os.environ.get("TRIBUTARY_SCHEMATHESIS", "10")),
                *("--phases", "examples,coverage,fuzzing,stateful"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=3_000,
        )
    assert run.returncode == 0, run.stdout + run.stderr
