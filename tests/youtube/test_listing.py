"""Where a list stands after each answer, whatever YouTube answers."""

from typing import Any

import pytest

from app.youtube.costs import Request
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.listing import Listing, Page
from app.youtube.parse import item_id

FIRST = Request("playlists.list", {"channelId": "UC"})
STALE = ApiError("stale", kind=ErrorKind.STALE_CURSOR, reason="invalidPageToken")


def answer(ids: str, token: str | None = None) -> dict[str, Any]:
    return {"items": [{"id": one} for one in ids]} | ({"nextPageToken": token} if token else {})


def listing(**limits: Any) -> Listing:
    return Listing(FIRST, item_id, **{"max_pages": 100, **limits})


def ids(page: Page) -> str:
    return "".join(item["id"] for item in page.items)


def asked(one: Listing) -> str | None:
    """The token that comes next; "first" for none."""
    return one.request.params.get("pageToken", "first") if one.request else None


def test_pages_follow_their_tokens_until_there_is_none() -> None:
    one = listing()
    assert one.request == FIRST
    first = one.take(answer("abc", "2"))
    assert (first.number, ids(first), first.next_token, asked(one)) == (0, "abc", "2", "2")
    assert one.request == Request("playlists.list", {"channelId": "UC", "pageToken": "2"})
    last = one.take(answer("d"))
    assert (last.number, ids(last), last.next_token, asked(one)) == (1, "d", None, None)


def test_what_moved_to_the_next_page_is_given_once() -> None:
    one = listing()
    one.take(answer("abc", "2"))
    assert ids(one.take(answer("cde", "3"))) == "de"
    assert ids(one.take(answer("aff"))) == "f"


@pytest.mark.parametrize("payload", [{}, {"items": []}, {"items": [], "nextPageToken": ""}, {"nextPageToken": None}])
def test_nothing_at_all_is_a_list(payload: dict[str, Any]) -> None:
    one = listing()
    assert one.take(payload) == Page(0, (), None)
    assert asked(one) is None


def test_an_empty_page_is_not_the_end() -> None:
    one = listing()
    one.take(answer("", "2"))
    assert asked(one) == "2"
    assert ids(one.take(answer("a"))) == "a"


def test_empty_pages_without_end_are_left() -> None:
    one = listing()
    pages = 0
    while one.request:
        page = one.take(answer("", f"token-{pages}"))
        pages += 1
    assert pages == 10
    assert page.next_token == "token-9", "it can be gone on with another day"


def test_empty_pages_between_full_ones_are_not_counted_together() -> None:
    one = listing()
    for number in range(40):
        one.take(answer("" if number % 2 else chr(97 + number), f"token-{number}"))
    assert asked(one) == "token-39"


@pytest.mark.parametrize("tokens", [["2", "2"], ["2", "3", "2"]])
def test_the_same_token_twice_ends_the_list(tokens: list[str]) -> None:
    one = listing()
    pages = [one.take(answer("ab", token)) for token in tokens]
    assert asked(one) is None
    assert pages[-1].next_token is None


def test_a_token_that_was_handed_in_must_not_come_again_either() -> None:
    one = listing(token="7")
    assert asked(one) == "7"
    assert one.take(answer("a", "7")).next_token is None
    assert asked(one) is None


def test_a_stale_token_begins_the_list_again_and_gives_nothing_twice() -> None:
    one = listing()
    one.take(answer("abc", "2"))
    one.take(answer("def", "3"))
    assert one.refused(STALE) is None
    assert asked(one) == "first"
    again = [one.take(page) for page in (answer("xab", "2"), answer("cde", "3"), answer("fg"))]
    assert [ids(page) for page in again] == ["x", "", "g"]
    assert [page.number for page in again] == [2, 3, 4], "no page has the number of another"


def test_a_token_that_goes_stale_twice_is_an_error() -> None:
    one = listing()
    one.take(answer("a", "2"))
    one.refused(STALE)
    one.take(answer("a", "2"))
    with pytest.raises(ApiError, match="stale"):
        one.refused(STALE)


def test_a_first_page_cannot_be_stale() -> None:
    with pytest.raises(ApiError, match="stale"):
        listing().refused(STALE)


def test_a_list_that_was_left_with_a_stale_token_begins_again() -> None:
    one = listing(token="7")
    assert one.refused(STALE) is None
    assert asked(one) == "first"


def test_a_list_that_began_again_may_have_all_its_pages() -> None:
    one = listing(max_pages=2)
    one.take(answer("a", "2"))
    one.refused(STALE)
    one.take(answer("a", "2"))
    assert ids(one.take(answer("b", "3"))) == "b"
    assert asked(one) is None


def test_a_limit_of_pages() -> None:
    one = listing(max_pages=2)
    one.take(answer("ab", "2"))
    page = one.take(answer("cd", "3"))
    assert (asked(one), page.next_token) == (None, "3"), "it is not at its end"


@pytest.mark.parametrize(("limit", "given"), [(1, "abc"), (3, "abc"), (4, "abcde"), (9, "abcdef")])
def test_a_limit_of_items_ends_the_list_with_a_whole_page(limit: int, given: str) -> None:
    one = listing(max_items=limit)
    pages = iter([answer("abc", "2"), answer("cde", "3"), answer("ff")])
    found = ""
    while one.request:
        found += ids(one.take(next(pages)))
    assert found == given


def test_a_verdict_is_the_last_page() -> None:
    gone = ApiError("gone", kind=ErrorKind.ITEM_VERDICT, reason="playlistNotFound")
    one = listing()
    one.take(answer("a", "2"))
    assert one.refused(gone) == Page(1, (), None, gone)
    assert asked(one) is None


@pytest.mark.parametrize("kind", [ErrorKind.TRANSIENT, ErrorKind.OUR_BUG, ErrorKind.THROTTLED])
def test_an_error_that_says_nothing_about_the_list_is_raised(kind: ErrorKind) -> None:
    with pytest.raises(ApiError, match="no"):
        listing(token="2").refused(ApiError("no", kind=kind))


@pytest.mark.parametrize("items", [None, "ab", [None], [{}], [{"id": "a"}, {"id": ""}], [{"id": 7}]])
def test_a_page_that_cannot_be_read_changes_nothing(items: object) -> None:
    one = listing()
    one.take(answer("a", "2"))
    with pytest.raises(ApiError) as refused:
        one.take({"items": items, "nextPageToken": "3"})
    assert refused.value.kind is ErrorKind.TRANSIENT
    assert asked(one) == "2"
    assert one.take(answer("b")).number == 1
