"""Retries: which job takes up what another left, what was given up, and when an item was remarked on."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
