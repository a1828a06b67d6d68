"""What metrics count, for all processes and beyond their end; and which request asked for a job."""

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
