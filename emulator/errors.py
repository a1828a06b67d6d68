"""Errors in the words and layouts of the real service.

Two layers answer. YouTube itself sends `errors[]` only; Google's front end, which checks keys, quota of separate
buckets and parameter types, adds `status` and `details`. Clients must tell them apart by the machine words in them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

SERVICE = "youtube.googleapis.com"


class ApiError(Exception):
    """An answer that is not a list. `reason` is the machine word by which it is counted."""

    def __init__(self, code: int, body: dict[str, Any], reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.body = body
        self.reason = reason


def youtube_error(code: int, reason: str, message: str, domain: str, location: str = "") -> ApiError:
    """An error of YouTube itself; `location` is a parameter's name, or `parameters.` for all of them."""
    item = {"message": message, "domain": domain, "reason": reason}
    if location:
        item |= {"location": location, "locationType": "other" if location.endswith(".") else "parameter"}
    return ApiError(code, {"error": {"code": code, "message": message, "errors": [item]}}, reason)


def front_end_error(
    code: int, message: str, item: dict[str, str], status: str, details: Sequence[dict[str, Any]] = ()
) -> ApiError:
    """An error of Google's front end; `item` is `errors[0]` without its message."""
    error: dict[str, Any] = {
        "code": code,
        "message": message,
        "errors": [{"message": message, **item}],
        "status": status,
    }
    if details:
        error["details"] = list(details)
    word = next((detail["reason"] for detail in details if "reason" in detail), item["reason"])
    return ApiError(code, {"error": error}, word)


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    """The detail that carries the machine word of a front end error."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": SERVICE, **metadata},
    }


def quota_exceeded() -> ApiError:
    """The default bucket is empty. Says nothing about when it fills again."""
    message = (
        "The request cannot be completed because you have exceeded your "
        '<a href="/youtube/v3/getting-started#quota">quota</a>.'
    )
    return youtube_error(403, "quotaExceeded", message, "youtube.quota")


def metric_exhausted(metric: str, title: str, per: str, number: str, limit: int, window: datetime) -> ApiError:
    """A bucket with a metric of its own is empty, for the day or for the minute.

    The same status and reason stand for both; only `quota_unit` tells them apart. `per` is `day` or `minute`.
    """
    unit = {"day": "1/d/{project}", "minute": "1/min/{project}"}[per]
    name = "" if metric == "default" else "".join(word.capitalize() for word in metric.split("_"))
    message = (
        f"Quota exceeded for quota metric '{title}' and limit '{title} per {per}' of service '{SERVICE}' "
        f"for consumer 'project_number:{number}'."
    )
    info = error_info(
        "RATE_LIMIT_EXCEEDED",
        consumer=f"projects/{number}",
        quota_limit=f"default{name}Per{per.capitalize()}PerProject",
        quota_limit_value=str(limit),
        quota_location="global",
        quota_metric=f"{SERVICE}/{metric}",
        quota_unit=unit,
        window_start_time=str(int(window.timestamp())),
    )
    item = {"domain": "global", "reason": "rateLimitExceeded"}
    return front_end_error(429, message, item, "RESOURCE_EXHAUSTED", [info])
