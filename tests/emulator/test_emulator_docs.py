"""docs/emulator.md names everything there is."""

from pathlib import Path

import pytest

from emulator.__main__ import main
from emulator.accounts import KeyState
from emulator.control_api import ControlApi
from emulator.fault_kinds import FaultKind
from emulator.methods.registry import METHODS
from emulator.settings import Settings
from emulator.state import State

DOCS = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")

NAMES = [
    *(option for parameter in main.params for option in parameter.opts),
    *(kind.value for kind in FaultKind),
    *(state.value for state in KeyState),
    *(" ".join(route) for route in ControlApi(State(Settings()))._routes),
    *METHODS,
]


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS
