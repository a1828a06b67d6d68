"""The channels of a language or country, without reading those of all others."""

from pathlib import Path

from app.migrations import run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
