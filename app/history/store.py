"""The SQL of history; it reads what catalog and videos have written."""

from datetime import datetime

from sqlalchemy import Connection

from app.db import Queries
from app.history.model import Observation
from app.history.subjects import After, Change, Key, Subject

Q = Queries("history")


def read_current(tx: Connection, subject: Subject, key: Key) -> tuple[Observation | None, str | None] | None:
    """The last observation, None before there was one, and the kind of a video. None: there is no such row."""
    row = tx.execute(Q[f"observed_{subject.kind}"], {"key": key}).mappings().first()
    if row is None:
        return None
    counts = {name: row[name] for name in subject.counts}
    return (Observation(row["observed_at"], counts) if row["observed_at"] else None), row["kind"]


def list_snapshots(
    tx: Connection, subject: Subject, key: Key, *, since: datetime | None, until: datetime | None, limit: int
) -> list[Observation]:
    """What the counts were from `since` on and before `until`, newest first."""
    where = {"key": key, "since": since, "until": until, "limit": limit}
    found = tx.execute(Q[f"{subject.kind}_snapshots"], where).mappings()
    return [Observation(row["observed_at"], {name: row[name] for name in subject.counts}) for row in found]


def changes_of_one(
    tx: Connection, subject: Subject, key: Key, *, field: str | None, after: After | None, limit: int
) -> list[Change]:
    """The changes of one channel or video, newest first."""
    where = {"key": key, "field": field, "moment": after and after.changed_at, "after_field": after and after.field}
    found = tx.execute(Q[f"changes_of_{subject.kind}"], {**where, "limit": limit})
    return [Change(subject.kind, *row) for row in found]


def changes_of_all(
    tx: Connection, subject: Subject, *, field: str | None, after: After | None, limit: int
) -> list[Change]:
    """The changes of all channels or all videos, newest first; of one moment by key and field."""
    where: dict[str, object] = {"field": field, "moment": after and after.changed_at, "limit": limit}
    if after is not None and after.kind == subject.kind:
        where |= {"after_key": after.key, "after_field": after.field}
    else:
        where |= {"after_key": subject.before_all, "after_field": ""}
    found = tx.execute(Q[f"changes_of_{subject.kind}s"], where)
    return [Change(subject.kind, *row) for row in found]
