"""Keys that prove to be of one project: Google's answer counts more than what anybody said."""

import pytest
from pydantic import SecretStr

from app.config import EnvironmentKey
from app.jobs.states import Status
from app.wiring import Wiring
from emulator.control import Control
from emulator.fault_kinds import FaultKind
from emulator.messages import Fault
from tests.conftest import MakeWiring, add_key
from tests.hands import work_off
from tests.jobs.invariants import broken
from tests.jobs.steps import ask_for_metadata, fill_catalog

NUMBER = "123456789012"


@pytest.fixture
def wiring(make_wiring: MakeWiring) -> Wiring:
    """Three keys that nobody said anything about, so that each counts as a project of its own."""
    wiring = make_wiring(youtube_quota={"default": 100})
    for number in (1, 2, 3):
        add_key(wiring, number)
    return wiring


def totals(wiring: Wiring) -> dict[str, int]:
    """Units that cannot be taken any more, by project."""
    return {usage.project: usage.used + usage.reserved for usage in wiring.keys.usage()}


def projects(wiring: Wiring) -> list[str]:
    return [key.project for key in wiring.keys.listed()]


def test_keys_of_one_project_share_its_bucket(make_wiring: MakeWiring) -> None:
    wiring = make_wiring(youtube_quota={"default": 10})
    add_key(wiring, 1, "ours")
    add_key(wiring, 2, "ours")
    blocks = [wiring.keys.take("default", 5) for _ in range(2)]
    assert {block.key_id for block in blocks} == {1, 2}
    assert totals(wiring) == {"ours": 10}
    assert wiring.keys.outlook("default").units_left == 0


def test_two_projects_with_one_number_become_one_and_no_unit_is_forgotten(wiring: Wiring) -> None:
    first, second, third = (wiring.keys.take("default", 10) for _ in range(3))
    wiring.keys.give_back(first, spent=7)
    wiring.keys.note_error(first, "an error", NUMBER)
    assert projects(wiring) == ["project-1", "project-2", "project-3"]

    wiring.keys.note_error(second, "an error", NUMBER)
    assert projects(wiring) == ["project-1", "project-1", "project-3"]
    assert totals(wiring) == {"project-1": 17, "project-3": 10}
    wiring.keys.give_back(second, spent=3)
    assert totals(wiring)["project-1"] >= 10
    assert broken(wiring) == []

    wiring.keys.note_error(third, "an error", "999")
    assert projects(wiring)[2] == "project-3"


def test_hearing_it_again_changes_nothing(wiring: Wiring) -> None:
    first, second = (wiring.keys.take("default", 10) for _ in range(2))
    for block in (first, second):
        wiring.keys.note_error(block, "an error", NUMBER)
    joined = totals(wiring), projects(wiring)
    for block in (second, first, second, first):
        wiring.keys.note_error(block, "an error", NUMBER)
    assert (totals(wiring), projects(wiring)) == joined


def test_what_is_learned_outlives_a_restart(wiring: Wiring) -> None:
    secrets = [EnvironmentKey(name="k", secret=SecretStr(add_key(wiring, n)), project=f"project-{n}") for n in (1, 2)]
    for block in [wiring.keys.take("default", 10) for _ in range(2)]:
        wiring.keys.note_error(block, "an error", NUMBER)
    wiring.keys.adopt_environment(secrets)
    assert projects(wiring)[:2] == ["project-1", "project-1"]


def test_what_is_known_of_one_holds_for_the_other(wiring: Wiring) -> None:
    first, second = (wiring.keys.take("default", 10) for _ in range(2))
    wiring.keys.exhausted(second)
    for block in (first, second):
        wiring.keys.note_error(block, "an error", NUMBER)
    assert wiring.keys.take("default", 1).key_id == 3


def bound(wiring: Wiring, emulator: Control, number: int, project: str) -> str:
    key = add_key(wiring, number)
    emulator.bind_key(key, project)
    return key


@pytest.mark.parametrize("state", ["service_disabled", "suspended"])
def test_a_refused_project_is_refused_by_whatever_name(make_wiring: MakeWiring, emulator: Control, state: str) -> None:
    """Two keys of one project under two names: the second refusal must find the first, and no call repeats it."""
    wiring = make_wiring(calls_in_flight=1)
    keys = [bound(wiring, emulator, number, NUMBER) for number in (1, 2)]
    for key in keys:
        emulator.set_key_state(key, state)
    fill_catalog(wiring, emulator.channel_ids(count=50))
    job = work_off(wiring, ask_for_metadata(wiring))
    if state == "suspended":
        assert job.status is Status.PAUSED
        wiring.jobs.resume(job.id)
        assert work_off(wiring, job).status is Status.PAUSED  # nobody knew that the other key was of that project
        wiring.jobs.resume(job.id)
        job = work_off(wiring, job)
    assert job.status is Status.WAITING_FOR_QUOTA
    assert emulator.counters().count() == 2
    assert set(projects(wiring)) == {"project-1"}
    assert broken(wiring) == []


def test_a_project_that_is_used_up_is_left_alone_by_whatever_name(make_wiring: MakeWiring, emulator: Control) -> None:
    wiring = make_wiring(calls_in_flight=1)
    for number in (1, 2):
        bound(wiring, emulator, number, NUMBER)
    emulator.add_fault(Fault(kind=FaultKind.BUCKET_EXHAUSTED))  # this answer tells the project number
    fill_catalog(wiring, emulator.channel_ids(count=50))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status is Status.WAITING_FOR_QUOTA
    assert emulator.counters().count() == 2
    assert set(projects(wiring)) == {"project-1"}
