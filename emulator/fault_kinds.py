"""What can go wrong with a call, by name."""

from enum import StrEnum


class FaultKind(StrEnum):
    """Everything that can go wrong with a call, by name."""

    DEAD = "dead"
    EXPIRED = "expired"
    SERVICE_DISABLED = "service_disabled"
    SERVICE_BLOCKED = "service_blocked"
    REFERRER_BLOCKED = "referrer_blocked"
    IP_BLOCKED = "ip_blocked"
    SUSPENDED = "suspended"
    UNREGISTERED = "unregistered"
    THROTTLED = "throttled"
    BUCKET_EXHAUSTED = "bucket_exhausted"
    QUOTA_EXCEEDED = "quota_exceeded"
    DAILY_LIMIT_EXCEEDED = "daily_limit_exceeded"
    KEY_INVALID_LEGACY = "key_invalid_legacy"
    INVALID_PAGE_TOKEN = "invalid_page_token"  # noqa: S105 -- the name of an error, not a secret
    PROCESSING_FAILURE = "processing_failure"
    FORBIDDEN = "forbidden"
    INTERNAL_ERROR = "internal_error"
    BACKEND_ERROR = "backend_error"
    BACKEND_ERROR_500 = "backend_error_500"
    BARE_STRING = "bare_string"
    NO_ERRORS = "no_errors"
    PARTIAL = "partial"
    RESET = "reset"
    TRUNCATED = "truncated"
    SLOW = "slow"
    EMPTY = "empty"
    HTML = "html"
    HTML_502 = "html_502"
    OVERSIZED = "oversized"
