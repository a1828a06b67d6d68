"""What goes wrong between here and YouTube, typed by what to do next."""

import html
import http.client
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar, Self

from app.errors import TributaryError
from app.youtube import fields


class ErrorKind(StrEnum):
    """What to do next; `next_step` says it in words."""

    next_step: str

    def __new__(cls, value: str, next_step: str) -> Self:
        """A word for machines, and the sentence for people."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.next_step = kind.__doc__ = next_step
        return kind

    BUCKET_EXHAUSTED = (
        "bucket_exhausted",
        "Mark this bucket of the project empty until midnight Pacific and wait; other buckets go on.",
    )
    THROTTLED = "throttled", "Too fast: back off with jitter, then try again with the same key."
    KEY_DEAD = "key_dead", "Disable this key and replace it; the call may be repeated with another one."
    KEY_MISCONFIGURED = "key_misconfigured", "Disable this key until its restrictions in Google's console are lifted."
    PROJECT_MISCONFIGURED = (
        "project_misconfigured",
        "Disable all keys of the project until the API is enabled in Google's console and the key is given again.",
    )
    PROJECT_SUSPENDED = (
        "project_suspended",
        "Stop, and do not carry on with other keys: Google's policy forbids it. Ask Google why.",
    )
    ITEM_VERDICT = "item_verdict", "Record the reason as the outcome of this item and go on with the next."
    OUR_BUG = "our_bug", "Fail the job loudly: the request is wrong and no other key will mend it. Report the bug."
    STALE_CURSOR = "stale_cursor", "The page token is no longer valid: restart this list once from its first page."
    TRANSIENT = "transient", "Try again a few times with growing pauses."


class ApiError(TributaryError):
    """YouTube did not answer with data."""

    status: ClassVar[int] = 502
    problem = "youtube-failed"

    def __init__(
        self,
        message: str = "",
        *,
        kind: ErrorKind = ErrorKind.TRANSIENT,
        reason: str = "",
        http_status: int | None = None,
        project_number: str | None = None,
        metric: str | None = None,
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(message, hint=kind.next_step)
        self.message = message
        """In plain words, without HTML and without anything that looks like a key."""
        self.kind = kind
        self.reason = reason
        """Google's machine word, or the name of the exception."""
        self.http_status = http_status
        """What YouTube answered; None without an answer. (`status` is what our own API answers.)"""
        self.project_number = project_number
        """The project that paid, where Google tells it."""
        self.metric = metric
        """The quota metric that ran out, as youtube.googleapis.com/search_list."""
        self.retry_after = retry_after
        """Seconds that Google asks us to wait."""
        self.sent = sent
        """Whether the request may have reached YouTube: only then it may have cost its unit."""
        self.units = 0
        """What all attempts of the call have cost; told by who makes them."""


class EndpointDownError(ApiError):
    """YouTube does not answer one of its methods: no call of it leaves for `seconds`. Not the fault of any item."""

    def __init__(self, method: str, last: ApiError, seconds: float) -> None:
        said = f"YouTube answers {last.http_status} on {method}" if last.http_status else last.message
        super().__init__(said, reason=last.reason, http_status=last.http_status)
        self.seconds = seconds
        self.hint = f"nothing: in {seconds:.0f} seconds it is asked whether it answers again"


class NotSentError(TributaryError):
    """The call did not leave: the batch is to stop, or another call of it met an obstacle for all."""


_QUOTA_REASONS = frozenset(
    {
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "dailyLimitExceeded",
        "quotaExceeded",
        "rateLimitExceeded",
        "servingLimitExceeded",
        "userRateLimitExceeded",
    }
)

