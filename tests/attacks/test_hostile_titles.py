"""Titles that are scripts, looked at with a real browser: every address that it can open, one after another."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.web import create_app
from app.wiring import Wiring
from tests.api.serving import serving
from tests.api.shapes import CHANNEL, NOBODY
from tests.attacks.browser import PROGRAM, Browser, browsing
from tests.attacks.doors import Door, doors
from tests.hands import sql, work_off

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium here: apt-get install chromium")

_OWN = "document.documentElement.dataset.owned=1;alert(1)"
HOSTILE = (
    f"</title></script></textarea></pre>--><script>{_OWN}</script>"
    f'<img src=x onerror="{_OWN}"><svg/onload=\'{_OWN}\'>" autofocus onfocus="{_OWN}" javascript:{_OWN} {{{{7*7}}}}'
)
# What never ends, and what is saved instead of shown.
_LEFT_OUT = {"/api/jobs/<job_id>/stream"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def app(wiring: Wiring) -> Flask:
    """An API whose every text is hostile."""
    app = create_app(wiring)
    api = app.test_client()
    rows = {"channels": [{"channel_id": CHANNEL, "title": HOSTILE}, {"channel_id": HOSTILE}], "source": "x"}
    job = wiring.jobs.read(api.post("/api/bulk-add-channels", json=rows).get_json()["id"])
    work_off(wiring, job)
    sql(wiring, "update channels set title = :text, description = :text, handle = :text returning 1", text=HOSTILE)
    sql(wiring, "update processing_jobs set error_message = :text, requested_by = :text returning 1", text=HOSTILE)
    sql(wiring, "update api_keys set key_name = :text returning 1", text=HOSTILE)
    app.config["job"] = str(job.id)
    return app


def shown(app: Flask) -> Iterator[Door]:
    for door in doors(app):
        if door.method == "GET" and door.rule not in _LEFT_OUT:
            yield door


def test_no_page_runs_what_a_title_says(app: Flask, browser: Browser) -> None:
    told, hostile = {}, 0
    with serving(app) as url:
        for door in shown(app):
            path = door.path.replace(NOBODY, app.config["job"])
            hostile += "onerror" in app.test_client().get(path).get_data(as_text=True)
            for address in (path, f"{path}?after=%3Cscript%3E{_OWN}%3C/script%3E"):
                owned, events = browser.visit(url + address)
                breaches = [one for one in events if "DialogOpening" in one["method"] or "Policy" in str(one)]
                if owned or breaches:
                    told[address] = (owned, breaches)
    assert told == {}
    assert hostile > 5, "hostile texts were in the answers"


def test_the_browser_would_notice(browser: Browser) -> None:
    """What this file relies on: a page that runs the text is found out."""
    owned, events = browser.visit(f"data:text/html,<title>{HOSTILE.replace('#', '')}")
    assert owned == "1"
    assert [one["method"] for one in events if "Dialog" in one["method"]] != []


@pytest.mark.parametrize("path", ["/<script>alert(1)</script>", "/api/jobs?status=<script>alert(1)</script>"])
def test_an_error_is_no_page(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
