"""What can be made to go wrong on demand, and when it does."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime

import orjson

from emulator import errors, refusals
from emulator.errors import ApiError
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.refusals import Caller
from emulator.resources import Resource, etag_of


def _daily_limit_exceeded(_: Caller) -> ApiError:
    message = (
        "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT). "
        "You may monitor your quota usage and adjust limits in the API Console."
    )
    return errors.youtube_error(403, "dailyLimitExceeded", message, "usageLimits")


def _processing_failure(_: Caller) -> ApiError:
    message = (
        "The API server failed to successfully process the request. While this can be a transient error, it usually "
        "indicates that the request's input is invalid. Check the structure of the <code>commentThread</code> "
        "resource in the request body to ensure that it is valid."
    )
    error = errors.youtube_error(400, "processingFailure", message, "youtube.commentThread", "body")
    error.body["error"]["errors"][0]["locationType"] = "other"
    return error


def _forbidden(_: Caller) -> ApiError:
    message = "Access forbidden. The request may not be properly authorized."
    return errors.youtube_error(403, "forbidden", message, "youtube.common")


def _page_token(_: Caller) -> ApiError:
    message = "The request specifies an invalid page token."
    return errors.youtube_error(400, "invalidPageToken", message, "youtube.parameter", "pageToken")


def _always(code: int, reason: str, message: str, domain: str = "global") -> Callable[[Caller], ApiError]:
    return lambda _: errors.youtube_error(code, reason, message, domain)


def _no_errors(_: Caller) -> ApiError:
    body = {"error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"}}
    return ApiError(503, body, "UNAVAILABLE")


REFUSALS: Mapping[FaultKind, Callable[[Caller], ApiError]] = {
    **{FaultKind(state.value): refusal for state, refusal in refusals.BY_KEY_STATE.items()},
    FaultKind.UNREGISTERED: lambda _: refusals.unregistered(),
    FaultKind.THROTTLED: refusals.throttled,
    FaultKind.BUCKET_EXHAUSTED: refusals.bucket_exhausted,
    FaultKind.QUOTA_EXCEEDED: lambda _: errors.quota_exceeded(),
    FaultKind.DAILY_LIMIT_EXCEEDED: _daily_limit_exceeded,
    FaultKind.KEY_INVALID_LEGACY: _always(400, "keyInvalid", "Bad Request", "usageLimits"),
}
"""Errors that come before the quota is charged."""

FAILURES: Mapping[FaultKind, Callable[[Caller], ApiError]] = {
    FaultKind.INVALID_PAGE_TOKEN: _page_token,
    FaultKind.PROCESSING_FAILURE: _processing_failure,
    FaultKind.FORBIDDEN: _forbidden,
    FaultKind.INTERNAL_ERROR: _always(500, "internalError", "Internal Error"),
    FaultKind.BACKEND_ERROR: _always(503, "backendError", "Backend Error"),
    FaultKind.BACKEND_ERROR_500: _always(500, "backendError", "Backend Error"),
    FaultKind.BARE_STRING: lambda _: ApiError(400, {"error": "invalid_request"}, "invalid_request"),
    FaultKind.NO_ERRORS: _no_errors,
}
"""Errors that come after the quota was charged. The kinds in neither table spoil a good answer."""


class Faults:
    """The faults that are set. Equal seeds and equal orders of calls have equal faults."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.clear()

    def add(self, fault: Fault) -> None:
        """Set one more; of several that strike the same call the one set first wins."""
        self._armed.append(_Armed(fault, self._chance_of(len(self._armed))))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._armed: list[_Armed] = []
        self._losses = self._chance_of("losses")

    def all(self, now: datetime) -> list[Fault]:
        """The faults that may still strike."""
        return [armed.fault for armed in self._armed if not armed.spent(now)]

    def strike(self, method: str, now: datetime) -> Fault | None:
        """What goes wrong with this call. Each fault counts every call of its method and schedule."""
        struck = [armed.fault for armed in self._armed if armed.strikes(method, now)]
        return struck[0] if struck else None

    def thin(self, content: Resource, share: float) -> Resource:
        """A list without a share of its items, and at least without one."""
        items = content.get("items", [])
        lost = min(len(items), max(1, round(share * len(items))))
        kept = sorted(self._losses.sample(range(len(items)), len(items) - lost))
        etag = etag_of(orjson.dumps([content["etag"], kept]))
        envelope = {name: value for name, value in content.items() if name != "items"}
        return {**envelope, "etag": etag, **({"items": [items[place] for place in kept]} if kept else {})}

    def _chance_of(self, what: object) -> random.Random:
        return random.Random(f"{self._seed} {what}")  # noqa: S311 -- a game


class _Armed:
    """A fault with the calls it has seen."""

    def __init__(self, fault: Fault, chance: random.Random) -> None:
        self.fault = fault
        self._chance = chance
        self._calls = 0

    def spent(self, now: datetime) -> bool:
        fault = self.fault
        over = fault.until is not None and now >= fault.until
        return over or (fault.next is not None and self._calls >= fault.after + fault.next)

    def strikes(self, method: str, now: datetime) -> bool:
        fault = self.fault
        early = fault.since is not None and now < fault.since
        if fault.method not in {None, method} or early or self.spent(now):
            return False
        self._calls += 1
        turn = self._calls - fault.after
        if turn <= 0 or (fault.every is not None and turn % fault.every):
            return False
        return fault.probability is None or self._chance.random() < fault.probability
