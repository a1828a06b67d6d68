"""The invariants of sql/checks/: queries that must not return a row, on any database, at any moment."""

from pathlib import Path

from sqlalchemy import Connection

from app.wiring import Wiring

_FILES = sorted((Path(__file__).parents[2] / "sql/checks").glob("*.sql"))
CHECKS = {file.stem: file.read_text(encoding="utf-8") for file in _FILES}


def rows_against(tx: Connection, name: str) -> int:
    """How many rows break an invariant."""
    return len(tx.exec_driver_sql(CHECKS[name]).all())


def broken(wiring: Wiring) -> list[str]:
    """The names of the invariants that do not hold; all are to hold."""
    with wiring.db.begin() as tx:
        return [name for name in CHECKS if rows_against(tx, name)]
