"""Counts units by the hour, so that it can be told when a day's quota ends."""

from pathlib import Path

from app.migrations import run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
