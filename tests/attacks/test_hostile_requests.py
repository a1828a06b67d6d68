"""Whatever stands in an address, a parameter or a body: it is refused or taken as text, and nothing is done by it."""

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.wiring import Wiring
from tests.attacks.doors import PARTS, doors
from tests.hands import sql

_MARK = "X-Smuggled"
PAYLOADS = (
    "' or 1=1 --",
    "'; drop table channels; select pg_sleep(30) --",
    "id) from channels; delete from processing_jobs; --",
    '" union select encrypted_key from api_keys --',
    "$$; select 1; $$",
    "channels; create table smuggled ()",
    "{0.__class__.__mro__} %s %(x)s ${7*7} {{7*7}}",
    f"a\r\n{_MARK}: yes\r\n\r\n<script>alert(1)</script>",
    "//evil.example/%2e%2e/%2e%2e/etc/passwd",
    "../../../../etc/passwd\x00.csv",
    "\u202eUC\uff07\u2024\u2024\uff0f",
    "9" * 400,
    "-1e309",
)
# What nobody but the system decides.
_PRIVILEGED: dict[str, Any] = {
    "id": 1, "status": "completed", "requested_by": "admin", "units_used": 0, "processed_items": 1,
    "scopes": ["admin"],
    "is_admin": True, "fence": 9, "sealed": "x", "encrypted_key": "x", "idempotency_key": "x",
    "created_at": "2020-01-01",
}  # fmt: skip


def harmless(answer: TestResponse) -> bool:
    """No error of ours, no way to elsewhere, no header of somebody else's, and no page for a browser."""
    leads_home = answer.headers.get("Location", "/api/").startswith("/api/")
    foreign = _MARK in answer.headers or answer.content_type.startswith("text/html")
    return answer.status_code < 500 and answer.status_code // 100 != 3 and leads_home and not foreign


@pytest.fixture
def asked(api: FlaskClient) -> list[dict[str, Any]]:
    """The operations that are read: address, and parameters with their places."""
    paths = api.get("/openapi.json").get_json()["paths"]
    return [
        {"path": path, "parameters": [(one["in"], one["name"]) for one in told["get"].get("parameters", [])]}
        for path, told in paths.items()
        if "get" in told
    ]


def shape(wiring: Wiring) -> list[tuple[object, ...]]:
    """All tables, and how many jobs there are."""
    return sql(wiring, "select relname from pg_class where relkind = 'r' and relpersistence = 'p' order by 1") + sql(
        wiring, "select count(*) from processing_jobs"
    )


def test_nothing_that_is_asked_becomes_a_statement(
    api: FlaskClient, wiring: Wiring, asked: list[dict[str, Any]]
) -> None:
    before, tried = shape(wiring), 0
    for operation in asked:
        for place, name in operation["parameters"]:
            for payload in PAYLOADS:
                parts = {**PARTS, **({name: quote(payload, safe="")} if place == "path" else {})}
                query = {name: payload} if place == "query" else {}
                answer = api.get(operation["path"].format_map(parts), query_string=query)
                assert harmless(answer), (operation["path"], name, payload, answer.text[:500])
                tried += 1
    assert tried > 500
    assert shape(wiring) == before


def test_a_cursor_of_another_list_leads_nowhere(api: FlaskClient, asked: list[dict[str, Any]]) -> None:
    for _ in range(3):
        api.post("/api/batch-metadata")
    foreign = api.get("/api/jobs?limit=1").get_json()["next"]
    # Schedules go by their names, and any text may be one.
    lists = [one["path"].format_map(PARTS) for one in asked if ("query", "after") in one["parameters"]]
    assert len(lists) > 8
    answers = {path: api.get(path, query_string={"after": foreign}).status_code for path in lists}
    assert {path for path, status in answers.items() if status not in {404, 422}} == {"/api/jobs", "/api/schedules"}


def test_nobody_decides_what_the_system_decides(api: FlaskClient, wiring: Wiring) -> None:
    """Mass assignment: a field that is not in the documentation is refused, in every body there is."""
    before, tried = shape(wiring), 0
    for door in (door for door in doors(api.application) if isinstance(door.body, dict)):
        for name, value in _PRIVILEGED.items():
            if name in door.body or (name == "status" and door.rule == "/api/jobs/moves"):
                continue
            answer = api.open(door.path, method=door.method, json={**door.body, name: value})
            assert answer.status_code == 422, (door.name, name, answer.text[:300])
            tried += 1
    assert tried > 150
    assert shape(wiring) == before


def test_every_answer_is_of_a_told_type(api: FlaskClient, wiring: Wiring) -> None:
    """A browser that guesses would make a page out of a title."""
    answers = [(door, door.knock(api)) for door in doors(api.application)]
    assert [door.name for door, answer in answers if answer.headers.get("X-Content-Type-Options") != "nosniff"] == []
    assert [door.name for door, answer in answers if not answer.content_type] == []
    assert wiring.jobs.listed(before=None, limit=1)


def test_what_is_another_jobs_is_not_shown(api: FlaskClient, wiring: Wiring) -> None:
    """Ids of things are not ids of everything: what belongs to one is not found under another."""
    job = api.post("/api/batch-metadata").get_json()["id"]
    for door in doors(api.application):
        if "<job_id>" not in door.rule or door.method != "GET" or door.rule == "/api/jobs/<job_id>/stream":
            continue
        for strange in (job.upper().replace("-", ""), f"{job}%00", f"{job}/..", f"{job}' or '1'='1"):
            path = door.rule.replace("<job_id>", quote(strange, safe="%"))
            assert harmless(api.get(path)), path
    assert wiring.jobs.read(job).status == "pending"
