"""Looking through a long list for the few rows that somebody wants, where no index leads to them."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")
LOOKED_AT = 10_000
"""Rows that one page looks through, so that no request reads the whole table."""


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row, Key]):
    """What was found in a part of a list."""

    rows: list[Row]
    end: Key | None
    """The last key that was looked at, where the list goes on behind it."""
