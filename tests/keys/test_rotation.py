"""Another SECRET_KEY: everything is read under the one of before until it is encrypted anew, and then under the new."""

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from app.keys.vault import Vault, VaultError
from app.system.rotation import Rotated, rotate
from app.wiring import Wiring
from tests.conftest import MakeWiring, add_key
from tests.hands import sql

NEW = SecretStr("quite another secret key")
OLD = "a secret key of the tests"
CHANNELS = 1_100
FILL = """
    insert into push_subscriptions (channel, secret, created_at, next_ask_at, quiet_since)
    select gen_random_uuid(), cast(:sealed as bytea), now(), now(), now() from generate_series(1, :count) returning 1
"""
IMPORT = """
    insert into processing_jobs (job_type, params)
    values ('migrate', jsonb_build_object('sealed', cast(:sealed as text), 'table', 't')), ('migrate', '{}')
    returning id
"""


def without_id(vault: Vault, secret: str) -> bytes:
    """As it was sealed before keys had ids."""
    return vault.seal(secret).partition(b".")[2]


@pytest.fixture
def before(make_wiring: MakeWiring) -> Wiring:
    """What there is under the SECRET_KEY of before: of all kinds, of before keys had ids, and since."""
    wiring = make_wiring()
    add_key(wiring, 1)
    add_key(wiring, 2)
    bare = without_id(Vault(SecretStr(OLD)), "AIzaSyTestKeyNumber00000000000000000001")
    sql(wiring, "update api_keys set encrypted_key = :bare where id = 1 returning 1", bare=bare)
    sql(wiring, FILL, count=CHANNELS, sealed=without_id(Vault(SecretStr(OLD), "push secrets"), "a push secret"))
    sql(wiring, IMPORT, sealed=Vault(SecretStr(OLD), "import sources").seal("hunter2").decode())
    return wiring


def rotated(wiring: Wiring) -> list[Rotated]:
    return list(rotate(wiring.db, wiring.settings, lambda *_: None))


def counts(told: list[Rotated]) -> list[tuple[int, int, int]]:
    return [(one.anew, one.already, one.unreadable) for one in told]


def test_until_then_everything_is_read_and_afterwards_without_the_old_one(
    before: Wiring, make_wiring: MakeWiring
) -> None:
    assert before.keys.take("default", 1).secret.startswith("AIza")
    both = make_wiring(secret_key=NEW, secret_key_previous=SecretStr(f"something else entirely, {OLD}"))
    assert {both.keys.take("default", 1).secret[-1] for _ in range(4)} == {"1", "2"}

    assert counts(rotated(both)) == [(2, 0, 0), (CHANNELS, 0, 0), (1, 0, 0)]
    assert counts(rotated(both)) == [(0, 2, 0), (0, CHANNELS, 0), (0, 1, 0)]

    after = make_wiring(secret_key=NEW)
    assert {after.keys.take("default", 1).secret[-1] for _ in range(4)} == {"1", "2"}
    [(sealed, table)] = sql(
        after, "select params ->> 'sealed', params ->> 'table' from processing_jobs where params <> '{}'"
    )
    assert (Vault(NEW, "import sources").open(str(sealed).encode()), table) == ("hunter2", "t")
    secrets = sql(after, "select secret from push_subscriptions")
    assert {Vault(NEW, "push secrets").open(bytes(secret)) for (secret,) in secrets} == {"a push secret"}  # type: ignore[call-overload]
    with pytest.raises(VaultError):
        before.keys.take("default", 1)


def test_a_rotation_that_breaks_off_goes_on_where_it_was(before: Wiring, make_wiring: MakeWiring) -> None:
    both = make_wiring(secret_key=NEW, secret_key_previous=SecretStr(OLD))

    def broken(what: str, rows: int) -> None:
        if (what, rows) == ("push_secrets", 1_000):
            raise OperationalError("the database went away", None, Exception())

    with pytest.raises(OperationalError):
        list(rotate(both.db, both.settings, broken))
    assert before.keys.listed() == both.keys.listed()
    assert counts(rotated(both)) == [(0, 2, 0), (CHANNELS - 1_000, 1_000, 0), (1, 0, 0)]


def test_what_nobody_can_read_is_named_and_left(before: Wiring, make_wiring: MakeWiring) -> None:
    wrong = make_wiring(secret_key=NEW, secret_key_previous=SecretStr("not the one of before"))
    add_key(wrong, 3)
    sealed = sql(wrong, "select id, encrypted_key from api_keys order by id")
    told = rotated(wrong)
    assert counts(told) == [(0, 1, 2), (0, 0, CHANNELS), (0, 0, 1)]
    assert told[0].unreadable_such_as == ["key-1", "key-2"]
    assert len(told[1].unreadable_such_as) == 5
    assert told[2].unreadable_such_as[0].startswith("job ")
    assert sql(wrong, "select id, encrypted_key from api_keys order by id") == sealed
    assert before.keys.take("default", 1).secret.startswith("AIza")


def test_the_id_of_a_key_says_nothing_of_another() -> None:
    one, two = Vault(SecretStr(OLD)), Vault(NEW, previous=[SecretStr(OLD)])
    assert one.key_id == Vault(SecretStr(OLD)).key_id != two.key_id != Vault(NEW, "push secrets").key_id
    assert two.open(one.seal("x")) == two.open(without_id(one, "x")) == "x"
    for wrong in (b"", b".", two.seal("x"), b"ffffffff." + one.seal("x"), b"\xff." + one.seal("x")):
        with pytest.raises(VaultError):
            one.open(wrong)
