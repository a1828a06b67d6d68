"""Page tokens as the real service spells them, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import ApiError
from emulator.methods.paging import PLAIN, WRAPPED, Tokens

BOTH = pytest.mark.parametrize("tokens", [PLAIN, WRAPPED])


@pytest.mark.parametrize(
    ("tokens", "offset", "backwards", "text"),
    [
        (PLAIN, 5, False, "CAUQAA"),
        (PLAIN, 50, False, "CDIQAA"),
        (PLAIN, 5, True, "CAUQAQ"),
        (WRAPPED, 50, False, "EAAaBlBUOkNESQ"),
        (WRAPPED, 50, True, "EAEaBlBUOkNESQ"),
        (WRAPPED, 100, False, "EAAaBlBUOkNHUQ"),
    ],
)
def test_tokens_are_those_of_the_real_service(tokens: Tokens, offset: int, backwards: bool, text: str) -> None:  # noqa: FBT001 -- a case's value
    assert tokens.write(offset, backwards=backwards) == text
    assert tokens.read(text) == (offset, backwards)


@given(st.sampled_from([PLAIN, WRAPPED]), st.integers(0, 2**31 - 1), st.booleans())
def test_a_token_is_read_as_it_was_written(tokens: Tokens, offset: int, backwards: bool) -> None:  # noqa: FBT001 -- drawn
    assert tokens.read(tokens.write(offset, backwards=backwards)) == (offset, backwards)


@BOTH
@pytest.mark.parametrize(
    "text",
    ["x", "!!!!", "AAAA", "CDIQA", "CDIQAA=", "CAUQAC", "CIUAEAA", "EAAa", "EAAaBlBUOkNESR", "ümlaut", "_" * 5000],
)
def test_what_no_page_gave_is_refused(tokens: Tokens, text: str) -> None:
    with pytest.raises(ApiError, match="invalidPageToken"):
        tokens.read(text)


@given(st.integers(0, 10**6), st.booleans())
def test_a_token_of_one_form_is_none_of_the_other(offset: int, backwards: bool) -> None:  # noqa: FBT001 -- drawn
    for tokens, other in ((PLAIN, WRAPPED), (WRAPPED, PLAIN)):
        with pytest.raises(ApiError, match="invalidPageToken"):
            tokens.read(other.write(offset, backwards=backwards))


@BOTH
def test_no_token_is_the_beginning(tokens: Tokens) -> None:
    assert tokens.read("") == (0, False)
