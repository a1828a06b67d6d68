"""/docs loads nothing from elsewhere; every kind of problem has a page and a section of docs/problems.md."""

import importlib
import pkgutil
import re
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.exceptions import default_exceptions

import app
import workers
from app.problem_types import all_types, of_status
from app.reference.routes import sections

DOCS = Path(__file__).parents[2] / "docs" / "problems.md"


def load_everything() -> None:
    """So that every class of errors is there."""
    for package in (app, workers):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in {"workers.run", "app.__main__"}:  # programs
                importlib.import_module(module.name)


def test_every_kind_of_problem_has_a_section_and_every_section_a_kind() -> None:
    load_everything()
    written = re.findall(r"^### (.+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(written) == sorted(all_types())
    sections.cache_clear()
    assert {name: section.status for name, section in sections().items()} == {
        name: kind.status for name, kind in all_types().items()
    }


def test_every_status_of_http_is_a_kind_of_problem() -> None:
    assert {of_status(status).name for status in default_exceptions} <= set(all_types())


def test_a_kind_of_problem_answers_as_data_and_as_a_page(refusing_api: FlaskClient) -> None:
    met = refusing_api.get("/api/jobs/00000000-0000-0000-0000-000000000000").get_json()
    told = refusing_api.get(met["type"])
    assert told.get_json()["title"] == met["title"] == "Unknown job"
    page = refusing_api.get(met["type"], headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "What to do" in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert refusing_api.get("/problems/none").get_json()["type"] == "/problems/unknown-problem"


def test_the_reference_loads_only_what_is_here(refusing_api: FlaskClient) -> None:
    page = refusing_api.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    loaded = re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page.text)
    assert len(loaded) == 6
    assert "<script>" not in page.text
    assert "style=" not in page.text
    for address in loaded:
        answer = refusing_api.get(address)
        assert answer.status_code == 200, address
        assert answer.mimetype in {"text/css", "text/javascript", "image/svg+xml"}, address
    assert not re.search(r"url\((?![\"']?data:)", refusing_api.get("/docs/swagger-ui.css").text)


def test_no_other_file_can_be_had(refusing_api: FlaskClient) -> None:
    for name in ("../web.py", "..%2fweb.py", "nothing.js", "%2e%2e/web.py"):
        assert refusing_api.get(f"/docs/{name}").status_code == 404, name
