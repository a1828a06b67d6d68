"""What must hold in the database at any moment: sql/checks/, one query for each, none of which may return a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.db import Database, is_outage

_FOLDER = Path(__file__).parents[2] / "sql" / "checks"
_SHOWN = 3
# A catalogue of many millions takes its time; nobody waits for a lock of this.
_ALONE = "set transaction read only; set local statement_timeout = 0"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows break one invariant, what that means, and the first of them.

    `rows` is None where it could not be looked at, and `error` says why.
    """

    name: str
    meaning: str
    rows: int | None
    first: list[dict[str, Any]]
    error: str | None = None


def names() -> list[str]:
    """All invariants, in the order in which they are looked at."""
    return sorted(file.stem for file in _FOLDER.glob("*.sql"))


def check(db: Database) -> Iterator[Checked]:
    """Look at each invariant in a transaction of its own, which changes nothing. Raises DBAPIError for an outage."""
    for name in names():
        query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        comment = [line.removeprefix("--").strip() for line in query.splitlines() if line.startswith("--")]
        try:
            yield Checked(name, " ".join(comment), *_rows(db, query))
        except DBAPIError as error:
            if is_outage(error):
                raise
            why = f"it cannot be looked at ({type(error.orig).__name__}): is the schema the newest? `migrate` brings it"
            yield Checked(name, " ".join(comment), None, [], why)


def _rows(db: Database, query: str) -> tuple[int, list[dict[str, Any]]]:
    with db.begin() as tx:
        tx.exec_driver_sql(_ALONE)
        found = tx.execution_options(stream_results=True).exec_driver_sql(query).mappings()
        first = [dict(row) for row in found.fetchmany(_SHOWN)]
        return len(first) + sum(1 for _ in found), first
