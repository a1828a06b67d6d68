"""docs/schedules.md names what there is."""

from pathlib import Path

import pytest

from app.schedules.askers import make_askers
from app.schedules.model import FireOutcome, Plan
from app.wiring import Wiring

SCHEDULES = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("outcome", FireOutcome)
def test_each_outcome_is_explained(outcome: str) -> None:
    assert f"\n| `{outcome}` | " in SCHEDULES


@pytest.mark.parametrize("field", ["name", *Plan.__annotations__])
def test_each_field_is_explained(field: str) -> None:
    table = SCHEDULES[SCHEDULES.index("| field |") : SCHEDULES.index("## What becomes")]
    assert f"`{field}`" in table


def test_what_can_be_scheduled_is_named(wiring: Wiring) -> None:
    for job_type in make_askers(wiring.youtube, wiring.playlists, wiring.discoveries, wiring.refresh, wiring.retention):
        assert f"`{job_type}`" in SCHEDULES
