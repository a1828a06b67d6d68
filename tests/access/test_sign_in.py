"""Signing in with a browser: the cookie, what it may do, and how it ends."""

import re

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from app.access.model import Scope
from app.web import create_app
from app.wiring import Wiring
from tests.conftest import MakeWiring

# What Chromium sends for a page.
PAGE = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
}


@pytest.fixture
def text(wiring: Wiring) -> str:
    _, text = wiring.tokens.create("browser", Scope.ADMIN, None)
    return text


def sign_in(client: FlaskClient, text: str, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"token": text, **more})


def csrf(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert found
    return found[1]


def test_who_is_not_signed_in_is_shown_where_to(strict: FlaskClient) -> None:
    answer = strict.get("/api/stats?x=1", headers=PAGE)
    assert answer.status_code == 401
    assert answer.mimetype == "text/html"
    assert 'name="next" value="/api/stats?x=1"' in answer.text
    assert strict.get("/api/stats", headers={"Accept": "*/*"}).mimetype == "application/problem+json"


def test_a_browser_signs_in_looks_and_signs_out(strict: FlaskClient, text: str) -> None:
    answer = sign_in(strict, text, next="/api/stats")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/api/stats")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert text[13:] not in cookie
    assert strict.get("/api/stats", headers=PAGE).status_code == 200
    page = strict.get("/sign-in").text
    assert "browser" in page
    assert strict.post("/sign-out", data={"csrf_token": csrf(strict)}).status_code == 303
    assert strict.get("/api/stats").status_code == 401


def test_over_https_the_cookie_is_for_https_alone(strict: FlaskClient, text: str) -> None:
    answer = strict.post("/sign-in", data={"token": text}, base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize("wrong", ["", "nonsense", "trb_00000000_" + "x" * 43, "<script>alert(1)</script>"])
def test_a_wrong_token_is_not_repeated(strict: FlaskClient, wrong: str) -> None:
    answer = sign_in(strict, wrong, next='/"><script>')
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert not wrong or wrong not in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""],
)  # fmt: skip
def test_nobody_is_led_elsewhere(strict: FlaskClient, text: str, elsewhere: str) -> None:
    where = sign_in(strict, text, next=elsewhere).headers["Location"]
    assert where == "/sign-in"


def test_a_revoked_token_is_signed_out_at_once(strict: FlaskClient, text: str, wiring: Wiring) -> None:
    sign_in(strict, text)
    assert strict.get("/api/stats").status_code == 200
    wiring.tokens.revoke("browser")
    assert strict.get("/api/stats").status_code == 401
    assert "Sign in" in strict.get("/sign-in").text


def test_what_writes_by_cookie_needs_the_proof(strict: FlaskClient, text: str) -> None:
    sign_in(strict, text)
    for header in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": ""}, {"Sec-Fetch-Site": "same-origin"}):
        answer = strict.post("/api/batch-metadata", json={}, headers=header)
        assert answer.status_code == 403
        assert "cookie" in answer.get_json()["detail"]
    assert strict.post("/sign-out").status_code == 403
    good = {"X-CSRF-Token": csrf(strict)}
    foreign = {**good, "Sec-Fetch-Site": "cross-site"}
    assert strict.post("/api/batch-metadata", json={}, headers=foreign).status_code == 403
    asked = strict.post("/api/batch-metadata", json={}, headers=good)
    assert asked.status_code == 202
    assert asked.get_json()["requested_by"] == "browser"


def test_the_proof_of_one_is_none_for_another(production: Wiring, text: str) -> None:
    mine, yours = create_app(production).test_client(), create_app(production).test_client()
    for client in (mine, yours):
        sign_in(client, text)
    assert csrf(mine) != csrf(yours)
    answer = mine.post("/api/batch-metadata", json={}, headers={"X-CSRF-Token": csrf(yours)})
    assert answer.status_code == 403


def test_a_page_of_another_site_cannot_sign_one_in(strict: FlaskClient, text: str) -> None:
    answer = strict.post("/sign-in", data={"token": text}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


def test_a_cookie_of_another_server_or_a_changed_one_counts_for_nothing(
    strict: FlaskClient, text: str, make_wiring: MakeWiring
) -> None:
    sign_in(strict, text)
    cookie = strict.get_cookie("tributary")
    assert cookie
    other = create_app(
        make_wiring(environment="production", secret_key=SecretStr("another secret key of the tests"))
    ).test_client()
    for value in (cookie.value, cookie.value[:-2], "e30.x.y", ""):
        other.set_cookie("tributary", value)
        assert other.get("/api/stats").status_code == 401
    strict.set_cookie("tributary", "x" + cookie.value)
    assert strict.get("/api/stats").status_code == 401


def test_pages_need_no_line_of_script_or_style(strict: FlaskClient) -> None:
    page = strict.get("/sign-in?next=/docs").text
    assert not re.search(r"<script(?![^>]* src=)|\bstyle=|\bon\w+=|javascript:|https?://", page)
