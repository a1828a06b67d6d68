"""From where the API may be asked, by which name, and what a page of another site can make a browser do."""

import pytest
from flask.testing import FlaskClient

from app.access.hosts import counted_as, is_foreign, is_local_path, is_loopback, is_one_of
from app.web import create_app
from tests.access.conftest import MakeToken
from tests.conftest import MakeWiring

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "127.0.0.1:81", "[::1]:5000", "LOCALHOST", "localhost."]
)
def test_this_machine_is_asked_by_its_names(api: FlaskClient, host: str) -> None:
    assert api.get("/api/stats", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example:50", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0:5000", "", "a b", "x@localhost"],
)  # fmt: skip
def test_a_name_that_was_made_to_mean_this_machine_is_refused(api: FlaskClient, host: str) -> None:
    for path in ("/api/stats", "/health", "/sign-in", "/nothing"):
        answer = api.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "ALLOWED_HOSTS" in answer.get_json()["hint"]


def test_more_names_are_a_setting(make_wiring: MakeWiring, token: MakeToken) -> None:
    names = "tributary.example.org, .lab.example.org"
    local = create_app(make_wiring(allowed_hosts=names)).test_client()
    strict = create_app(make_wiring(allowed_hosts=names, environment="production")).test_client()
    header = token("read")
    for client in (local, strict):
        for host, status in (
            ("Tributary.example.org:8443", 200), ("a.lab.example.org", 200), ("127.0.0.1", 200),
            ("lab.example.org", 421), ("evil.example.org", 421), ("xlab.example.org", 421),
        ):  # fmt: skip
            assert client.get("/api/stats", headers={**header, "Host": host}).status_code == status, host
    assert strict.get("/readyz", headers={"Host": "10.0.0.3:5000"}).status_code == 200, "a probe"


def test_the_hub_calls_by_the_public_name(api: FlaskClient) -> None:
    answer = api.get("/push/callback/x", headers={"Host": "push.example.org"}, environ_base=ELSEWHERE)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "request_from",
    [
        {"environ_base": ELSEWHERE},
        {"environ_base": {"REMOTE_ADDR": "::ffff:192.0.2.7"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
    ],
)
def test_other_machines_need_a_token_in_development_too(
    api: FlaskClient, token: MakeToken, request_from: dict[str, dict[str, str]]
) -> None:
    answer = api.get("/api/stats", **request_from)
    assert answer.status_code == 401
    assert "tributary tokens create" in answer.get_json()["hint"]
    request_from["headers"] = {**request_from.get("headers", {}), **token("read")}
    assert api.get("/api/stats", **request_from).status_code == 200


def test_a_proxy_is_believed_only_when_a_setting_says_so(make_wiring: MakeWiring, token: MakeToken) -> None:
    said = {**token("run"), "X-Forwarded-For": "203.0.113.9, 198.51.100.4", "X-Forwarded-Proto": "https"}
    for proxies, address in ((0, "127.0.0.1"), (1, "198.51.100.4"), (2, "203.0.113.9")):
        wiring = make_wiring(environment="production", trusted_proxies=proxies)
        answer = create_app(wiring).test_client().post("/api/batch-metadata", json={}, headers=said)
        [line] = wiring.audit.listed(before=None, actor=None, limit=1)
        assert line.entry.address == address
        assert ("Strict-Transport-Security" in answer.headers) == bool(proxies)


@pytest.mark.parametrize(
    "says",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"},
        {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}, {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)  # fmt: skip
def test_a_page_of_another_site_changes_nothing(api: FlaskClient, token: MakeToken, says: dict[str, str]) -> None:
    body = b'{"total_limit": 1}'
    answer = api.post("/api/batch-metadata", data=body, headers={**says, "Content-Type": "application/json"})
    assert answer.status_code == 403
    assert api.get("/api/jobs").get_json()["jobs"] == []
    assert api.post("/api/batch-metadata", json={}, headers={**says, **token("run")}).status_code == 202
    assert "Access-Control-Allow-Origin" not in api.get("/api/stats", headers=says).headers


@pytest.mark.parametrize("says", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}])
def test_pages_of_this_server_and_programs_do(api: FlaskClient, says: dict[str, str]) -> None:
    assert api.post("/api/batch-metadata", json={}, headers=says).status_code == 202


def test_every_answer_carries_the_headers(strict: FlaskClient, api: FlaskClient) -> None:
    for client, path in (
        (api, "/api/stats"),
        (strict, "/api/stats"),
        (strict, "/sign-in"),
        (api, "/nothing"),
        (api, "/livez"),
    ):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        for part in (
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ):
            assert part in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers
    style = strict.get("/assets/page.css")
    assert style.status_code == 200
    assert "no-store" not in style.headers["Cache-Control"]
    assert strict.get("/assets/page.css", headers={"If-None-Match": style.headers["ETag"]}).status_code == 304
    for wrong in ("../routes.py", "..%2froutes.py", "%2e%2e/routes.py", "nothing.css"):
        assert strict.get(f"/assets/{wrong}").status_code in {401, 404}


def test_addresses_and_names() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"]))
    assert not any(map(is_loopback, ["10.0.0.1", "::", "0.0.0.0", "", None, "localhost"]))
    assert counted_as("2001:db8:1:2:3::4") == counted_as("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert counted_as("192.0.2.7") == "192.0.2.7"
    assert not is_one_of("[::1]extra", {"[::1]"})
    assert not is_foreign("none", "http://evil.example", "localhost"), "typed into the address bar"
    assert all(map(is_local_path, ["/", "/docs", "/docs?x=1&y=%20"]))
    assert not any(map(is_local_path, ["", "docs", "//evil", "/\\evil", "/a\n", "/a b", "https://evil", "/\t/evil"]))
