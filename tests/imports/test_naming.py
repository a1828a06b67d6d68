"""Ids, names of every kind, and what is neither: told apart cell by cell."""

import pytest

from app.catalog.ids import channel_key
from app.imports.contract import Page
from app.imports.finding import Called, Channel, in_cell
from app.imports.sorting import sort
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
def test_what_names_a_channel(text: str, expected: str | Named) -> None:
    found = in_cell(text)
    if isinstance(expected, str):
        assert found == Channel(channel_key(expected))
    else:
        assert isinstance(found, Called)
        assert found.meaning == expected


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
    sort(page := Page(), 7, text, (), "the row")
    assert (len(page.rows), page.names) == (0, [])
    [reject] = page.rejects
    assert (reject.line, reject.content) == (7, "the row")
    assert why in reject.reason
