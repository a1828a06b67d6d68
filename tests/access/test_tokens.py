"""Tokens over HTTP: what is open, what each scope may do, and what ends a token."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.access.model import Scope
from app.access.scopes import OPEN, is_named, needed
from app.clock import FixedClock
from app.web import create_app
from app.wiring import Wiring
from tests.access.conftest import MakeToken
from tests.conftest import MakeWiring
from tests.hands import sql

NOBODY_KNOWS = "trb_00000000_" + "x" * 43


def rules(api: FlaskClient) -> list[tuple[str, str]]:
    return [
        (method, rule.rule) for rule in api.application.url_map.iter_rules() for method in sorted(rule.methods or set())
    ]


def test_every_address_stands_in_the_table(strict: FlaskClient) -> None:
    assert len(rules(strict)) > 100
    assert [f"{method} {rule}" for method, rule in rules(strict) if not is_named(method, rule)] == []
    assert {rule for _, rule in rules(strict)} >= OPEN, "what is open exists"


def test_in_production_nothing_answers_a_stranger_but_what_must(strict: FlaskClient) -> None:
    for method, rule in rules(strict):
        answer = strict.open(rule.replace("<", "").replace(">", ""), method=method)
        assert (answer.status_code == 401) == (rule not in OPEN), f"{method} {rule}: {answer.status}"
    answer = strict.get("/there/is/nothing")
    assert answer.status_code == 401, "also what does not exist"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="tributary"'
    assert "tributary tokens create" in answer.get_json()["hint"]


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_may_do_what_its_scope_says(production: Wiring, token: MakeToken, scope: Scope) -> None:
    api = create_app(production).test_client()
    header = token(scope)
    for method, rule in rules(api):
        wanted = needed(method, rule)
        if wanted is None or method in {"HEAD", "OPTIONS"} or rule == "/api/test-youtube":
            continue
        # A body that is refused before anything is done.
        body = None if method == "GET" else {"there is": "no such field"}
        address = rule.replace("<", "").replace(">", "")
        if wanted in scope.with_lesser():
            if method == "GET" and "stream" not in rule:
                assert api.get(address, headers=header).status_code not in {401, 403}, rule
            continue
        answer = api.open(address, method=method, json=body, headers=header)
        assert answer.status_code == 403, f"{method} {rule}"
        assert f"--scope {wanted}" in answer.get_json()["hint"]
        assert f'scope="{wanted}"' in answer.headers["WWW-Authenticate"]


def test_scopes_include_each_other() -> None:
    assert Scope.READ.with_lesser() < Scope.RUN.with_lesser() < Scope.ADMIN.with_lesser() == set(Scope)


@pytest.mark.parametrize(
    "header",
    [
        f"Bearer {NOBODY_KNOWS}", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer trb_", "Token x",
        "Bearer ' or 1=1 --", "Bearer \x00", "",
    ],
)  # fmt: skip
def test_what_is_no_token_is_refused_here_and_in_production(strict: FlaskClient, api: FlaskClient, header: str) -> None:
    for client in (strict, api):
        answer = client.get("/api/stats", headers={"Authorization": header})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_only_a_digest_is_stored_and_one_letter_makes_another(strict: FlaskClient, wiring: Wiring) -> None:
    _, text = wiring.tokens.create("laptop", Scope.READ, None)
    [stored] = sql(wiring, "select row_to_json(t)::text from api_tokens t")
    assert text[13:] not in str(stored)
    assert text[:-5] not in str(stored)
    assert strict.get("/api/stats", headers={"Authorization": f"bearer {text}"}).status_code == 200
    other = text[:-1] + ("A" if text[-1] != "A" else "B")
    for wrong in (other, text + "x", text[:-1], text.upper()):
        assert strict.get("/api/stats", headers={"Authorization": f"Bearer {wrong}"}).status_code == 401


def test_a_revoked_token_counts_no_longer_and_its_name_is_free(strict: FlaskClient, token: MakeToken) -> None:
    admin, reader = token("admin"), token("read", "colleague")
    assert strict.get("/api/stats", headers=reader).status_code == 200
    again = strict.post("/api/tokens", json={"name": "colleague", "scope": "read"}, headers=admin)
    assert again.status_code == 409
    revoked = strict.delete("/api/tokens/colleague", headers=admin)
    assert revoked.get_json()["revoked_at"]
    assert strict.get("/api/stats", headers=reader).status_code == 401
    assert strict.delete("/api/tokens/colleague", headers=admin).status_code == 404
    again = strict.post("/api/tokens", json={"name": "colleague", "scope": "read"}, headers=admin)
    assert again.status_code == 201
    anew = {"Authorization": f"Bearer {again.get_json()['token']}"}
    assert strict.get("/api/stats", headers=anew).status_code == 200
    listed = strict.get("/api/tokens", headers=admin).get_json()["tokens"]
    assert [one["name"] for one in listed] == ["colleague", "colleague", "admin-1"]
    assert again.get_json()["token"] not in str(listed)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"name": "x"}, {"name": "x", "scope": "all"}, {"name": "", "scope": "read"},
        {"name": "local", "scope": "read"}, {"name": "a b", "scope": "read"}, {"name": "x" * 64, "scope": "read"},
        {"name": "schedule:x", "scope": "read"},
        {"name": "x", "scope": "read", "expires_days": 0}, {"name": "x", "scope": "read", "prefix": "00000000"},
    ],
)  # fmt: skip
def test_a_token_that_cannot_be_is_refused(api: FlaskClient, body: dict[str, object]) -> None:
    assert api.post("/api/tokens", json=body).status_code == 422


def test_a_token_expires_and_its_use_is_noted_once_a_minute(make_wiring: MakeWiring) -> None:
    clock = FixedClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    wiring = make_wiring(clock, environment="production")
    api = create_app(wiring).test_client()
    _, text = wiring.tokens.create("soon", Scope.READ, 1)

    def used(after: timedelta) -> object:
        clock.advance(after)
        assert api.get("/api/stats", headers={"Authorization": f"Bearer {text}"}).status_code == 200
        [[at]] = sql(wiring, "select last_used_at from api_tokens")
        return at

    first = used(timedelta())
    assert first == clock.now()
    assert used(timedelta(seconds=59)) == first
    assert used(timedelta(seconds=2)) == clock.now()
    clock.advance(timedelta(days=1))
    assert api.get("/api/stats", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_a_job_says_who_asked_for_it(api: FlaskClient, token: MakeToken) -> None:
    header = token("run", "night-shift")
    asked = api.post("/api/batch-metadata", json={}, headers=header).get_json()
    assert asked["requested_by"] == "night-shift"
    assert api.post("/api/batch-metadata", json={}).get_json()["requested_by"] == "local"
    mine = api.get("/api/jobs?requested_by=night-shift").get_json()["jobs"]
    assert [job["id"] for job in mine] == [asked["id"]]


def test_strangers_learn_whether_it_is_well_and_no_more(strict: FlaskClient, token: MakeToken) -> None:
    for path in ("/health", "/readyz"):
        assert set(strict.get(path).get_json()) == {"ready", "status"}
        assert "database" in strict.get(path, headers=token("read", f"of{path[1:]}")).get_json()
    assert strict.get("/livez").get_json() == {"status": "ok"}
