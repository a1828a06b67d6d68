"""One list, page by page: what has been given, what to ask next, and when it is over. No network here."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.youtube.costs import Request
from app.youtube.errors import ApiError, ErrorKind
from app.youtube.parse import next_page_token, parse_items

_TOKEN = "pageToken"  # noqa: S105 - the name of a parameter, not a secret
_MOST_EMPTY_PAGES = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What one call brought of a list."""

    number: int
    """From 0, and counted on when the list is begun again."""
    items: tuple[dict[str, Any], ...]
    """Those that no earlier page had."""
    next_token: str | None
    """With which the list can be gone on with, now or another day; None at its end."""
    verdict: ApiError | None = None
    """Why there is nothing (more) to be had: the list is private, deleted, or of a channel without videos."""


class Listing:
    """Where a list stands.

    Tokens are places, so the window shifts under them: after an upload the next page begins with what is known already,
    which is passed over. After a removal it begins later: as many items as were removed are missed until the list is
    read anew. When a token has become invalid the list is begun again, once.
    """

    def __init__(
        self,
        first: Request,
        key: Callable[[object], str],
        *,
        max_pages: int,
        max_items: int = sys.maxsize,
        token: str | None = None,
    ) -> None:
        """`first` asks for the first page; `key` gives the id of an item, or an empty text.

        `max_pages` are for one way through the list. With `token`, a `next_token` of an earlier day, it goes on there;
        should it have to begin again, what was given that day is given again. The page that reaches `max_items` is the
        last one, and is given whole: it is paid, and `next_token` begins behind it.
        """
        self._first = first
        self._key = key
        self._max_pages = max_pages
        self._max_items = max_items
        self._number = 0
        self._given: set[str] = set()
        self._begun_again = False
        self.request: Request | None = None
        """What to ask next; None when the list is over or has reached its limit."""
        self._begin(token)

    def _begin(self, token: str | None) -> None:
        self._pages_left = self._max_pages
        self._empty_pages = 0
        self._tokens: set[str | None] = {token}
        self.request = self._asking(token)

    def take(self, payload: Mapping[str, Any]) -> Page:
        """An answer to `request`. Raises ApiError (transient) for items that have no id; then nothing has changed."""
        items = parse_items(payload, dict, self._key)
        token = next_page_token(payload)
        if token in self._tokens:
            token = None  # the same place twice: a list without an end
        page = Page(self._number, self._new(items), token)
        self._number += 1
        self._pages_left -= 1
        self._empty_pages = 0 if items else self._empty_pages + 1
        self._go_on(token)
        return page

    def refused(self, error: ApiError) -> Page | None:
        """An error as the answer to `request`: a last page that says why, or None when it is to be asked again.

        Raises what says nothing about the list.
        """
        if error.kind is ErrorKind.ITEM_VERDICT:
            self.request = None
            return Page(self._number, (), None, error)
        asked = self.request is not None and _TOKEN in self.request.params
        if error.kind is not ErrorKind.STALE_CURSOR or not asked or self._begun_again:
            raise error
        self._begun_again = True
        self._begin(None)
        return None

    def _new(self, items: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
        new = []
        for item in items:
            if (name := self._key(item)) not in self._given:
                self._given.add(name)
                new.append(item)
        return tuple(new)

    def _go_on(self, token: str | None) -> None:
        exhausted = self._pages_left <= 0 or self._empty_pages >= _MOST_EMPTY_PAGES
        if token is None or exhausted or len(self._given) >= self._max_items:
            self.request = None
        else:
            self._tokens.add(token)
            self.request = self._asking(token)

    def _asking(self, token: str | None) -> Request:
        method, params = self._first
        return Request(method, {**params, _TOKEN: token} if token else params)
