"""Reading ahead: the next page is read while the one before is written."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def read_ahead(pages: Iterator[T]) -> Generator[T]:
    """The same pages, each read by a thread while its predecessor is in use: two are in memory at a time.

    Closing it waits for the page that is being read. What is raised while reading is raised in place of its page.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        following = reader.submit(next, pages, None)
        while (page := following.result()) is not None:
            following = reader.submit(next, pages, None)
            yield page
