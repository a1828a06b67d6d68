"""Every way YouTube has of saying no, and what is done about it."""

import json
import pickle
import ssl
from pathlib import Path
from typing import Any

import pytest

from app.youtube.errors import ApiError, EndpointDownError, ErrorKind, classify, from_exception
from app.youtube.next_steps import next_step

KEY = "AIzaSyCanary0123456789abcdefghijklmnopq"


def body(reason: str = "", message: str = "No", info: str = "", **metadata: str) -> bytes:
    """An error as YouTube lays it out: `errors` alone, or with the `details` of Google's front end."""
    error: dict[str, Any] = {"code": 403, "message": message}
    if reason:
        error["errors"] = [{"message": message, "domain": "youtube.x", "reason": reason}]
    if info:
        links = {"@type": "type.googleapis.com/google.rpc.Help", "links": []}
        told = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": info, "metadata": metadata}
        error["details"] = [links, told]
    return json.dumps({"error": error}).encode()


K = ErrorKind
DAY, MINUTE = "1/d/{project}", "1/min/{project}"
SAID = [
    (403, body("quotaExceeded"), K.BUCKET_EXHAUSTED),
    (403, body("dailyLimitExceeded"), K.BUCKET_EXHAUSTED),
    (403, body(message="Daily Limit Exceeded. The quota will be reset"), K.BUCKET_EXHAUSTED),
    (429, body("rateLimitExceeded", info="RATE_LIMIT_EXCEEDED", quota_unit=DAY), K.BUCKET_EXHAUSTED),
    (429, body("rateLimitExceeded", "limit 'Search Queries per day' of service"), K.BUCKET_EXHAUSTED),
    (429, body("rateLimitExceeded", info="RATE_LIMIT_EXCEEDED", quota_unit=MINUTE), K.THROTTLED),
    (403, body("quotaExceeded", info="RATE_LIMIT_EXCEEDED", quota_unit=MINUTE), K.THROTTLED),
    (403, body("userRateLimitExceeded"), K.THROTTLED),
    (403, body("servingLimitExceeded"), K.THROTTLED),
    (429, b"", K.THROTTLED),
    (429, b"<html>Too many</html>", K.THROTTLED),
    (400, body("badRequest", info="API_KEY_INVALID"), K.KEY_DEAD),
    (400, body("keyInvalid"), K.KEY_DEAD),
    (400, body("keyExpired"), K.KEY_DEAD),
    (400, body("badRequest", "API key expired. Please renew the API key."), K.KEY_DEAD),
    (403, body("forbidden", info="API_KEY_SERVICE_BLOCKED"), K.KEY_MISCONFIGURED),
    (403, body("forbidden", info="API_KEY_HTTP_REFERRER_BLOCKED"), K.KEY_MISCONFIGURED),
    (403, body("forbidden", info="API_KEY_IP_ADDRESS_BLOCKED"), K.KEY_MISCONFIGURED),
    (403, body("ipRefererBlocked"), K.KEY_MISCONFIGURED),
    (403, body("forbidden", "Method doesn't allow unregistered callers"), K.KEY_MISCONFIGURED),
    (401, body(), K.KEY_MISCONFIGURED),
    (403, body("accessNotConfigured"), K.PROJECT_MISCONFIGURED),
    (403, body("accessNotConfigured", info="SERVICE_DISABLED"), K.PROJECT_MISCONFIGURED),
    (403, body("forbidden", info="CONSUMER_SUSPENDED"), K.PROJECT_SUSPENDED),
    (403, body("forbidden", info="CONSUMER_INVALID"), K.PROJECT_SUSPENDED),
    (404, body("playlistNotFound"), K.ITEM_VERDICT),
    (403, body("commentsDisabled"), K.ITEM_VERDICT),
    (400, body("subscriptionForbidden"), K.ITEM_VERDICT),
    (401, body("authorizationRequired"), K.ITEM_VERDICT),
    (403, body("forbidden"), K.ITEM_VERDICT),
    (400, body("missingRequiredParameter"), K.OUR_BUG),
    (400, body("unknownPart"), K.OUR_BUG),
    (400, body("somethingNew"), K.OUR_BUG),
    (501, b'{"error": {"code": 501, "status": "UNIMPLEMENTED"}}', K.OUR_BUG),
    (400, body("invalidPageToken"), K.STALE_CURSOR),
    (400, body("processingFailure"), K.TRANSIENT),
    (503, body("backendError"), K.TRANSIENT),
    (500, body(), K.TRANSIENT),
    (502, b"<html>Bad gateway</html>", K.TRANSIENT),
    (404, b"<html>Not here</html>", K.TRANSIENT),
    (403, b"", K.TRANSIENT),
    (302, b"", K.TRANSIENT),
    (408, body(), K.TRANSIENT),
]


