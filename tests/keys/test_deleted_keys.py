"""DELETE /api/api-keys/{id}: the key goes, what was spent with it stays."""

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from app.config import EnvironmentKey
from app.keys.model import Block
from app.wiring import Wiring
from tests.conftest import add_key
from tests.hands import sql
from tests.jobs.invariants import broken


@pytest.fixture
def block(wiring: Wiring) -> Block:
    """Of a job that is under way when the key is deleted."""
    return wiring.keys.take("default", 20)


def ledger(wiring: Wiring) -> list[tuple[object, ...]]:
    return sql(wiring, "select reserved, used from quota_days order by project_id")


def test_a_deleted_key_is_gone_and_told_once_more(wiring: Wiring, api: FlaskClient) -> None:
    second = add_key(wiring, 2)
    gone = api.delete("/api/api-keys/2")
    assert (gone.status_code, gone.get_json()["key_name"]) == (200, "key-2")
    assert second not in gone.text
    assert [key.key_name for key in wiring.keys.listed()] == ["key-1"]
    for missing in (api.get("/api/api-keys/2"), api.delete("/api/api-keys/2")):
        assert (missing.status_code, missing.get_json()["detail"]) == (404, "there is no key 2")
    assert api.get("/api/api-keys/1").get_json()["key_name"] == "key-1"


def test_what_was_spent_stays_and_the_rest_comes_back(wiring: Wiring, api: FlaskClient, block: Block) -> None:
    assert api.delete(f"/api/api-keys/{block.key_id}").status_code == 200
    assert ledger(wiring) == [(20, 0)]
    wiring.keys.give_back(block, spent=7)
    assert ledger(wiring) == [(0, 7)]
    [project] = api.get("/api/quota").get_json()["projects"]
    assert (project["keys"], project["buckets"]["default"]["used"]) == (0, 7)
    add_key(wiring, 1)
    assert wiring.keys.outlook("default").units_left == 10_000 - 7, "the same key pays from the same ledger"
    assert broken(wiring) == []


def test_answers_that_come_after_the_key_is_gone_are_still_believed(
    wiring: Wiring, api: FlaskClient, block: Block
) -> None:
    add_key(wiring, 2, project="project-1")
    api.delete(f"/api/api-keys/{block.key_id}")
    wiring.keys.note_error(block, "bucket_exhausted: quotaExceeded", "123456789012")
    wiring.keys.exhausted(block)
    assert wiring.keys.outlook("default").units_left == 0
    wiring.keys.disable(block, "SERVICE_DISABLED: ...", whole_project=True)
    wiring.keys.suspended(block, "CONSUMER_SUSPENDED")
    [other] = wiring.keys.listed()
    assert (other.disabled_reason, other.suspended_why) == ("SERVICE_DISABLED: ...", "CONSUMER_SUSPENDED")
    wiring.keys.give_back(block, spent=1)
    assert broken(wiring) == []


def test_a_key_of_the_environment_would_come_back(wiring: Wiring, api: FlaskClient) -> None:
    one, two = (EnvironmentKey(name=f"e{n}", secret=SecretStr(f"AIzaSy{n:033}"), project=f"e{n}") for n in (1, 2))
    wiring.keys.adopt_environment([one, two])
    refused = api.delete("/api/api-keys/2")
    assert refused.status_code == 409
    assert "stands in the environment" in refused.get_json()["detail"]
    assert "YOUTUBE_API_KEY_n" in refused.get_json()["hint"]
    wiring.keys.adopt_environment([two])  # restarted without it, as the hint says
    assert api.delete("/api/api-keys/2").status_code == 200
    assert [key.key_name for key in wiring.keys.listed()] == ["key-1", "e2"]


def test_a_dead_key_can_go_once_it_has_left_the_environment(wiring: Wiring, api: FlaskClient) -> None:
    dead, other = (EnvironmentKey(name=f"e{n}", secret=SecretStr(f"AIzaSy{n:033}"), project=f"e{n}") for n in (1, 2))
    wiring.keys.adopt_environment([dead, other])
    sql(wiring, "update api_keys set is_active = false, disabled_reason = 'API_KEY_INVALID' where id = 2 returning 1")
    assert api.delete("/api/api-keys/2").status_code == 409
    wiring.keys.adopt_environment([other])
    wiring.keys.adopt_environment([dead, other])
    assert wiring.keys.read(2).disabled_reason == "API_KEY_INVALID", "it does not rise because it came back"
    wiring.keys.adopt_environment([other])
    assert api.delete("/api/api-keys/2").status_code == 200
