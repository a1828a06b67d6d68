"""A fault in the emulator itself is still a call: what the ledger counts, the journal tells."""

import pytest

from emulator.api import Api
from emulator.settings import Settings
from emulator.state import State
from emulator.wire import Request


class _Broken:
    """Answers nothing."""

    def answer(self, *_: object) -> None:
        raise ZeroDivisionError


def test_a_crash_is_charged_and_told() -> None:
    state = State(Settings())
    state.answers = _Broken()  # type: ignore[assignment]
    pairs = [("part", "id"), ("id", "x"), ("key", "k" * 39)]
    asked = Request("GET", "/youtube/v3/channels", pairs, {}, b"", "127.0.0.1")
    with pytest.raises(ZeroDivisionError):
        Api(state).reply(asked)
    [told] = state.journal.last
    assert (told.status, told.outcome, told.units) == (500, "crash", 1)
