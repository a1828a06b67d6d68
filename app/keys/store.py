"""The SQL of keys and of the quota ledger."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries
from app.keys.model import Block, BudgetSpentError, Key, Outlook, SpentLately, Usage

Q = Queries("keys")
# The reason of keys that vanished from the environment; they come back when the variable does.
ABSENT = "no longer in the environment"
OFF = "switched off by a person"


def save_key(tx: Connection, *, name: str, encrypted: bytes, fingerprint: str, project: str, source: str) -> int:
    """Insert or renew a key and the project it belongs to; its id."""
    project_id = tx.execute(Q["save_project"], {"name": project}).scalar_one()
    row = {"name": name, "encrypted": encrypted, "fingerprint": fingerprint, "project_id": project_id}
    return int(tx.execute(Q["save_key"], {**row, "source": source, "absent": ABSENT}).scalar_one())


def disable_absent_keys(tx: Connection, present: Sequence[str]) -> None:
    """Switch off the keys of the environment whose fingerprint is not among `present`."""
    tx.execute(Q["disable_absent_keys"], {"present": list(present), "absent": ABSENT})


def lock_key(tx: Connection, key_id: int) -> dict[str, Any] | None:
    """What a key is, and what is wrong with it and its project; None for no key."""
    row = tx.execute(Q["lock_key"], {"key_id": key_id}).mappings().first()
    return dict(row) if row else None


def change_key(tx: Connection, key_id: int, name: str | None, is_active: bool | None) -> None:  # noqa: FBT001 - a column, like the name
    """Rename a key, switch it on or off; None leaves what it is about as it is."""
    tx.execute(Q["change_key"], {"key_id": key_id, "name": name, "is_active": is_active, "off": OFF})


def lift_suspension(tx: Connection, key_id: int) -> None:
    """Use the project of this key again."""
    tx.execute(Q["lift_suspension"], {"key_id": key_id})


def set_limits(tx: Connection, key_id: int, limits: Mapping[str, int | None], now: datetime | None) -> None:
    """Give the project of this key limits of its own, by bucket, in units a day; None takes one away."""
    where = {"key_id": key_id, "limits": json.dumps(limits)}
    tx.execute(Q["set_limits"], where)
    tx.execute(Q["forget_exhaustion"], {**where, "now": now})


def list_keys(tx: Connection) -> list[Key]:
    """All keys, by fingerprint, never in clear."""
    return [Key(**row) for row in tx.execute(Q["list_keys"]).mappings()]


def delete_key(tx: Connection, key_id: int) -> None:
    """Forget a key, and not what was spent with it."""
    tx.execute(Q["delete_key"], {"key_id": key_id})


def read_spent_lately(tx: Connection, bucket: str, hours: int, now: datetime | None) -> SpentLately:
    """What was spent in the last hours."""
    row = tx.execute(Q["spent_lately"], {"bucket": bucket, "hours": hours, "now": now}).mappings().one()
    return SpentLately(**row)


def list_usage(tx: Connection, now: datetime | None) -> list[Usage]:
    """Today's ledger."""
    return [Usage(**row) for row in tx.execute(Q["list_usage"], {"now": now}).mappings()]


def hold_buckets(tx: Connection, buckets: Iterable[str]) -> None:
    """Take nothing from these buckets meanwhile. First of all locks, because takers hold the ledger, then the keys."""
    for bucket in sorted(buckets):
        tx.execute(Q["one_taker_at_a_time"], {"bucket": bucket})


def open_day(tx: Connection, bucket: str, quota_limit: int, now: datetime | None) -> None:
    """Let the limits of now hold for today; `quota_limit` is that of projects without one of their own."""
    tx.execute(Q["open_day"], {"bucket": bucket, "quota_limit": quota_limit, "now": now})


def take(
    tx: Connection,
    *,
    bucket: str,
    units: int,
    job_id: UUID | None,
    quota_limit: int,
    pace: float,
    now: datetime | None,
) -> dict[str, Any] | None:
    """Reserve a block in the ledger and in the budget of the job; None when no project has a unit left.

    The key is still encrypted. Raises BudgetSpentError.
    """
    hold_buckets(tx, [bucket])
    units = _within_budget(tx, job_id, units)
    open_day(tx, bucket, quota_limit, now)
    row = tx.execute(Q["take"], {"bucket": bucket, "units": units, "pace": pace, "now": now}).mappings().first()
    if row is None:
        return None
    tx.execute(Q["reserve_of_budget"], {"job_id": job_id, "units": row["units"]})
    return {**row, "job_id": job_id}


def _within_budget(tx: Connection, job_id: UUID | None, units: int) -> int:
    budget = tx.execute(Q["lock_budget"], {"job_id": job_id}).first()
    if budget is None or budget.max_units is None:
        return units
    if budget.units_left <= 0:
        raise BudgetSpentError(budget.max_units)
    return min(units, int(budget.units_left))


