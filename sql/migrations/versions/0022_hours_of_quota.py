"""Counts units by the hour, so that it can be told when a day's quota ends."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
