"""docs/push.md names what there is."""

from pathlib import Path

import pytest

from app.push.model import State

PUSH = (Path(__file__).parents[2] / "docs" / "push.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *State,
        "PUSH_CALLBACK_URL",
        "PUSH_POLL_UNITS",
        "PUSH_FETCH_MINUTES",
        "push",
        "poll",
        "uploads",
        "/push/callback/",
    ],
)
def test_everything_is_named(name: str) -> None:
    assert f"`{name}" in PUSH
