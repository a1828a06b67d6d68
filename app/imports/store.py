"""The SQL of imports, besides that of their jobs and channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.db import Queries

Q = Queries("imports")


def uploads_in_use(tx: Connection, paths: Sequence[str], ended_before: datetime) -> set[str]:
    """Those of these files that an import reads, or has read since."""
    where = {"paths": list(paths), "ended_before": ended_before}
    return set(tx.execute(Q["uploads_in_use"], where).scalars())
