"""Pages of long lists: a keyset cursor and a Link to the next page. OFFSET only for the first few thousand rows."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from pydantic import BaseModel, Field

from app.errors import BadInputError

DEEPEST = 10_000


class Page(BaseModel):
    """How much of a list, and from where."""

    limit: int = Field(100, ge=1, le=1_000, description="rows on a page")
    after: str | None = Field(None, description="the `next` of the page before")


def paged(name: str, rows: list[dict[str, Any]], cursor: str | None, **more: Any) -> Response:
    """A page: the rows, and the cursor of the next page as `next` and in a Link header; none on the last."""
    answer = jsonify({name: rows, "next": cursor, **more})
    if cursor is not None:
        query = {**request.args.to_dict(), "after": cursor}
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