def take_one(
    tx: Connection, project_id: int, key_id: int, *, bucket: str, quota_limit: int, pace: float, now: datetime | None
) -> dict[str, Any] | None:
    """Reserve a unit of a project for the test of one of its keys (0: of one that is not stored); None without one."""
    where = {"project_id": project_id, "key_id": key_id, "bucket": bucket, "pace": pace, "now": now}
    tx.execute(Q["open_day_of_project"], {**where, "quota_limit": quota_limit})
    row = tx.execute(Q["take_one"], where).mappings().first()
    return {**row, "key_id": key_id} if row else None


def read_sealed(tx: Connection, key_id: int) -> dict[str, Any] | None:
    """A key, still encrypted, with its fingerprint and project."""
    row = tx.execute(Q["read_sealed"], {"key_id": key_id}).mappings().first()
    return dict(row) if row else None


def key_of_fingerprint(tx: Connection, fingerprint: str) -> int | None:
    """The id of a stored key."""
    found: int | None = tx.execute(Q["key_of_fingerprint"], {"fingerprint": fingerprint}).scalar()
    return found


def project_of_trial(tx: Connection, fingerprint: str) -> int:
    """What pays for the test of a key that is not stored, until it is."""
    return int(tx.execute(Q["save_project"], {"name": _trial(fingerprint)}).scalar_one())


def tried_before(tx: Connection, fingerprints: Iterable[str]) -> list[int]:
    """What has paid for tests of these keys before they were stored."""
    return list(tx.execute(Q["tried_before"], {"names": [_trial(one) for one in fingerprints]}).scalars())


def join_trials(tx: Connection, key_id: int, tried: Sequence[int]) -> None:
    """Let what the tests of a key have spent count where the key belongs now. Hold the buckets first."""
    row = read_sealed(tx, key_id)
    if row is not None and tried:
        tx.execute(Q["merge_ledger"], {"known": row["project_id"], "assumed": list(tried)})
        tx.execute(Q["forget_tried"], {"assumed": list(tried)})


def _trial(fingerprint: str) -> str:
    return f"test of key {fingerprint}"


def give_back(tx: Connection, block: Block, spent: int, now: datetime | None) -> None:
    """Settle a block: `spent` of its units were used, the rest is free again."""
    tx.execute(Q["settle_in_budget"], {"job_id": block.job_id, "units": block.units, "spent": spent})
    tx.execute(Q["give_back"], {**_where(block), "units": block.units, "spent": spent, "now": now})


def mark_exhausted(tx: Connection, block: Block, now: datetime | None) -> None:
    """Take nothing more from this project and bucket today."""
    tx.execute(Q["mark_exhausted"], {**_where(block), "now": now})


def disable_key(tx: Connection, key_id: int, reason: str) -> None:
    """Use this key no more until a person enables it."""
    tx.execute(Q["disable_key"], {"key_id": key_id, "reason": reason})


def disable_project_keys(tx: Connection, block: Block, reason: str) -> None:
    """Use no key of the project that pays this block until a person enables them."""
    tx.execute(Q["disable_project_keys"], {**_where(block), "reason": reason})


def suspend_project(tx: Connection, block: Block, reason: str, now: datetime | None) -> None:
    """Remember that Google suspended the project that pays this block."""
    tx.execute(Q["suspend_project"], {**_where(block), "reason": reason, "now": now})


def count_error(tx: Connection, key_id: int, reason: str) -> None:
    """Note an error of a key that stays in use."""
    tx.execute(Q["count_error"], {"key_id": key_id, "reason": reason})


def learn_project_number(tx: Connection, block: Block, number: str) -> None:
    """Note the project number that Google told; keys of what proves to be one project are put together."""
    tx.execute(Q["learn_project_number"], {**_where(block), "number": number})
    known, *assumed = tx.execute(Q["projects_of_number"], {"number": number}).scalars()
    for merge in ("merge_ledger", "merge_suspension", "move_keys_to_project") if assumed else ():
        tx.execute(Q[merge], {"known": known, "assumed": assumed})


def read_outlook(tx: Connection, *, bucket: str, quota_limit: int, now: datetime | None) -> Outlook:
    """Units left in a bucket over all usable projects."""
    row = tx.execute(Q["outlook"], {"bucket": bucket, "quota_limit": quota_limit, "now": now}).mappings().one()
    return Outlook(**row)


def list_suspensions(tx: Connection) -> list[str]:
    """Suspended projects with the reason, in words."""
    return [f"{row.name} ({row.suspended_why})" for row in tx.execute(Q["suspended_projects"])]


def _where(block: Block) -> dict[str, Any]:
    return {"project_id": block.project_id, "bucket": block.bucket, "day": block.day, "key_id": block.key_id}
