"""The SQL of schedules."""

import json
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from app.db import Queries
from app.schedules.model import Fire, FireOutcome, Plan, Schedule

Q = Queries("schedules")
_KEPT_FIRES = 1_000
_PLAN = [field.name for field in fields(Plan)]


def read_now(tx: Connection, now: datetime | None) -> datetime:
    """The time that counts: the clock's, or the database's."""
    moment: datetime = tx.execute(Q["read_now"], {"now": now}).scalar_one()
    return moment


def add(tx: Connection, name: str, plan: Plan, next_fire_at: datetime | None, now: datetime) -> bool:
    """Insert a schedule; False when the name is taken."""
    row = {**_plan_row(plan), "name": name, "next_fire_at": next_fire_at, "now": now}
    return tx.execute(Q["add_schedule"], row).first() is not None


def read(tx: Connection, name: str, *, lock: bool = False) -> Schedule | None:
    """A schedule; with `lock`, held until the transaction ends."""
    if lock:
        tx.execute(Q["lock_schedule"], {"name": name})
    row = tx.execute(Q["read_schedule"], {"name": name}).mappings().first()
    return _schedule(row) if row else None


def list_schedules(tx: Connection, after: str | None, limit: int) -> list[Schedule]:
    """Schedules by name."""
    found = tx.execute(Q["list_schedules"], {"after": after, "limit": limit}).mappings()
    return [_schedule(row) for row in found]


def change(tx: Connection, schedule_id: UUID, plan: Plan, next_fire_at: datetime | None, now: datetime) -> None:
    """Give a schedule another plan."""
    row = {**_plan_row(plan), "schedule_id": schedule_id, "next_fire_at": next_fire_at, "now": now}
    tx.execute(Q["change_schedule"], row)


def delete(tx: Connection, schedule_id: UUID) -> None:
    """Remove a schedule and its fires."""
    tx.execute(Q["delete_schedule"], {"schedule_id": schedule_id})


def list_fires(tx: Connection, schedule_id: UUID, limit: int) -> list[Fire]:
    """What became of the last times, the newest first."""
    found = tx.execute(Q["list_fires"], {"schedule_id": schedule_id, "limit": limit}).mappings()
    return [Fire(**{**row, "outcome": FireOutcome(row["outcome"])}) for row in found]


def list_due(tx: Connection, now: datetime | None) -> list[UUID]:
    """The schedules that have a time which nobody has looked at."""
    return [row.id for row in tx.execute(Q["list_due"], {"now": now})]


def lock_due(tx: Connection, schedule_id: UUID, now: datetime | None) -> Schedule | None:
    """Hold a due schedule until the transaction ends; None when somebody else has it, or had it a moment ago."""
    row = tx.execute(Q["lock_due"], {"schedule_id": schedule_id, "now": now}).mappings().first()
    return _schedule(row) if row else None


def claim_fire(tx: Connection, schedule_id: UUID, fire_at: datetime, now: datetime) -> bool:
    """Take one time of a schedule; False when it was decided before."""
    row = {"schedule_id": schedule_id, "fire_at": fire_at, "now": now}
    return tx.execute(Q["claim_fire"], row).first() is not None


def settle_fire(tx: Connection, schedule_id: UUID, fire: Fire) -> None:
    """Write what became of a claimed time; of older ones only the last thousand are kept."""
    values = {name: value for name, value in asdict(fire).items() if name != "decided_at"}
    tx.execute(Q["settle_fire"], {**values, "schedule_id": schedule_id})
    if fire.job_id is not None:
        _set_last(tx, schedule_id, fire.fire_at, fire.job_id)
    tx.execute(Q["forget_old_fires"], {"schedule_id": schedule_id, "kept": _KEPT_FIRES})


def set_next(tx: Connection, schedule_id: UUID, next_fire_at: datetime) -> None:
    """Note when it fires next."""
    tx.execute(Q["set_next"], {"schedule_id": schedule_id, "next_fire_at": next_fire_at})


def add_run(tx: Connection, schedule_id: UUID, job_id: UUID, now: datetime) -> None:
    """Keep among the fires that a person has run it."""
    tx.execute(Q["add_run"], {"schedule_id": schedule_id, "job_id": job_id, "now": now})
    _set_last(tx, schedule_id, now, job_id)


def _set_last(tx: Connection, schedule_id: UUID, fire_at: datetime, job_id: UUID) -> None:
    tx.execute(Q["set_last"], {"schedule_id": schedule_id, "fire_at": fire_at, "job_id": job_id})


def _plan_row(plan: Plan) -> dict[str, Any]:
    return {**{name: getattr(plan, name) for name in _PLAN}, "params": json.dumps(plan.params)}


def _schedule(row: RowMapping) -> Schedule:
    plan = {name: row[name] for name in _PLAN}
    return Schedule(plan=Plan(**plan), **{name: value for name, value in row.items() if name not in plan})
