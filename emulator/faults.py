"""What can be made to go wrong on demand, and when it does."""

import random
from collections.abc import Callable, Mapping

from emulator import errors, refusals
from emulator.errors import ApiError
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from emulator.refusals import Caller


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
"""Errors that come after the quota was charged. The kinds in neither table spoil a good answer on the wire."""


class Faults:
    """The faults that are set. Equal seeds and equal orders of calls have equal faults."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._armed: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        """Set one more; of several that strike the same call the one set first wins."""
        self._armed.append(_Armed(fault, random.Random(f"{self._seed} {len(self._armed)}")))  # noqa: S311 -- a game

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._armed.clear()

    def all(self) -> list[Fault]:
        """The faults that may still strike."""
        return [armed.fault for armed in self._armed if not armed.spent]

    def strike(self, method: str) -> "Fault | None":
        """What goes wrong with this call. Each fault counts every call of its method."""
        struck = [armed.fault for armed in self._armed if armed.strikes(method)]
        return struck[0] if struck else None


class _Armed:
    """A fault with the calls it has seen."""

    def __init__(self, fault: Fault, chance: random.Random) -> None:
        self.fault = fault
        self._chance = chance
        self._calls = 0

    @property
    def spent(self) -> bool:
        return self.fault.next is not None and self._calls >= self.fault.next

    def strikes(self, method: str) -> bool:
        if self.fault.method not in {None, method} or self.spent:
            return False
        self._calls += 1
        if self.fault.every is not None:
            return self._calls % self.fault.every == 0
        return self.fault.probability is None or self._chance.random() < self.fault.probability
