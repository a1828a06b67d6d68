"""What exports need: the views of sql/views, indexes on when rows last changed, and what became of each export.

The revision that changes a view takes `run(_VIEWS)` over from here: a view of that day may name columns that a database
does not have yet when it passes this revision.
"""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_VIEWS = Path(__file__).parents[2] / "views"


def upgrade() -> None:
    run(Path(__file__).with_suffix(""))
    run(_VIEWS)


def run(folder: Path) -> None:
    """Every file of a folder, in the order of their names."""
    for part in sorted(folder.glob("*.sql")):
        # A colon would begin a parameter; Alembic ends the statement itself.
        op.execute(part.read_text(encoding="utf-8").strip().removesuffix(";").replace(":", r"\:"))