_REASONS_OF_KIND: Mapping[ErrorKind, str] = {
    ErrorKind.KEY_DEAD: "API_KEY_INVALID keyInvalid keyExpired",
    ErrorKind.KEY_MISCONFIGURED: """
        API_KEY_ANDROID_APP_BLOCKED API_KEY_HTTP_REFERRER_BLOCKED API_KEY_IOS_APP_BLOCKED
        API_KEY_IP_ADDRESS_BLOCKED API_KEY_SERVICE_BLOCKED authError ipRefererBlocked""",
    ErrorKind.PROJECT_MISCONFIGURED: "SERVICE_DISABLED BILLING_DISABLED accessNotConfigured",
    ErrorKind.PROJECT_SUSPENDED: "CONSUMER_SUSPENDED CONSUMER_INVALID",
    ErrorKind.ITEM_VERDICT: """
        accountClosed accountSuspended authorizationRequired channelClosed channelForbidden channelNotFound
        channelSuspended commentNotFound commentThreadNotFound commentsDisabled playlistForbidden
        playlistItemsNotAccessible playlistNotFound playlistOperationUnsupported publisherNotFound
        subscriberNotFound subscriptionForbidden videoChartNotFound videoNotFound watchHistoryNotAccessible
        watchLaterNotAccessible""",
    ErrorKind.OUR_BUG: """
        UNIMPLEMENTED incompatibleParameters invalidCriteria invalidFilters invalidParameter invalidRegionCode
        invalidSearchFilter missingRequiredParameter unexpectedParameter unexpectedPart unknownPart""",
    ErrorKind.STALE_CURSOR: "invalidPageToken",
    # processingFailure claims that the input is wrong, but on reads it has been an outage on YouTube's side.
    ErrorKind.TRANSIENT: "backendError internalError notReady processingFailure",
}
_KIND_OF_REASON = {reason: kind for kind, reasons in _REASONS_OF_KIND.items() for reason in reasons.split()}

# Some answers tell the cause only in English; `forbidden` and `badRequest` beside it mean nothing.
_KIND_OF_WORDS = {
    "unregistered caller": ErrorKind.KEY_MISCONFIGURED,
    "api key expired": ErrorKind.KEY_DEAD,
    "api key not valid": ErrorKind.KEY_DEAD,
    "daily limit exceeded": ErrorKind.BUCKET_EXHAUSTED,
    "exceeded your quota": ErrorKind.BUCKET_EXHAUSTED,
    "per day'": ErrorKind.BUCKET_EXHAUSTED,
    "quota exceeded for quota metric": ErrorKind.THROTTLED,
    "rate limit exceeded": ErrorKind.THROTTLED,
    "invalid page token": ErrorKind.STALE_CURSOR,
    "failed to successfully process the request": ErrorKind.TRANSIENT,
}

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[A-Za-z][\w.-]{0,63}", re.ASCII)
_KEY = re.compile(r"AIza[\w-]{20,}|AQ\.[\w-]{20,}|ya29\.[\w.-]+|(?<=api_key:)[^\s'\"]+|(?<=key=)[^\s&'\"]+")
_PROJECT = re.compile(r"project(?:s/|_number:| )(\d+)")
_SECONDS = re.compile(r"(\d{1,6}(?:\.\d+)?)s?")
_MAX_MESSAGE = 500
NOTHING_READABLE = "nothing that can be read"
"""Stands in an error for the words of an answer that has none."""
_TOO_MANY_REQUESTS, _REQUEST_TIMEOUT, _BAD_REQUEST, _SERVER_ERROR = 429, 408, 400, 500
_OUR_MISTAKES = (TypeError, LookupError)


def classify(status: int, headers: Mapping[str, str], body: bytes, key: str = "") -> ApiError:
    """Read an answer that is not a success: any status, any layout of the last ten years, HTML, or nothing.

    The machine words count in this order: `details[].reason`, `errors[0].reason`, `status`; then the English
    message where it is the only sign; then the HTTP status. `headers` has lower-case names. The error does not tell
    the `key` that was asked with.
    """
    error = _error_of(body)
    info = next((detail for detail in _details(error) if fields.text(detail, "reason")), {})
    said = fields.text(error, "message") or fields.text(error, "errors", 0, "message")
    message = readable(said)
    reasons = list(_reasons(error, info))
    reason = next((word for word in reasons if word != key and not _KEY.search(word)), "")
    consumer = fields.text(info, "metadata", "consumer")
    project = _PROJECT.search(f"{consumer} {message}")
    return ApiError(
        f"YouTube answered {status}: {readable(said, key) or reason or NOTHING_READABLE}",
        kind=_kind(status, reasons, message, fields.text(info, "metadata", "quota_unit"), readable=bool(error)),
        reason=reason or f"http{status}",
        http_status=status,
        project_number=project[1] if project else None,
        metric=fields.text(info, "metadata", "quota_metric") or None,
        retry_after=_retry_after(headers, error),
    )


