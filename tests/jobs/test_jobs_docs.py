"""docs/jobs.md, docs/quota.md and docs/schema.md name what there is."""

import re
from pathlib import Path

import pytest

from app.jobs.states import MOVES, Move, Outcome, Status, diagram
from app.wiring import Wiring
from app.youtube.costs import METHODS
from app.youtube.errors import ErrorKind
from tests.hands import sql
from tests.jobs.invariants import CHECKS

DOCS = Path(__file__).parents[2] / "docs"
JOBS, QUOTA, SCHEMA = ((DOCS / name).read_text(encoding="utf-8") for name in ("jobs.md", "quota.md", "schema.md"))


def test_the_diagram_is_that_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in JOBS, f"replace the diagram in docs/jobs.md by this one:\n{diagram()}"


@pytest.mark.parametrize("status", Status)
def test_each_state_has_its_paragraph(status: Status) -> None:
    assert re.search(rf"^### {status}\n\n[A-Z]", JOBS, re.MULTILINE)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_each_move_is_told_with_who_makes_it_and_why(move: Move) -> None:
    assert re.search(rf"^\| `{move.name}` \| {move.who} \| {move.why} \|$", JOBS, re.MULTILINE)


@pytest.mark.parametrize("name", [*Outcome, *CHECKS, "pause", "resume", "cancel", "retry"])
def test_each_outcome_and_invariant_is_named(name: str) -> None:
    assert f"`{name}`" in JOBS


@pytest.mark.parametrize("name", [*ErrorKind, *sorted({method.bucket for method in METHODS.values()})])
def test_each_error_and_bucket_is_named(name: str) -> None:
    assert f"`{name}`" in QUOTA


def test_each_table_is_named_and_nothing_else(wiring: Wiring) -> None:
    tables = sql(
        wiring,
        "select relname from pg_class c where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        " and not relispartition",
    )
    assert set(re.findall(r"^\| `(\w+)` \|", SCHEMA, re.MULTILINE)) == {str(name) for (name,) in tables}
