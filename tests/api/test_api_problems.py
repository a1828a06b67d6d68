"""Addresses that are not there, methods that are not taken, ids that are not ours; and what stands in every answer."""

import pytest
from flask.testing import FlaskClient

from app.wiring import Wiring
from tests.api.shapes import CHANNEL, NOBODY, problem
from tests.hands import work_off


def ask_for_a_job(api: FlaskClient) -> str:
    return str(api.post("/api/batch-metadata", json={}).json["id"])  # type: ignore[index]


@pytest.mark.parametrize("path", ["/", "/api", "/api/nothing", "/api/jobs/", f"/api/jobs/{NOBODY}/nothing"])
def test_nothing_is_there(refusing_api: FlaskClient, path: str) -> None:
    assert "/openapi.json" in problem(refusing_api.get(path), 404)["hint"]


@pytest.mark.parametrize("below", ["", "/events", "/items"])
def test_an_unknown_job(refusing_api: FlaskClient, below: str) -> None:
    told = problem(refusing_api.get(f"/api/jobs/{NOBODY}{below}"), 404)
    assert (NOBODY in told["detail"], told["hint"]) == (True, "GET /api/jobs lists them")


@pytest.mark.parametrize("move", ["pause", "resume", "cancel"])
def test_an_unknown_job_cannot_be_moved(refusing_api: FlaskClient, move: str) -> None:
    problem(refusing_api.post(f"/api/jobs/{NOBODY}/{move}"), 404)
    problem(refusing_api.post(f"/api/jobs/not-an-id/{move}"), 422, "job_id")


@pytest.mark.parametrize("job_id", ["1", "not-an-id", NOBODY[:-1], "%00", "%FF", "x" * 3_000])
def test_a_malformed_job_id(refusing_api: FlaskClient, job_id: str) -> None:
    problem(refusing_api.get(f"/api/jobs/{job_id}"), 422, "job_id")


def test_an_unknown_channel(refusing_api: FlaskClient) -> None:
    assert "/api/bulk-add-channels" in problem(refusing_api.get(f"/api/channels/{CHANNEL}"), 404)["hint"]
    problem(refusing_api.get("/api/channels/@MKBHD"), 422)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/jobs", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", f"/api/jobs/{NOBODY}", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/migrate", {"POST", "OPTIONS"}),
        ("GET", f"/api/jobs/{NOBODY}/pause", {"POST", "OPTIONS"}),
        ("POST", "/livez", {"GET", "HEAD", "OPTIONS"}),
        ("PATCH", "/api/api-keys", {"GET", "HEAD", "POST", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_taken(refusing_api: FlaskClient, method: str, path: str, allowed: set[str]) -> None:
    answer = refusing_api.open(path, method=method)
    hint = problem(answer, 405)["hint"]
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert all(name in hint for name in allowed)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/jobs?limit=0", "limit"),
        ("/api/jobs?limit=1001", "limit"),
        ("/api/jobs?limit=ten", "limit"),
        ("/api/jobs?status=broken", "status"),
        ("/api/jobs?satus=failed", "satus"),
        ("/api/jobs?after=x", "after"),
        ("/api/jobs?after=20261120T120000.000000Z_x", "after"),
        (f"/api/jobs?after=x_{NOBODY}", "after"),
        ("/api/jobs?after=%00", "after"),
        (f"/api/jobs/{NOBODY}/items?after=x", "after"),
        (f"/api/jobs/{NOBODY}/items?after=-1", "after"),
        (f"/api/jobs/{NOBODY}/items?after={'9' * 30}", "after"),
        (f"/api/jobs/{NOBODY}/items?after=%D9%A3", "after"),
        (f"/api/jobs/{NOBODY}/items?outcome=lost", "outcome"),
        ("/api/channels?after=UC", "after"),
        ("/api/channels?after=%00", "after"),
        ("/api/channels?page=0", "page"),
        ("/api/channels?page=99999999999999999999", "page"),
        ("/api/channels?page=1002&per_page=10", "page"),
        ("/api/channels?per_page=1001", "per_page"),
        ("/api/channels?metadata_fetched=maybe", "metadata_fetched"),
        ("/api/channels?availability=gone", "availability"),
        ("/api/channels?language=%00", "language"),
        ("/api/channels?country=GBR", "country"),
        ("/api/channels?contry=GB", "contry"),
    ],
)
def test_a_wrong_parameter_is_named(refusing_api: FlaskClient, path: str, field: str) -> None:
    problem(refusing_api.get(path), 422, field)


def test_a_move_that_the_state_does_not_allow(wiring: Wiring, api: FlaskClient) -> None:
    job_id = ask_for_a_job(api)
    assert "pending" in problem(api.post(f"/api/jobs/{job_id}/resume"), 409)["detail"]
    work_off(wiring, wiring.jobs.listed(status=None, before=None, limit=1)[0])
    for move in ("pause", "cancel", "resume"):
        assert "completed" in problem(api.post(f"/api/jobs/{job_id}/{move}"), 409)["detail"]


def test_every_answer_has_its_headers(refusing_api: FlaskClient) -> None:
    seen = set()
    for path in ("/livez", "/api/jobs", "/metrics", "/openapi.json", "/nothing", "/api/jobs/x"):
        headers = refusing_api.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        seen.add(headers["X-Request-Id"])
    assert len(seen) == 6


def test_head_and_options(refusing_api: FlaskClient) -> None:
    for path in ("/livez", "/readyz", "/api/jobs", "/api/channels"):
        head = refusing_api.head(path)
        assert (head.status_code, head.data) == (200, b"")
        options = refusing_api.options(path)
        assert options.status_code == 200
        assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_file_whose_name_is_not_utf_8_does_not_break_the_hint(wiring: Wiring, api: FlaskClient) -> None:
    (wiring.settings.import_root / "caf\udce9.csv").write_text("x")
    told = problem(api.post("/api/migrate", json={"source_path": "missing.csv"}), 422, "source_path")
    assert "it holds caf?.csv" in told["hint"]