@pytest.mark.parametrize(("status", "answer", "kind"), SAID)
def test_what_is_done_next(status: int, answer: bytes, kind: ErrorKind) -> None:
    error = classify(status, {}, answer)
    assert (error.kind, error.http_status) == (kind, status)
    assert error.hint == kind.next_step


def test_every_kind_is_covered_and_says_what_to_do() -> None:
    assert {kind for _, _, kind in SAID} == set(ErrorKind)
    assert all(kind.next_step.endswith(".") for kind in ErrorKind)


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"{}",
        b"null",
        b"7",
        b'"x"',
        b'{"error": null}',
        b'{"error": []}',
        b'{"error": {}}',
        b"[" * 99_999,
        b'{"error": {"message": null, "errors": null, "details": null, "status": null}}',
        b'{"error": {"message": 5, "errors": {}, "details": {"reason": 1}}}',
        b'{"error": {"errors": [null], "details": [null, 3, {"reason": null}]}}',
        b'{"error": {"errors": [{"reason": ["x"]}], "details": [{"reason": "A", "metadata": []}]}}',
        b'[{"error": {"errors": []}}]',
        b"\xff\xfe",
        b'{"error": {"message": "\\ud800\\u0000"}}',
    ],
)  # fmt: skip - one odd body beside the other
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_no_layout_is_too_odd_to_be_read(status: int, answer: bytes) -> None:
    error = classify(status, {}, answer)
    assert error.reason
    assert "\0" not in str(error)
    assert str(error).encode()


def test_without_a_message_the_reason_is_told() -> None:
    assert classify(400, {}, body("processingFailure", "")).message == "YouTube answered 400: processingFailure"


# What the answers of which a remark can be left say in English.
TOLD = [
    (400, body("processingFailure", "The API server failed to successfully process the request. While this can be")),
    (400, body("processingFailure", "")),
    (400, body("invalidPageToken", "The request specifies an invalid page token.")),
    (400, body("invalidPageToken", "")),
    (403, body("rateLimitExceeded", "Rate Limit Exceeded")),
    (403, body("userRateLimitExceeded", "User Rate Limit Exceeded")),
    (403, body("rateLimitExceeded", "")),
    (403, body("rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'")),
    (429, body("rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'")),
    (403, body("quotaExceeded", "The request cannot be completed because you have exceeded your quota.")),
    (404, body("playlistNotFound", "The playlist cannot be found.")),
    (404, body("playlistNotFound", "")),
    (403, body("forbidden", "Access forbidden.")),
    (400, body("unknownPart", "'{0}'")),
    (503, body("backendError", "Backend Error")),
    (403, b"<html>Sorry</html>"),
    (429, b""),
]


@pytest.mark.parametrize(("status", "answer"), TOLD)
def test_the_words_that_are_left_of_an_answer_tell_the_same_next_step(status: int, answer: bytes) -> None:
    error = classify(status, {}, answer)
    assert next_step(f"given up after 5 attempts: {error}") == error.kind.next_step


def test_a_method_that_is_away_is_tried_again() -> None:
    failure = classify(400, {}, body("processingFailure"))
    assert next_step(str(EndpointDownError("videos.list", failure, 15))) == K.TRANSIENT.next_step


def test_a_bare_string_is_a_reason() -> None:
    error = classify(400, {}, b'{"error": "invalid_grant"}')
    assert (error.reason, error.message) == ("invalid_grant", "YouTube answered 400: invalid_grant")


def test_details_come_before_errors() -> None:
    assert classify(403, {}, body("forbidden", info="API_KEY_INVALID")).reason == "API_KEY_INVALID"
    assert classify(403, {}, body("forbidden")).reason == "forbidden"
    assert classify(500, {}, b'{"error": {"status": "INTERNAL"}}').reason == "INTERNAL"
    assert classify(502, {}, b"").reason == "http502"


@pytest.mark.parametrize(
    "answer",
    [
        body("rateLimitExceeded", "for consumer 'project_number:994147049083'."),
        body("accessNotConfigured", "has not been used in project 994147049083 before"),
        body("forbidden", info="API_KEY_SERVICE_BLOCKED", consumer="projects/994147049083"),
    ],
)
def test_the_project_is_learnt_from_the_error(answer: bytes) -> None:
    assert classify(403, {}, answer).project_number == "994147049083"