def from_exception(exc: Exception, *, sent: bool = True) -> ApiError:
    """Read a failure that brought no answer: no connection, TLS, time-out, an answer cut off or not JSON."""
    kind = ErrorKind.OUR_BUG if isinstance(exc, _OUR_MISTAKES) else ErrorKind.TRANSIENT
    said = readable(str(exc)) or type(exc).__name__
    what = "cut off its answer" if isinstance(exc, http.client.IncompleteRead) else "could not be asked"
    return ApiError(f"YouTube {what}: {said}", kind=kind, reason=type(exc).__name__, sent=sent)


def readable(message: str, key: str = "") -> str:
    """The message without HTML, without the key and what looks like one, on one line and of a bounded length."""
    plain = " ".join(html.unescape(_TAG.sub("", message)).split())
    blanked = plain.replace(key, "[key]") if key else plain
    return _KEY.sub("[key]", blanked)[:_MAX_MESSAGE]


def _error_of(body: bytes) -> dict[str, object]:
    """The error object of any layout; a bare string becomes its `status`; empty when there is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    found = fields.dig(answer[0] if isinstance(answer, list) and answer else answer, "error")
    if isinstance(found, str):
        return {"status": found, "message": found}
    return found if isinstance(found, dict) else {}


def _details(error: dict[str, object]) -> list[object]:
    details = error.get("details")
    return details if isinstance(details, list) else []


def _reasons(error: dict[str, object], info: object) -> Iterator[str]:
    told = (
        fields.text(info, "reason"),
        fields.text(error, "errors", 0, "reason"),
        fields.text(error, "status"),
    )
    yield from filter(_WORD.fullmatch, told)


def _kind(status: int, reasons: list[str], message: str, unit: str, *, readable: bool) -> ErrorKind:
    for reason in reasons:
        if reason in _QUOTA_REASONS:
            return _quota_kind(reason, message, unit)
        if reason in _KIND_OF_REASON:
            return _KIND_OF_REASON[reason]
    spoken = (kind for words, kind in _KIND_OF_WORDS.items() if words in message.lower())
    return next(spoken, None) or _kind_of_status(status, readable=readable)


def _quota_kind(reason: str, message: str, unit: str) -> ErrorKind:
    """A day used up and a minute too full carry the same reason; the unit tells them apart."""
    if unit:
        return ErrorKind.BUCKET_EXHAUSTED if unit.startswith("1/d/") else ErrorKind.THROTTLED
    if reason in {"quotaExceeded", "dailyLimitExceeded"} or "per day" in message:
        return ErrorKind.BUCKET_EXHAUSTED
    return ErrorKind.THROTTLED


def _kind_of_status(status: int, *, readable: bool) -> ErrorKind:
    if status == _TOO_MANY_REQUESTS:
        return ErrorKind.THROTTLED
    # An HTML page or nothing comes from something between YouTube and us: no verdict on any item.
    if not readable or status >= _SERVER_ERROR or status < _BAD_REQUEST or status == _REQUEST_TIMEOUT:
        return ErrorKind.TRANSIENT
    by_status = {401: ErrorKind.KEY_MISCONFIGURED}
    # A bare 403 is ambiguous; counted against the key, one private playlist would park every key in turn.
    by_status |= dict.fromkeys((403, 404, 410), ErrorKind.ITEM_VERDICT)
    return by_status.get(status, ErrorKind.OUR_BUG)


def _retry_after(headers: Mapping[str, str], error: dict[str, object]) -> float | None:
    """Seconds from the Retry-After header or a RetryInfo; Google sends no dates there."""
    delays = (fields.text(detail, "retryDelay") for detail in _details(error))
    asked = headers.get("retry-after") or next(filter(None, delays), "")
    seconds = _SECONDS.fullmatch(asked)
    return float(seconds[1]) if seconds else None
