"""Keys that people mend over HTTP, and the jobs that go on with them at once: no keeper has a part in it."""

from collections.abc import Mapping
from typing import Any

import pytest
import redis
from flask.testing import FlaskClient

from app.jobs.model import Job
from app.jobs.states import Status
from app.web import create_app
from app.wiring import Wiring
from emulator.control import Control
from tests.api.shapes import problem
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.steps import ask_for_metadata, change, fill_catalog

QUEUE = "tributary:metadata"


@pytest.fixture
def wiring(make_wiring: MakeWiring) -> Wiring:
    wiring = make_wiring(youtube_quota={"default": 1, "search": 1})
    add_key(wiring, 1)
    return wiring


@pytest.fixture
def waiting(wiring: Wiring, emulator: Control) -> Job:
    """A job of two calls that waits for the second."""
    fill_catalog(wiring, emulator.channel_ids(count=100))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert (job.status, job.fetched) == (Status.WAITING_FOR_QUOTA, 50)
    with redis.Redis.from_url(wiring.settings.broker_url()) as client:
        client.delete(QUEUE)
    return job


def goes_on(wiring: Wiring, job: Job) -> bool:
    """Whether it runs, and a worker was told."""
    with redis.Redis.from_url(wiring.settings.broker_url()) as client:
        told = bool(client.llen(QUEUE))
    return told and wiring.jobs.read(job.id).status is Status.RUNNING and work_off(wiring, job).fetched == 100


def test_a_key_that_is_added_wakes_what_waits(wiring: Wiring, api: FlaskClient, waiting: Job) -> None:
    key = {"key_name": "second", "api_key": "AIzaSySecondSecondSecondSecondSecondSec"}
    assert api.post("/api/api-keys", json=key).status_code == 201
    assert goes_on(wiring, waiting)


def test_a_key_that_is_switched_on_wakes_what_waits(wiring: Wiring, api: FlaskClient, waiting: Job) -> None:
    add_key(wiring, 2)
    off = api.patch("/api/api-keys/2", json={"is_active": False}).get_json()
    assert (off["is_active"], off["disabled_reason"]) == (False, "switched off by a person")
    assert wiring.jobs.read(waiting.id).status is Status.WAITING_FOR_QUOTA
    on = api.patch("/api/api-keys/2", json={"is_active": True, "key_name": "mended"}).get_json()
    assert (on["is_active"], on["disabled_reason"], on["key_name"]) == (True, None, "mended")
    assert goes_on(wiring, waiting)


@pytest.mark.parametrize("exhausted", [False, True], ids=["by our count", "by Google's word"])
def test_a_limit_that_is_raised_wakes_what_waits(
    wiring: Wiring, api: FlaskClient, waiting: Job, *, exhausted: bool
) -> None:
    if exhausted:
        change(wiring, "update quota_days set exhausted_at = now()")
    assert api.patch("/api/api-keys/1", json={"quota_limits": {"search": 50}}).status_code == 200
    assert wiring.jobs.read(waiting.id).status is Status.WAITING_FOR_QUOTA  # another bucket
    assert api.patch("/api/api-keys/1", json={"quota_limits": {"default": 50}}).status_code == 200
    assert goes_on(wiring, waiting)


def test_a_limit_is_shown_as_it_is_from_now_on(wiring: Wiring, api: FlaskClient) -> None:
    wiring.keys.give_back(wiring.keys.take("default", 1), spent=1)
    for told, limit in ((50, 50), (0, 1), (None, 1)):  # never below what was used
        shown = api.patch("/api/api-keys/1", json={"quota_limits": {"default": told}}).get_json()
        assert (shown["quota_limit"], shown["buckets"]["default"]["left"]) == (limit, limit - 1)
    assert api.get("/api/api-keys").get_json()["api_keys"] == [shown]


def test_a_limit_that_is_taken_away_is_that_of_the_setting(wiring: Wiring, api: FlaskClient, waiting: Job) -> None:
    for limits in ({"default": 1}, {"default": None}):
        assert api.patch("/api/api-keys/1", json={"quota_limits": limits}).status_code == 200
    assert sql(wiring, "select quota_limits from api_projects") == [({},)]
    assert wiring.jobs.read(waiting.id).status is Status.WAITING_FOR_QUOTA


def test_a_key_of_the_environment_wakes_what_waits(wiring: Wiring, waiting: Job) -> None:
    """As when the API starts with one key more."""
    add_key(wiring, 2)
    wiring.wake_waiting()
    assert goes_on(wiring, waiting)


def test_a_suspension_is_lifted_by_a_word_of_its_own(wiring: Wiring, api: FlaskClient, waiting: Job) -> None:
    add_key(wiring, 2)
    change(wiring, "update api_projects set suspended_at = now(), suspended_why = 'spam' where name = 'project-2'")
    change(wiring, "update api_keys set is_active = false, disabled_reason = 'dead' where id = 2")
    refused = problem(api.patch("/api/api-keys/2", json={"is_active": True}), 409)
    assert "suspended its project project-2: spam" in refused["detail"]
    lifted = api.patch("/api/api-keys/2", json={"is_active": True, "lift_suspension": True}).get_json()
    assert (lifted["is_active"], lifted["suspended_why"]) == (True, None)
    assert goes_on(wiring, waiting)


def test_a_key_that_left_the_environment_is_not_switched_on(wiring: Wiring, api: FlaskClient) -> None:
    why = "no longer in the environment"
    change(wiring, "update api_keys set is_active = false, disabled_reason = :why", why=why)
    assert "put it back" in problem(api.patch("/api/api-keys/1", json={"is_active": True}), 409)["hint"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"is_active": 1}, "is_active"),
        ({"key_name": ""}, "key_name"),
        ({"quota_limits": {"default": -1}}, "quota_limits.default"),
        ({"api_key": "AIzaSy"}, "api_key"),
    ],
)
def test_a_change_that_is_wrong(refusing_api: FlaskClient, body: Mapping[str, Any], field: str) -> None:
    problem(refusing_api.patch("/api/api-keys/1", json=body), 422, field)


def test_what_is_not_there_is_not_changed(wiring: Wiring, api: FlaskClient) -> None:
    problem(api.patch("/api/api-keys/99", json={"is_active": True}), 404)
    problem(api.patch("/api/api-keys/x", json={"is_active": True}), 422)
    problem(api.patch("/api/api-keys/1", json={"quota_limits": {"captions": 5}}), 422)
    assert create_app(wiring).test_client().get("/api/api-keys").get_json()["api_keys"][0]["is_active"]
