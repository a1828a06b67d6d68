"""Refusals of Google's front end: what is wrong with a key or its project, before anything is charged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.accounts import Account, KeyState
from emulator.clock import pacific_day, pacific_midnight
from emulator.errors import ApiError, error_info, front_end_error, metric_exhausted, youtube_error

METRICS: Mapping[str, tuple[str, str]] = {
    "default": ("default", "Queries"),
    "search": ("search_list", "Search Queries"),
    "videos.batchGetStats": ("videos_batch_get_stats", "Video Batch Get Stats"),
}
"""Bucket to the metric's id and title in errors. Those of videos.batchGetStats are a guess: no such error is known."""

_FORBIDDEN = {"domain": "global", "reason": "forbidden"}
_BAD_REQUEST = {"domain": "global", "reason": "badRequest"}
_CONSOLE = "https://console.developers.google.com"


@dataclass(frozen=True)
class Caller:
    """Who makes a call. `key` is needed because the real service echoes it in one of its errors."""

    account: Account
    key: str
    address: str
    method: str
    bucket: str
    limit: int
    now: datetime


def unregistered() -> ApiError:
    """There is no key at all."""
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API."
    )
    return front_end_error(403, message, _FORBIDDEN, "PERMISSION_DENIED")


def no_oauth() -> ApiError:
    """A token was sent; nobody can log in to the emulator."""
    error = youtube_error(401, "authError", "Invalid Credentials", "global")
    error.body["error"]["errors"][0] |= {"location": "Authorization", "locationType": "header"}
    return error


def dead(_: Caller) -> ApiError:
    """The key was deleted or never existed."""
    message = "API key not valid. Please pass a valid API key."
    return front_end_error(400, message, _BAD_REQUEST, "INVALID_ARGUMENT", [error_info("API_KEY_INVALID")])


def expired(_: Caller) -> ApiError:
    """The key has run out: only the message tells it from a dead one."""
    message = "API key expired. Please renew the API key."
    return front_end_error(400, message, _BAD_REQUEST, "INVALID_ARGUMENT", [error_info("API_KEY_INVALID")])


def service_disabled(caller: Caller) -> ApiError:
    """The project has not switched the API on."""
    number = caller.account.project_number
    url = f"{_CONSOLE}/apis/api/youtube.googleapis.com/overview?project={number}"
    message = (
        f"YouTube Data API v3 has not been used in project {number} before or it is disabled. Enable it by visiting "
        f"{url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our "
        "systems and retry."
    )
    link = {"description": "Google developers console API activation", "url": url}
    help_links = {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]}
    item = {"domain": "usageLimits", "reason": "accessNotConfigured", "extendedHelp": _CONSOLE}
    details = [help_links, error_info("SERVICE_DISABLED", consumer=f"projects/{number}")]
    return front_end_error(403, message, item, "PERMISSION_DENIED", details)


def service_blocked(caller: Caller) -> ApiError:
    """The key's list of allowed APIs does not contain this one."""
    resource, verb = caller.method.split(".")
    service = f"youtube.api.v3.V3Data{resource[:1].upper()}{resource[1:].removesuffix('s')}Service"
    message = f"Requests to this API youtube method {service}.{verb[:1].upper()}{verb[1:]} are blocked."
    return _denied(caller, message, "API_KEY_SERVICE_BLOCKED")


def referrer_blocked(caller: Caller) -> ApiError:
    """The key is for certain web sites."""
    return _denied(caller, "Requests from referer <empty> are blocked.", "API_KEY_HTTP_REFERRER_BLOCKED")


def ip_blocked(caller: Caller) -> ApiError:
    """The key is for certain addresses."""
    message = (
        "The provided API key has an IP address restriction. "
        f"The originating IP address of the call ({caller.address}) violates this restriction."
    )
    return _denied(caller, message, "API_KEY_IP_ADDRESS_BLOCKED")


def suspended(caller: Caller) -> ApiError:
    """Google has suspended the project. The real answer repeats the whole key, twice; so does this one."""
    message = f"Permission denied: Consumer 'api_key:{caller.key}' has been suspended."
    return _denied(caller, message, "CONSUMER_SUSPENDED", containerInfo=f"api_key:{caller.key}")


def throttled(caller: Caller) -> ApiError:
    """Too many calls in a minute: the same words as an empty search bucket but for `quota_unit`."""
    return _exhausted(caller, "minute", caller.now.replace(second=0) - timedelta(minutes=1))


def bucket_exhausted(caller: Caller) -> ApiError:
    """A bucket with a metric of its own is empty until the next Pacific midnight."""
    return _exhausted(caller, "day", pacific_midnight(pacific_day(caller.now)))


def _exhausted(caller: Caller, per: str, window: datetime) -> ApiError:
    metric, title = METRICS.get(caller.bucket, (caller.bucket, caller.bucket))
    return metric_exhausted(metric, title, per, caller.account.project_number, caller.limit, window)


def _denied(caller: Caller, message: str, reason: str, **metadata: str) -> ApiError:
    info = error_info(reason, consumer=f"projects/{caller.account.project_number}", **metadata)
    return front_end_error(403, message, _FORBIDDEN, "PERMISSION_DENIED", [info])


BY_KEY_STATE: Mapping[KeyState, Callable[[Caller], ApiError]] = {
    KeyState.DEAD: dead,
    KeyState.EXPIRED: expired,
    KeyState.SERVICE_DISABLED: service_disabled,
    KeyState.SERVICE_BLOCKED: service_blocked,
    KeyState.REFERRER_BLOCKED: referrer_blocked,
    KeyState.IP_BLOCKED: ip_blocked,
    KeyState.SUSPENDED: suspended,
}
