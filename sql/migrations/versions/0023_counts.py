"""What metrics count, for all processes and beyond their end; and which request asked for a job."""

from pathlib import Path

from app.migrations import run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
