"""Pages of long lists: a keyset cursor and a Link to the next page. OFFSET only for the first few thousand rows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from app.errors import BadInputError

T = TypeVar("T")
DEEPEST = 10_000
_LONGEST_NUMBER = 19  # what a bigint holds for sure


class ForeignCursorError(BadInputError):
    """This is not a cursor of this list."""

    hint = "take the `next` of the page before, as it is"

    def __init__(self) -> None:
        super().__init__(field="after")


class Page(BaseModel):
    """How much of a list, and from where. A misspelt parameter is refused: it would show what was not asked for."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, ge=1, le=1_000, description="rows on a page")
    after: str | None = Field(None, description="the `next` of the page before")


def paged(
    name: str,
    found: Sequence[T],
    limit: int,
    *,
    shown: Callable[[T], dict[str, Any]],
    cursor: Callable[[T], str],
    end: str | None = None,
    **more: object,
) -> Response:
    """A page of at most `limit` of the rows that were found: one more than that shows that there is a next page.

    Its cursor is that of the last row shown, as `next` and in a Link header; null on the last page. When the rows
    that were looked through end before the list does, it begins behind their `end`, however few were found among them.
    `more` stands beside.
    """
    rows = found[:limit]
    following = cursor(rows[-1]) if len(found) > limit else end
    answer = jsonify({name: [shown(row) for row in rows], "next": following, **more})
    if following is not None:
        query = {**request.args.to_dict(), "after": following}
        query.pop("page", None)
        answer.headers["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return answer


def offset_of(page: int | None, per_page: int) -> int:
    """Where page number `page` begins. Raises BadInputError beyond the first ten thousand rows."""
    offset = ((page or 1) - 1) * per_page
    if offset > DEEPEST:
        raise BadInputError(
            f"pages by number end at row {DEEPEST}",
            field="page",
            hint="follow the Link header, or `after`: it has no end",
        )
    return offset


def number_of(after: str | None) -> int:
    """The cursor of a list that is numbered. Raises ForeignCursorError."""
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < _LONGEST_NUMBER):
        raise ForeignCursorError
    return int(after)
