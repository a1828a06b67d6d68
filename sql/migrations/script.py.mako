"""${message}."""

from pathlib import Path

from app.migrations import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
