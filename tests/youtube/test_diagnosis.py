"""POST /api/test-youtube for one key or all: each fault of the emulator, told in words, and nobody else is harmed."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import sql
from tests.jobs.invariants import broken
from tests.youtube.rude_server import Server

STRANGER = "AIzaSyStrangerStrangerStrangerStranger"
CREDENTIALS = "https://console.cloud.google.com/apis/credentials"


@pytest.fixture
def second(wiring: Wiring, emulator: Control) -> str:  # noqa: ARG001 - reset
    return add_key(wiring, 2)


def asked(api: FlaskClient, **body: object) -> dict[str, Any]:
    answer = api.post("/api/test-youtube", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def diagnosed(api: FlaskClient, **body: object) -> dict[str, Any]:
    [told] = asked(api, **body)["keys"]
    return dict(told)


def units(wiring: Wiring) -> int:
    return sum(line.used + line.reserved for line in wiring.keys.usage())


def test_a_key_that_works(wiring: Wiring, api: FlaskClient, second: str, emulator: Control) -> None:
    told = asked(api, key_id=2)
    assert (told["status"], told["working"], told["units"]) == ("ok", 1, 1)
    [one] = told["keys"]
    assert (one["key_name"], one["diagnosis"], one["next_step"]) == ("key-2", "fine", "nothing")
    assert second not in str(told)
    assert [line.project for line in wiring.keys.usage() if line.used] == ["project-2"]
    assert emulator.counters().count() == 1


STATES = {
    "dead": ("wrong_key", "Show key", CREDENTIALS),
    "expired": ("wrong_key", "has expired", CREDENTIALS),
    "service_disabled": ("api_not_enabled", "Enable", "/apis/api/youtube.googleapis.com/overview?project="),
    "service_blocked": ("restricted_by_api", "YouTube Data API v3", CREDENTIALS),
    "referrer_blocked": ("restricted_by_referrer", "HTTP referrers", CREDENTIALS),
    "ip_blocked": ("restricted_by_ip", "public IP address", CREDENTIALS),
    "suspended": ("suspended", "appeal", "https://console.cloud.google.com/home/dashboard"),
}


@pytest.mark.parametrize("state", STATES)
def test_what_google_has_against_a_key(
    wiring: Wiring, api: FlaskClient, second: str, emulator: Control, state: str
) -> None:
    emulator.set_key_state(second, state)
    told = diagnosed(api, key_id=2)
    word, said, link = STATES[state]
    assert (told["diagnosis"], told["works"], told["units"]) == (word, False, 1)
    assert said in f"{told['in_words']} {told['next_step']}"
    assert link in told["link"]
    assert told["google_says"]
    assert second not in str(told)
    one, two = wiring.keys.listed()
    assert (one.is_active, one.suspended_why) == (True, None), "another key is not to blame"
    assert bool(two.suspended_why) if state == "suspended" else not two.is_active
    assert units(wiring) == 1
    assert broken(wiring) == []


def test_the_link_leads_to_the_project_that_google_names(
    api: FlaskClient, second: str, emulator: Control, wiring: Wiring
) -> None:
    emulator.bind_key(second, "424242424242")
    add_key(wiring, 3, project="project-2")
    emulator.set_key_state(second, "service_disabled")
    told = diagnosed(api, key_id=2)
    assert told["link"].endswith("overview?project=424242424242")
    assert wiring.keys.read(3).is_active, "a test switches off the key that was tested, and no other"


FAULTS = {
    FaultKind.UNREGISTERED: "not_accepted",
    FaultKind.THROTTLED: "throttled",
    FaultKind.KEY_INVALID_LEGACY: "wrong_key",
    FaultKind.BUCKET_EXHAUSTED: "exhausted",
    FaultKind.QUOTA_EXCEEDED: "exhausted",
    FaultKind.DAILY_LIMIT_EXCEEDED: "exhausted",
    FaultKind.INTERNAL_ERROR: "unreachable",
    FaultKind.BACKEND_ERROR: "unreachable",
    FaultKind.RESET: "unreachable",
    FaultKind.TRUNCATED: "unreachable",
    FaultKind.HTML: "unreachable",
    FaultKind.FORBIDDEN: "unclear",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_how_youtube_may_answer(wiring: Wiring, api: FlaskClient, emulator: Control, kind: FaultKind) -> None:
    emulator.add_fault(Fault(kind=kind, next=1))
    told = diagnosed(api, key_id=1)
    assert (told["diagnosis"], told["units"]) == (FAULTS[kind], 1)
    assert (told["until"] is not None) == (FAULTS[kind] == "exhausted")
    assert units(wiring) == 1
    assert wiring.keys.read(1).is_active == (FAULTS[kind] not in {"not_accepted", "wrong_key"})


def test_youtube_that_cannot_be_reached_costs_no_more_than_the_unit(
    make_wiring: MakeWiring, server: Server, wiring: Wiring
) -> None:
    away = create_app(make_wiring(youtube_api_url="http://127.0.0.1:9")).test_client()
    told = diagnosed(away, key_id=1)
    assert (told["diagnosis"], told["in_words"]) == ("unreachable", "YouTube cannot be reached from this machine")
    assert "firewall" in told["next_step"]
    server.reply = lambda _: not server.closed.acquire(timeout=3)
    silent = create_app(make_wiring(youtube_api_url=server.url, youtube_timeout=0.2)).test_client()
    told = diagnosed(silent, key_id=1)
    assert (told["diagnosis"], told["units"]) == ("timeout", 1)
    assert "YOUTUBE_TIMEOUT" in told["next_step"]
    assert wiring.keys.read(1).is_active


def test_no_call_leaves_when_the_ledger_is_empty(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(youtube_quota={"default": 1})
    add_key(wiring, 1)
    api = create_app(wiring).test_client()
    assert diagnosed(api, key_id=1)["diagnosis"] == "fine"
    told = diagnosed(api, key_id=1)
    assert (told["diagnosis"], told["units"], told["google_says"]) == ("exhausted", 0, None)
    assert told["until"] == wiring.keys.outlook("default").resets_at.isoformat()
    assert emulator.counters().count() == 1


def test_all_keys_each_for_itself(wiring: Wiring, api: FlaskClient, second: str, emulator: Control) -> None:
    add_key(wiring, 3)
    emulator.set_key_state(second, "dead")
    told = asked(api, all=True)
    assert (told["status"], told["working"], told["units"]) == ("2 of 3 keys can be used", 2, 3)
    assert [one["diagnosis"] for one in told["keys"]] == ["fine", "wrong_key", "fine"]
    assert [key.is_active for key in wiring.keys.listed()] == [True, False, True]
    assert sorted(line.used for line in wiring.keys.usage()) == [1, 1, 1]


def test_a_key_that_was_mended_is_told_to_be_switched_on(
    wiring: Wiring, api: FlaskClient, second: str, emulator: Control
) -> None:
    emulator.set_key_state(second, "ip_blocked")
    diagnosed(api, key_id=2)
    emulator.set_key_state(second, "active")
    told = diagnosed(api, key_id=2)
    assert (told["diagnosis"], told["works"]) == ("fine", True)
    assert "keys enable 2" in told["next_step"]
    assert not wiring.keys.read(2).is_active
    sql(
        wiring, "update api_projects set suspended_at = now(), suspended_why = 'x' where name = 'project-2' returning 1"
    )
    assert "lift_suspension" in diagnosed(api, key_id=2)["next_step"]


def test_a_key_that_is_not_stored_pays_all_the_same(wiring: Wiring, api: FlaskClient, emulator: Control) -> None:
    emulator.set_key_state(STRANGER, "dead")
    told = diagnosed(api, api_key=f" {STRANGER}\n")
    assert (told["key_id"], told["diagnosis"], told["units"]) == (None, "wrong_key", 1)
    assert STRANGER not in str(told)
    emulator.set_key_state(STRANGER, "active")
    assert "keys add" in diagnosed(api, api_key=STRANGER)["next_step"]
    assert [key.key_name for key in wiring.keys.listed()] == ["key-1"]
    assert units(wiring) == 2

    api.post("/api/api-keys", json={"key_name": "new", "api_key": STRANGER, "project": "project-1"})
    [line] = wiring.keys.usage()
    assert (line.project, line.used) == ("project-1", 2), "what its tests have cost is its project's now"
    assert diagnosed(api, api_key=STRANGER)["key_name"] == "new"
    assert sql(wiring, "select count(*) from api_projects") == [(1,)]
    assert broken(wiring) == []


def test_a_key_that_cannot_be_read_is_told_and_costs_nothing(make_wiring: MakeWiring) -> None:
    add_key(make_wiring(), 1)
    wiring = make_wiring(secret_key=SecretStr("quite another secret key"))
    told = diagnosed(create_app(wiring).test_client(), key_id=1)
    assert (told["diagnosis"], told["units"]) == ("unreadable", 0)
    assert "SECRET_KEY_PREVIOUS" in told["next_step"]
    assert units(wiring) == 0


def test_what_is_refused(api: FlaskClient) -> None:
    assert api.post("/api/test-youtube", json={"key_id": 99}).status_code == 404
    assert api.post("/api/test-youtube", json={"api_key": "two words"}).get_json()["hint"]
    assert api.post("/api/test-youtube", json={"key_id": 1, "all": True}).status_code == 422
    assert api.post("/api/test-youtube", json={"every": True}).status_code == 422


def test_without_a_body_it_is_as_ever(api: FlaskClient, emulator: Control) -> None:
    for answer in (api.post("/api/test-youtube"), api.post("/api/test-youtube", json={})):
        told = answer.get_json()
        assert {"status", "channel_id", "found", "title", "units", "seconds"} == set(told)
        assert told["units"] == 1
    assert emulator.counters().count() == 2