def test_a_masked_project_is_none() -> None:
    answer = body("forbidden", info="API_KEY_SERVICE_BLOCKED", consumer="projects/XXXXXXXXXX")
    assert classify(403, {}, answer).project_number is None


def test_the_metric_names_the_bucket() -> None:
    metric = "youtube.googleapis.com/search_list"
    answer = body("rateLimitExceeded", info="RATE_LIMIT_EXCEEDED", quota_unit=DAY, quota_metric=metric)
    assert classify(429, {}, answer).metric == metric
    assert classify(403, {}, body("quotaExceeded")).metric is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "30"}, 30.0), ({"retry-after": "Fri, 20 Nov 2026 12:00:00 GMT"}, None), ({}, None)],
)
def test_how_long_google_asks_us_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert classify(503, headers, b"").retry_after == seconds


def test_how_long_google_asks_us_to_wait_in_the_body() -> None:
    answer = b'{"error": {"details": [{"@type": "google.rpc.RetryInfo", "retryDelay": "3.5s"}]}}'
    assert classify(429, {}, answer).retry_after == 3.5


def test_messages_are_plain_text() -> None:
    message = 'you have exceeded your <a href="/quota">quota</a> &amp;\n more'
    assert str(classify(403, {}, body("quotaExceeded", message))).endswith("you have exceeded your quota & more")


@pytest.mark.parametrize(
    "said", [f"Consumer 'api_key:{KEY}' has been suspended", f"GET /x?key={KEY}&id=1", f"{KEY} is bad", "api_key:short"]
)
def test_messages_hold_no_key(said: str) -> None:
    error = classify(403, {}, body("forbidden", said, info="CONSUMER_SUSPENDED"))
    assert "[key]" in error.message
    assert KEY not in repr(vars(error))
    assert "short" not in str(error)


@pytest.mark.parametrize(
    "exc", [TimeoutError("timed out"), ssl.SSLError("handshake"), ConnectionResetError(), ValueError()]
)
def test_no_answer_is_transient(exc: Exception) -> None:
    error = from_exception(exc)
    assert (error.kind, error.reason, error.http_status) == (K.TRANSIENT, type(exc).__name__, None)


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(classify(404, {}, body("playlistNotFound"))))  # noqa: S301 - our own bytes
    assert isinstance(error, ApiError)
    assert (error.kind, error.reason, error.http_status) == (K.ITEM_VERDICT, "playlistNotFound", 404)


RECORDED = {
    "400_badRequest__natumbri": K.KEY_DEAD,
    "400_badRequest_eventType": K.OUR_BUG,
    "400_keyInvalid": K.KEY_DEAD,
    "400_missingRequiredParameter": K.OUR_BUG,
    "400_processingFailure": K.TRANSIENT,
    "400_subscriptionDuplicate": K.OUR_BUG,
    "400_subscriptionForbidden": K.ITEM_VERDICT,
    "400_unknownPart": K.OUR_BUG,
    "401_authError": K.KEY_MISCONFIGURED,
    "403_API_KEY_SERVICE_BLOCKED": K.KEY_MISCONFIGURED,
    "403_SERVICE_UNAVAILABLE": K.ITEM_VERDICT,
    "403_accessNotConfigured": K.PROJECT_MISCONFIGURED,
    "403_commentThread_forbidden": K.ITEM_VERDICT,
    "403_commentsDisabled": K.ITEM_VERDICT,
    "403_dailyLimitExceeded": K.BUCKET_EXHAUSTED,
    "403_forbidden": K.ITEM_VERDICT,
    "403_playlistForbidden": K.ITEM_VERDICT,
    "403_playlistItemsNotAccessible": K.ITEM_VERDICT,
    "403_quotaExceeded": K.BUCKET_EXHAUSTED,
    "403_subscriptionForbidden": K.ITEM_VERDICT,
    "404_": K.ITEM_VERDICT,
    "429_rateLimitExceeded_video_uploads": K.BUCKET_EXHAUSTED,
    "500_backendError": K.TRANSIENT,
    "503_backendError": K.TRANSIENT,
}


@pytest.mark.real_data
def test_every_recorded_error(recorded: Path) -> None:
    """Files under partial/ hold what a bug report quoted of the error object."""
    files = sorted((recorded / "errors").rglob("*.json"))
    assert len(files) >= 37
    for file in files:
        answer = file.read_bytes() if file.parent.name != "partial" else b'{"error": %s}' % file.read_bytes()
        (kind,) = [kind for start, kind in RECORDED.items() if file.name.startswith(start)]
        error = classify(int(file.name[:3]), {}, answer)
        assert error.kind is kind, file.name
        assert "<" not in error.message, file.name
