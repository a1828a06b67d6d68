"""The SQL of retention."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.catalog.ids import channel_id_of
from app.db import Database, Queries
from app.retention.model import Forgotten, Limits, Report, Subject, Swept

Q = Queries("retention")
# These tables are walked in the order of their keys; the others are few rows, or whole partitions.
_WALKED = frozenset({Subject.CHANNELS, Subject.VIDEOS, Subject.PLAYLISTS})
_PARTITIONED = frozenset({Subject.CHANNEL_SNAPSHOTS, Subject.VIDEO_SNAPSHOTS})
# About 0.2 s: a metadata batch that wants the same rows waits no longer.
_PAGE = 20_000


def read_moment(tx: Connection, now: datetime | None) -> datetime:
    """The time that counts, in UTC."""
    moment: datetime = tx.execute(Q["read_moment"], {"now": now}).scalar_one()
    return moment


def sweep(db: Database, job_id: UUID, subject: Subject, limits: Limits, now: datetime) -> Iterator[Swept]:
    """Delete what is too old, in transactions that each note what they did; what the job has done so far.

    Also what a worker did that was lost before it could give account.
    """
    values: dict[str, Any] = {**asdict(limits), "now": now, "size": _PAGE, "after": None}
    while True:
        with db.begin() as tx:
            swept, values["after"] = _sweep_once(tx, subject, values)
            noted = {"job_id": job_id, "subject": subject, "now": now, **asdict(swept)}
            total = tx.execute(Q["add_to_report"], noted).one()
        yield Swept(total.deleted, total.erased)
        if values["after"] is None:
            return


def _sweep_once(tx: Connection, subject: Subject, values: dict[str, Any]) -> tuple[Swept, object]:
    """What was swept, and the key to go on after; None at the end."""
    if subject in _WALKED:
        row = tx.execute(Q[f"sweep_{subject}"], values).one()
        return Swept(row.deleted, row.erased), row.last
    dropped = 0
    if subject in _PARTITIONED:
        dropped = tx.execute(Q["drop_snapshot_weeks"], {**values, "history": subject}).scalar_one()
    return Swept(dropped + tx.execute(Q[f"sweep_{subject}"], values).rowcount), None


def list_reports(tx: Connection, limit: int) -> list[Report]:
    """What the newest jobs did, the newest first."""
    reports: dict[UUID, Report] = {}
    for row in tx.execute(Q["list_reports"], {"limit": limit}):
        report = reports.setdefault(row.job_id, Report(row.job_id, row.status, row.created_at))
        if row.subject is not None:
            report.swept[row.subject] = Swept(row.deleted, row.erased)
    return list(reports.values())


def count_unended_jobs(tx: Connection) -> int:
    """Jobs that may still write, retention's own aside."""
    return int(tx.execute(Q["count_unended_jobs"]).scalar_one())


def lock_channels(tx: Connection, keys: Sequence[UUID]) -> None:
    """Let nobody write more about these channels until the transaction ends."""
    tx.execute(Q["lock_channels"], {"channels": list(keys)})


def forget_channel(tx: Connection, key: UUID) -> Forgotten | None:
    """Delete all about one channel; None where there was nothing."""
    row = tx.execute(Q["forget_channel"], {"channel": key, "channel_id": channel_id_of(key)}).one()
    return Forgotten(row.channels, row.videos) if row.was_there else None
