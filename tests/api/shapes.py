"""What every problem must look like."""

from typing import Any

from werkzeug.test import TestResponse

NOBODY = "00000000-0000-0000-0000-000000000000"
CHANNEL = "UCBJycsmduvYEL83R_U4JriQ"


def problem(answer: TestResponse, status: int, field: str | None = None) -> dict[str, Any]:
    """Check that an answer is this problem, about this field; the document."""
    told: dict[str, Any] = answer.get_json()
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert told["type"].startswith("/problems/")
    assert told["title"]
    assert told["status"] == status
    assert told["detail"]
    assert told["hint"], "a problem says what to do next"
    assert told["request_id"] == answer.headers["X-Request-Id"]
    if field is not None:
        assert field in [wrong["field"] for wrong in told["errors"]]
        assert all(wrong["message"] for wrong in told["errors"])
    return told
