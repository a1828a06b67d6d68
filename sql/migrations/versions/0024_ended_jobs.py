"""The jobs that ended lately, however many there ever were: the metrics count those of a day."""

from pathlib import Path

from app.migrations import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
