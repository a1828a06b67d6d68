"""How requests are made: fifty ids for the price of one, pages as large as they may be, and only what is parsed."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from app.youtube.costs import MAX_IDS, METHODS, Request


def packed(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Any number of ids in packs of fifty for one call each: every id once, in the order they came."""
    distinct = iter(dict.fromkeys(ids))
    while pack := tuple(islice(distinct, MAX_IDS)):
        yield pack


def by_ids(method: str, item: str, ids: Sequence[str], **params: str) -> Request:
    """The call for 1 to 50 ids, with the fields `item` of each. ValueError for more, which YouTube refuses, or none."""
    if not 1 <= len(ids) <= MAX_IDS:
        raise ValueError(f"{len(ids)} ids: one call takes 1 to {MAX_IDS}")
    return Request(method, {"fields": f"items({item})", "id": ",".join(ids), **params})


def first_page(method: str, item: str, **params: str) -> Request:
    """The call for the first page of a list, with the fields `item` of each row; the next has a `pageToken` besides."""
    rows = str(METHODS[method].max_page)
    return Request(method, {"fields": f"nextPageToken,items({item})", "maxResults": rows, **params})


def missing(asked: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """The ids that were asked for and not answered, each once: YouTube leaves out what it does not know."""
    answered = set(found)
    return tuple(wanted for wanted in dict.fromkeys(asked) if wanted not in answered)
