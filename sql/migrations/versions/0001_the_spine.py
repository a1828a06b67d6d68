"""The spine: keys and quota, channels with their snapshots, the job machine.

Read with docs/schema.md. There is no downgrade: data that people gave us is not dropped by a command; restore a backup.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for part in sorted(Path(__file__).with_suffix("").glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
