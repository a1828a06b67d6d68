"""The edges of a channel in the order of how sure they are, so that those of a hub need not all be read."""

from pathlib import Path

from app.migrations import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
