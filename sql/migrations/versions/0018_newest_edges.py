"""How sure a method is, is learned from its newest edges, however many there are of others."""

from pathlib import Path

from app.migrations import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
