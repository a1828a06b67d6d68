"""Errors in the words and layouts of the real service."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.accounts import KeyState
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.faults import FAILURES, REFUSALS
from emulator.messages import Fault
from tests.emulator.asking import KEY, Asker

SHAPES: dict[FaultKind, tuple[int, str, str, str | None]] = {
    FaultKind.DEAD: (400, "badRequest", "global", "API_KEY_INVALID"),
    FaultKind.EXPIRED: (400, "badRequest", "global", "API_KEY_INVALID"),
    FaultKind.SERVICE_DISABLED: (403, "accessNotConfigured", "usageLimits", "SERVICE_DISABLED"),
    FaultKind.SERVICE_BLOCKED: (403, "forbidden", "global", "API_KEY_SERVICE_BLOCKED"),
    FaultKind.REFERRER_BLOCKED: (403, "forbidden", "global", "API_KEY_HTTP_REFERRER_BLOCKED"),
    FaultKind.IP_BLOCKED: (403, "forbidden", "global", "API_KEY_IP_ADDRESS_BLOCKED"),
    FaultKind.SUSPENDED: (403, "forbidden", "global", "CONSUMER_SUSPENDED"),
    FaultKind.UNREGISTERED: (403, "forbidden", "global", None),
    FaultKind.THROTTLED: (429, "rateLimitExceeded", "global", "RATE_LIMIT_EXCEEDED"),
    FaultKind.BUCKET_EXHAUSTED: (429, "rateLimitExceeded", "global", "RATE_LIMIT_EXCEEDED"),
    FaultKind.QUOTA_EXCEEDED: (403, "quotaExceeded", "youtube.quota", None),
    FaultKind.DAILY_LIMIT_EXCEEDED: (403, "dailyLimitExceeded", "usageLimits", None),
    FaultKind.KEY_INVALID_LEGACY: (400, "keyInvalid", "usageLimits", None),
    FaultKind.INVALID_PAGE_TOKEN: (400, "invalidPageToken", "youtube.parameter", None),
    FaultKind.PROCESSING_FAILURE: (400, "processingFailure", "youtube.commentThread", None),
    FaultKind.FORBIDDEN: (403, "forbidden", "youtube.common", None),
    FaultKind.INTERNAL_ERROR: (500, "internalError", "global", None),
    FaultKind.BACKEND_ERROR: (503, "backendError", "global", None),
    FaultKind.BACKEND_ERROR_500: (500, "backendError", "global", None),
}
"""Status, errors[0].reason, errors[0].domain and the reason in details."""

WITHOUT_ERRORS = {FaultKind.BARE_STRING, FaultKind.NO_ERRORS}

RECORDED = {
    "400_badRequest__natumbri_mopidy-youtube__1e5af5ec.json": FaultKind.DEAD,
    "400_keyInvalid__sns-sdks_python-youtube__32dd781c.json": FaultKind.KEY_INVALID_LEGACY,
    "400_processingFailure__api-samples_294.json": FaultKind.PROCESSING_FAILURE,
    "403_API_KEY_SERVICE_BLOCKED__iSponsorBlockTV_34.json": FaultKind.SERVICE_BLOCKED,
    "403_accessNotConfigured__joostlek_python-youtube__9fda7273.json": FaultKind.SERVICE_DISABLED,
    "403_dailyLimitExceeded__SMAPPNYU_22.json": FaultKind.DAILY_LIMIT_EXCEEDED,
    "403_forbidden_youtube.common__google-api-php-client_1919.json": FaultKind.FORBIDDEN,
    "403_quotaExceeded__ShareX_4477.json": FaultKind.QUOTA_EXCEEDED,
    "503_backendError_old_layout__youtube-metadata_2.json": FaultKind.BACKEND_ERROR,
}


def _provoked(ask: Asker, control: Control, kind: FaultKind) -> httpx.Response:
    control.add_fault(Fault(kind=kind, next=1))
    return ask(part="id", id=control.channel_ids(1)[0])


@pytest.mark.parametrize("kind", [*REFUSALS, *FAILURES])
def test_every_error_has_its_layout(ask: Asker, control: Control, kind: FaultKind) -> None:
    response = _provoked(ask, control, kind)
    if kind in WITHOUT_ERRORS:
        assert "errors" not in response.json()["error"]
        return
    status, reason, domain, detail = SHAPES[kind]
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (status, status)
    assert (error["errors"][0]["reason"], error["errors"][0]["domain"]) == (reason, domain)
    assert error["errors"][0]["message"] == error["message"]
    found = [info["reason"] for info in error.get("details", ()) if "reason" in info]
    assert found == ([detail] if detail else [])
    assert ("details" in error or kind is FaultKind.UNREGISTERED) == ("status" in error)


@pytest.mark.parametrize("kind", [*REFUSALS, *FAILURES])
def test_only_errors_after_the_charge_cost_a_unit(ask: Asker, control: Control, kind: FaultKind) -> None:
    _provoked(ask, control, kind)
    assert control.counters().used() == (1 if kind in FAILURES else 0)


@pytest.mark.parametrize("state", [state for state in KeyState if state is not KeyState.ACTIVE])
def test_a_broken_key_is_refused_until_it_is_mended(ask: Asker, control: Control, state: KeyState) -> None:
    wanted = {"part": "id", "id": control.channel_ids(1)[0]}
    control.set_key_state(KEY, state)
    status, reason, _, detail = SHAPES[FaultKind(state.value)]
    error = ask.error(**wanted)
    assert (error["code"], error["errors"][0]["reason"]) == (status, reason)
    assert control.counters().count(outcome=str(detail)) == 1
    assert control.counters().used() == 0
    assert len(ask.items(**wanted, key="another")) == 1
    control.set_key_state(KEY, "active")
    assert len(ask.items(**wanted)) == 1


def test_an_expired_key_is_told_from_a_dead_one_by_its_message_only(ask: Asker, control: Control) -> None:
    expired = _provoked(ask, control, FaultKind.EXPIRED).json()["error"]
    dead = _provoked(ask, control, FaultKind.DEAD).json()["error"]
    assert expired["message"] == "API key expired. Please renew the API key."
    assert dead["message"] == "API key not valid. Please pass a valid API key."
    assert expired["details"] == dead["details"]


def test_a_throttle_and_an_empty_bucket_differ_by_the_unit_only(ask: Asker, control: Control) -> None:
    throttled = _provoked(ask, control, FaultKind.THROTTLED).json()["error"]["details"][0]["metadata"]
    exhausted = _provoked(ask, control, FaultKind.BUCKET_EXHAUSTED).json()["error"]["details"][0]["metadata"]
    assert throttled["quota_unit"] == "1/min/{project}"
    assert exhausted["quota_unit"] == "1/d/{project}"
    assert exhausted["window_start_time"] == "1795161600"  # 2026-11-20 08:00 UTC, midnight in California
    assert throttled.keys() == exhausted.keys()


def test_a_suspended_project_is_answered_with_the_key_in_the_words(ask: Asker, control: Control) -> None:
    error = _provoked(ask, control, FaultKind.SUSPENDED).json()["error"]
    assert error["message"] == f"Permission denied: Consumer 'api_key:{KEY}' has been suspended."


def test_a_call_without_a_key_is_refused(control: Control, http: httpx.Client) -> None:
    for key in ({}, {"key": ""}):
        error = http.get("/youtube/v3/channels", params={"part": "id", "id": "x", **key}).json()["error"]
        assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
        assert "unregistered callers" in error["message"]
    assert control.counters().used() == 0


@pytest.mark.parametrize("sent", [{"headers": {"authorization": "Bearer x"}}, {"params": {"access_token": "x"}}])
def test_nobody_can_log_in(control: Control, http: httpx.Client, sent: dict[str, Any]) -> None:
    error = http.get("/youtube/v3/channels", **sent).json()["error"]
    assert control.counters().used() == 0
    assert error["code"] == 401
    assert error["errors"] == [
        {
            "message": "Invalid Credentials",
            "domain": "global",
            "reason": "authError",
            "location": "Authorization",
            "locationType": "header",
        }
    ]


@pytest.mark.real_data
@pytest.mark.parametrize("name", RECORDED)
def test_errors_are_those_that_were_recorded(ask: Asker, control: Control, name: str) -> None:
    folder = os.environ.get("TRIBUTARY_REAL_DATA")
    if not folder:
        pytest.skip("set TRIBUTARY_REAL_DATA to the folder of recorded answers")
    recorded = json.loads((Path(folder) / "recorded" / "errors" / name).read_text())
    control.bind_key(KEY, "69696969")  # the project of one of the recordings
    ours = _provoked(ask, control, RECORDED[name]).json()
    assert _comparable(ours) == _comparable(recorded)


def _comparable(value: object) -> object:
    """Without what differs from one recording to the next: the masked project, and the method asked for."""
    text = json.dumps(value, sort_keys=True)
    for masked in ("projects/69696969", "projects/XXXXXXXXXX"):
        text = text.replace(masked, "projects/N")
    comparable: object = json.loads(text.replace("V3DataChannelService", "V3DataSearchService"))
    return comparable
