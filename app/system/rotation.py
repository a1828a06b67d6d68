"""Everything that is encrypted, put under the SECRET_KEY of now: portion by portion, each a transaction of its own.

A rotation that was broken off is begun again: what is done already is passed over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from app.config import Settings
from app.db import Database, Queries
from app.keys.vault import API_KEYS, IMPORT_SOURCES, PUSH_SECRETS, Vault, VaultError

Q = Queries("system")
_PORTION = 500
_NAMED = 5
_FIRST = {"api_keys": "0", "push_secrets": "00000000-0000-0000-0000-000000000000"}
_FIRST["import_passwords"] = _FIRST["push_secrets"]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one kind of secret: encrypted anew, under the key of now already, or not to be read.

    `unreadable_such_as` names some of the last.
    """

    what: str
    key_id: str
    anew: int
    already: int
    unreadable: int
    unreadable_such_as: list[str]


_KINDS = (("api_keys", API_KEYS), ("push_secrets", PUSH_SECRETS), ("import_passwords", IMPORT_SOURCES))


def rotate(db: Database, settings: Settings, seen: Callable[[str, int], None]) -> Iterator[Rotated]:
    """Put everything under the key of now; `seen` hears of progress: what, and how many rows so far."""
    for what, purpose in _KINDS:
        yield _rotate(db, what, Vault.of(settings, purpose), seen)


def _rotate(db: Database, what: str, vault: Vault, seen: Callable[[str, int], None]) -> Rotated:
    after, anew, unreadable, such_as = _FIRST[what], 0, 0, list[str]()
    with db.begin() as tx:
        already = tx.execute(Q[f"count_{what}"], {"mark": f"{vault.mark}%"}).scalar_one()
    while True:
        with db.begin() as tx:
            where = {"mark": f"{vault.mark}%", "after": after, "most": _PORTION}
            rows = list(tx.execute(Q[f"sealed_{what}"], where).mappings())
            opened = [_reseal(tx, what, vault, row) for row in rows]
        if not rows:
            return Rotated(what, vault.key_id, anew, already, unreadable, such_as)
        anew, unreadable, after = anew + sum(opened), unreadable + opened.count(False), rows[-1]["id"]
        such_as = [*such_as, *(row["name"] for row, good in zip(rows, opened, strict=True) if not good)][:_NAMED]
        seen(what, anew + unreadable)


def _reseal(tx: Connection, what: str, vault: Vault, row: RowMapping) -> bool:
    """Whether it could be read; the row is locked."""
    try:
        sealed = vault.seal(vault.open(row["sealed"].encode())).decode()
    except VaultError:
        return False
    tx.execute(Q[f"reseal_{what}"], {"id": row["id"], "sealed": sealed})
    return True
