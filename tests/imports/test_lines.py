"""Text in lines: where a line or a piece of one is said to begin, reading can begin again."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.imports import texts

SCRAPS = st.sampled_from(
    [
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xc3",
        "é".encode(),
        "日本".encode(),
        "\U0001f33b".encode(),
        b"},",
        b"a,",
        b" ",
        b"x" * 30,
    ]
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few bytes, so that everything falls between two of them."""
    monkeypatch.setattr(texts, "PIECE", 16)
    monkeypatch.setattr(texts, "LONGEST", 24)
    monkeypatch.setattr(texts, "_LONGEST_LINK", 12)


def joined(lines: list[texts.Line]) -> list[tuple[int, str]]:
    """The lines, whatever pieces they came in."""
    whole: dict[int, str] = {}
    for line in lines:
        whole[line.number] = whole.get(line.number, "") + line.text
    return [(number, text) for number, text in whole.items() if text]


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.lists(SCRAPS, max_size=60).map(b"".join))
def test_reading_begins_again_at_each_place_that_is_told(content: bytes) -> None:
    lines = list(texts.lines(io.BytesIO(content)))
    for at, line in enumerate(lines):
        if line.start is not None:
            again = list(texts.lines(io.BytesIO(content), line.start, line.number))
            assert joined(again) == joined(lines[at:])
    assert [line.number for line in lines if line.begins] == sorted({line.number for line in lines})
    assert [line.number for line in lines if line.ends] == sorted({line.number for line in lines})
