"""What a job has had of what all jobs share: units of quota, which a budget bounds, and turns at the workers."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
