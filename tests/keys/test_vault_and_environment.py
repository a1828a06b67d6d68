"""Keys at rest, and keys that come and go with the environment."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.config import EnvironmentKey
from app.errors import BadInputError
from app.keys.model import Key, NoQuotaError
from app.keys.vault import Vault, VaultError, fingerprint
from app.wiring import Wiring
from emulator.control import Control
from tests.conftest import MakeWiring, add_key
from tests.hands import sql, work_off
from tests.jobs.steps import ask_for_metadata, fill_catalog

OTHER = SecretStr("quite another secret key")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_sealed_can_be_opened_and_cannot_be_read(api_key: str) -> None:
    vault = Vault(SecretStr("a secret key of the tests"))
    sealed = vault.seal(api_key)
    assert vault.open(sealed) == api_key
    assert sealed != vault.seal(api_key)
    with pytest.raises(VaultError, match="encrypted under another SECRET_KEY") as wrong:
        Vault(OTHER).open(sealed)
    assert "add the key again" in wrong.value.hint


def test_another_secret_key_fails_the_job_in_words_and_costs_no_unit(
    make_wiring: MakeWiring, emulator: Control
) -> None:
    add_key(make_wiring(), 1)
    wiring = make_wiring(secret_key=OTHER)
    fill_catalog(wiring, emulator.channel_ids(count=1))
    job = work_off(wiring, ask_for_metadata(wiring))
    assert job.status == "failed"
    assert "encrypted under another SECRET_KEY" in str(job.error_message)
    assert "add the key again" in str(job.error_message)
    assert [usage.reserved for usage in wiring.keys.usage()] == []

    add_key(wiring, 1)  # as its own error says
    assert work_off(wiring, ask_for_metadata(wiring)).fetched == 1


def test_the_keys_of_the_environment_heal_by_themselves(make_wiring: MakeWiring) -> None:
    make_wiring().keys.adopt_environment(environment(1))
    wiring = make_wiring(secret_key=OTHER)
    with pytest.raises(VaultError):
        wiring.keys.take("default", 1)
    wiring.keys.adopt_environment(environment(1))
    assert wiring.keys.take("default", 1).secret == secret(1)
    assert len(wiring.keys.listed()) == 1


def secret(number: int) -> str:
    return f"AIzaSyEnvironment{number:022d}"


def environment(*numbers: int) -> list[EnvironmentKey]:
    return [EnvironmentKey(name=f"key-{n}", secret=SecretStr(secret(n)), project=f"project-{n}") for n in numbers]


def switched_off(keys: Sequence[Key]) -> dict[str, str | None]:
    return {key.key_name: key.disabled_reason for key in keys}


def test_keys_that_leave_the_environment_rest_and_come_back(wiring: Wiring) -> None:
    absent = "no longer in the environment"
    for numbers, expected in (
        ((1, 2), {"key-1": None, "key-2": None}),
        ((2,), {"key-1": absent, "key-2": None}),
        ((), {"key-1": absent, "key-2": None}),  # a worker who was given no key says nothing about keys
        ((1, 2), {"key-1": None, "key-2": None}),
    ):
        by_hand = wiring.keys.listed()[0]
        wiring.keys.adopt_environment(environment(*numbers))
        listed = wiring.keys.listed()
        assert listed[0] == by_hand  # what a person gave is none of the environment's business
        assert switched_off(listed[1:]) == expected


def test_a_dead_key_does_not_rise_because_it_still_stands_in_the_environment(make_wiring: MakeWiring) -> None:
    wiring = make_wiring()
    wiring.keys.adopt_environment(environment(1))
    wiring.keys.disable(wiring.keys.take("default", 1), "API_KEY_INVALID: dead", whole_project=False)
    for numbers in ((1,), (), (1,)):
        wiring.keys.adopt_environment(environment(*numbers))
        assert switched_off(wiring.keys.listed()) == {"key-1": "API_KEY_INVALID: dead"}
    with pytest.raises(NoQuotaError):
        wiring.keys.take("default", 1)


def test_a_key_that_a_person_gives_again_is_used_again(make_wiring: MakeWiring) -> None:
    """Its restrictions were lifted, or the API enabled: there is no other way to say so."""
    wiring = make_wiring()
    wiring.keys.adopt_environment(environment(1))
    wiring.keys.disable(wiring.keys.take("default", 1), "API_KEY_IP_ADDRESS_BLOCKED: ...", whole_project=False)
    wiring.keys.add("key-1", SecretStr(secret(1)), "project-1")
    assert switched_off(wiring.keys.listed()) == {"key-1": None}
    assert wiring.keys.take("default", 1).secret == secret(1)


def test_the_same_key_twice_is_one_key(make_wiring: MakeWiring) -> None:
    wiring = make_wiring()
    wiring.keys.adopt_environment(environment(1))
    wiring.keys.add("by hand", SecretStr(f" {secret(1)}\n"), "mine")
    [key] = wiring.keys.listed()
    assert (key.key_name, key.project, key.source) == ("by hand", "mine", "api")
    assert key.fingerprint == fingerprint(secret(1))


@pytest.mark.parametrize("value", ["", "  ", "two words", "schlüssel", "AIza\nSy"])
def test_what_is_no_key_is_refused_without_being_repeated(wiring: Wiring, value: str) -> None:
    with pytest.raises(BadInputError, match="this is not an API key") as refused:
        wiring.keys.add("a name", SecretStr(value), "a project")
    assert refused.value.field == "api_key"
    assert not value.strip() or value not in f"{refused.value} {refused.value.hint}"


def test_only_the_vault_holds_keys_and_they_cannot_be_read_there(wiring: Wiring) -> None:
    columns = sql(wiring, "select k::text from api_keys k")
    assert "AIza" not in str(columns)
    assert "AIza" not in repr(wiring.keys.listed())
