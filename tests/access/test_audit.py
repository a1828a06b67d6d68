"""Who did what: what is noted, what is not, and for how long."""

from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from app.access.model import Scope
from app.clock import FixedClock
from app.jobs.types import RETENTION
from app.web import create_app
from app.wiring import Wiring
from tests.access.conftest import MakeToken
from tests.conftest import MakeWiring
from tests.hands import sql, work_off

CANARY = "AIzaSyCanaryKey0000000000000000000000000"


def lines(client: FlaskClient, header: dict[str, str] | None = None, **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get("/api/audit", headers=header, query_string=query).get_json()["audit"]
    return found


def test_what_changes_something_is_noted_with_who_and_how_it_ended(strict: FlaskClient, token: MakeToken) -> None:
    admin, run = token("admin", "chief"), token("run", "night-shift")
    asked = strict.post("/api/batch-metadata", json={}, headers=run)
    strict.get("/api/jobs", headers=run)
    cancelled = strict.post(f"/api/jobs/{asked.get_json()['id']}/cancel", headers=run)
    strict.post("/api/batch-metadata", json={"no": "such field"}, headers=run)
    made = strict.post("/api/tokens", json={"name": "new", "scope": "read"}, headers=admin)
    wrong, bad, move, ask = lines(strict, admin)[0], *lines(strict, admin)[1:4]
    assert (wrong["action"], wrong["actor"], wrong["target"], wrong["status"]) == (
        "POST /api/tokens",
        "chief",
        "new",
        201,
    )
    assert (bad["status"], bad["target"]) == (422, None)
    assert move["action"] == "POST /api/jobs/<job_id>/cancel"
    assert ask["target"] == asked.headers["Location"]
    assert {line["actor"] for line in (bad, move, ask)} == {"night-shift"}
    assert (move["status"], move["request_id"]) == (202, cancelled.headers["X-Request-Id"])
    assert ask["address"] == "127.0.0.1"
    assert str(ask["token"]) in run["Authorization"]
    assert made.get_json()["token"] not in str(lines(strict, admin))
    assert [line["actor"] for line in lines(strict, admin, actor="chief")] == ["chief"]


def test_this_machine_is_called_local(api: FlaskClient) -> None:
    api.delete("/api/schedules/nightly")
    [line] = lines(api)
    assert (line["actor"], line["token"], line["target"], line["status"]) == ("local", None, "nightly", 404)


def test_no_body_and_no_secret_is_in_it(api: FlaskClient, wiring: Wiring) -> None:
    api.post("/api/api-keys", json={"key_name": "canary", "api_key": CANARY})
    api.delete(f"/api/schedules/{CANARY}")
    api.post("/sign-in", data={"token": "trb_00000000_" + "c" * 43})
    api.delete("/api/tokens/trb_00000000_" + "c" * 43)
    kept = str(sql(wiring, "select row_to_json(l)::text from audit_log l"))
    assert kept.count("request_id") == 4
    assert CANARY not in kept
    assert "cccc" not in kept
    api.delete("/api/schedules/%00x%ed%a0%80" + "y" * 5_000)
    assert len(str(lines(api)[0]["target"])) <= 200


def test_who_is_refused_is_noted_but_cannot_fill_the_disk(strict: FlaskClient, token: MakeToken) -> None:
    admin = token("admin")
    for _ in range(60):
        strict.get("/api/jobs")
    refused = lines(strict, admin)
    assert {(line["actor"], line["status"], line["action"]) for line in refused} == {("nobody", 401, "GET /api/jobs")}
    assert 20 <= len(refused) <= 25
    for path in ("/sign-out", "/sign-in"):
        for _ in range(20):
            strict.post(path, data={"token": "wrong"})
    assert len(lines(strict, admin)) <= 25, "nor by what anybody may ask"
    reader = token("read")
    assert strict.post("/api/batch-metadata", json={}, headers=reader).status_code == 403


def test_signing_in_and_out_is_noted(strict: FlaskClient, wiring: Wiring, token: MakeToken) -> None:
    _, text = wiring.tokens.create("browser", Scope.READ, None)
    strict.post("/sign-in", data={"token": text})
    [line] = wiring.audit.listed(before=None, actor="browser", limit=5)
    assert (line.entry.action, line.entry.status) == ("POST /sign-in", 303)
    strict.post("/sign-in", data={"token": "wrong"})
    assert [one["actor"] for one in lines(strict, token("admin"))] == ["nobody", "browser"]


def test_a_line_is_never_long(make_wiring: MakeWiring, wiring: Wiring) -> None:
    _, text = wiring.tokens.create("browser", Scope.READ, None)
    behind = create_app(make_wiring(environment="production", trusted_proxies=1)).test_client()
    said = {"X-Forwarded-For": "x" * 3_000}
    behind.post("/sign-in", data={"token": text, "next": "/" + "y" * 30_000}, headers=said)
    [line] = wiring.audit.listed(before=None, actor=None, limit=5)
    assert len(str(line)) < 700


def test_pages_follow_each_other(api: FlaskClient) -> None:
    for number in range(5):
        api.delete(f"/api/schedules/n{number}")
    seen, path = [], "/api/audit?limit=2"
    while path:
        page = api.get(path)
        seen += [line["target"] for line in page.get_json()["audit"]]
        following = page.get_json()["next"]
        path = f"/api/audit?limit=2&after={following}" if following else ""
    assert seen == ["n4", "n3", "n2", "n1", "n0"]
    for wrong in ("x", "-1", "1.5", "9" * 30, "", "٣"):
        assert api.get("/api/audit", query_string={"after": wrong}).status_code == 422


def test_lines_are_kept_as_long_as_a_setting_says(make_wiring: MakeWiring) -> None:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    wiring = make_wiring(clock, audit_kept_days=30)
    api = create_app(wiring).test_client()
    api.delete("/api/schedules/first")
    clock.advance(timedelta(days=29))
    api.delete("/api/schedules/second")
    clock.advance(timedelta(days=2))
    work_off(wiring, wiring.retention.ask(idempotency_key=None, requested_by="me"))
    assert [line["target"] for line in lines(api)] == ["second"]
    assert wiring.jobs.listed(status=None, before=None, limit=1)[0].job_type == RETENTION.name


def test_a_log_that_cannot_be_written_stops_nothing(make_wiring: MakeWiring) -> None:
    wiring = make_wiring()
    api = create_app(wiring).test_client()
    with wiring.db.begin() as tx:
        tx.exec_driver_sql("alter table audit_log rename to gone")
    assert api.post("/api/batch-metadata", json={}).status_code == 202
