"""The SQL of names that wait to be resolved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.db import Queries
from app.imports.waiting.model import Count, Place, Waiting
from app.youtube.resolving.links import Kind, Named

Q = Queries("names")


def save(tx: Connection, job_id: UUID, names: Sequence[tuple[Named, int, str]]) -> None:
    """Keep names with line and text; the same name of an import only once."""
    columns = {
        "kinds": [name.kind.value for name, _, _ in names],
        "names": [name.name for name, _, _ in names],
        "lines": [line for _, line, _ in names],
        "texts": [text for _, _, text in names],
    }
    tx.execute(Q["save_names"], {"job_id": job_id, **columns})


def count(tx: Connection, job_id: UUID, most: int | None, now: datetime | None) -> dict[Kind, Count]:
    """The names that wait, by kind; of the first `most` only."""
    found = tx.execute(Q["count_names"], {"job_id": job_id, "most": most, "now": now})
    return {Kind(row.kind): Count(row.names, row.known, row.asked) for row in found}


def following(tx: Connection, job_id: UUID, after: Place, limit: int) -> list[Waiting]:
    """The names that wait behind a place."""
    return [_waiting(row) for row in tx.execute(Q["next_names"], {"job_id": job_id, **_where(after), "limit": limit})]


def settle(tx: Connection, job_id: UUID, outcomes: Mapping[Named, str]) -> None:
    """Write down what became of names."""
    columns = {
        "kinds": [name.kind.value for name in outcomes],
        "names": [name.name for name in outcomes],
        "outcomes": list(outcomes.values()),
    }
    tx.execute(Q["settle_names"], {"job_id": job_id, **columns})


def resolving_job(tx: Connection, job_id: UUID) -> UUID | None:
    """The unfinished job that resolves the names of this import."""
    found: UUID | None = tx.scalar(Q["resolving_job"], {"job_id": job_id})
    return found


def _where(after: Place) -> dict[str, Any]:
    return dict(zip(("packed", "name", "kind"), after, strict=True))


def _waiting(row: Any) -> Waiting:  # noqa: ANN401 - a row
    return Waiting(Named(Kind(row.kind), row.name), (row.packed, row.name, row.kind))
