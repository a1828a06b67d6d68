"""What schemathesis once found, each as small as it can be."""

import pytest
from flask.testing import FlaskClient

from tests.api.shapes import problem

VIDEO = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/jobs?created_before=0.5", "created_before"),
        ("/api/discoveries?since=2026", "since"),
        ("/api/exports/channels?since=0.5", "since"),
        ("/api/videos?published_after=-1", "published_after"),
        (f"/api/videos/{VIDEO}/growth?to=0.5", "to"),
    ],
)
def test_a_number_is_no_time(refusing_api: FlaskClient, path: str, field: str) -> None:
    problem(refusing_api.get(path), 422, field)


def test_a_number_in_a_body_is_no_time_either(refusing_api: FlaskClient) -> None:
    problem(refusing_api.post("/api/batch-videos", json={"published_after": 2026}), 422, "published_after")


@pytest.mark.parametrize("field", ["min_yield", "min_confidence"])
def test_false_is_no_number(refusing_api: FlaskClient, field: str) -> None:
    problem(refusing_api.post("/api/batch-discovery", json={field: False, "dry_run": True}), 422, field)


def test_a_form_without_a_boundary_is_refused(refusing_api: FlaskClient) -> None:
    answer = refusing_api.post("/api/uploads", data=b"null", content_type="multipart/form-data")
    problem(answer, 422, "body")


@pytest.mark.parametrize("body", ['"null"', '"{\\"dry_run\\": true}"'])
def test_a_text_is_not_read_as_json_once_more(refusing_api: FlaskClient, body: str) -> None:
    answer = refusing_api.post("/api/batch-metadata", data=body, content_type="application/json")
    problem(answer, 422, "body")


def test_a_key_that_is_none_is_refused_also_where_nothing_is_asked_for(refusing_api: FlaskClient) -> None:
    headers = {"Idempotency-Key": "x" * 256}
    answer = refusing_api.post("/api/batch-metadata", json={"dry_run": True}, headers=headers)
    problem(answer, 422, "Idempotency-Key")
