"""Ids, names of every kind, and what is neither: told apart cell by cell."""

import pytest

from app.catalog.ids import NotAChannelIdError
from app.imports.naming import read_cell
from app.youtube.resolving.links import Kind, Named

A = "UCBJycsmduvYEL83R_U4JriQ"
LIST = "PLBCF2DAC6FFB574DE"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (A, A),
        (f" youtube.com/channel/{A}/videos ", A),
        (f"https://www.youtube.com/playlist?list=UU{A[2:]}", A),
        (f"UU{A[2:]}", A),
        ("@Somebody", Named(Kind.HANDLE, "somebody")),
        ("https://www.youtube.com/@Somebody/videos", Named(Kind.HANDLE, "somebody")),
        ("youtube.com/user/Some", Named(Kind.USER, "some")),
        ("youtube.com/c/Some", Named(Kind.CUSTOM, "some")),
        ("youtube.com/Some", Named(Kind.CUSTOM, "some")),
        ("https://youtu.be/dQw4w9WgXcQ?t=1", Named(Kind.VIDEO, "dQw4w9WgXcQ")),
        (f"https://www.youtube.com/playlist?list={LIST}", Named(Kind.PLAYLIST, LIST)),
        (LIST, Named(Kind.PLAYLIST, LIST)),
    ],
)
def test_what_names_a_channel(text: str, expected: object) -> None:
    assert read_cell(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no channel id"),
        ("Somebody", "not a channel id"),
        ("dQw4w9WgXcQ", "not a channel id"),
        ("HelloWorldA", "not a channel id"),
        ("some channel", "not a channel id"),
        ("n/a", "not a channel id"),
        ("UCtooshort", "10 characters"),
        ("https://www.youtube.com/feed/trending", "a link without a channel id"),
        ("https://example.org/@nobody", "a handle, not a channel id"),
        (f"{A[:-1]}B", "the last character"),
    ],
)
def test_what_names_nothing_is_rejected_and_says_why(text: str, why: str) -> None:
    """A word alone is no name: a column of titles would cost a unit each."""
    with pytest.raises(NotAChannelIdError, match=why):
        read_cell(text)
