"""The purse of one batch: every call pays from it before it leaves.

Threads share a purse. It holds one block at a time, takes the next when that is empty, leaves a key that has no units
for one that has, and gives back at the end what was not spent.
"""

import threading
import time
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from uuid import UUID

from app.keys.model import Block, PurseClosedError
from app.keys.service import Keys


@dataclass(frozen=True, slots=True)
class Ticket:
    """One paid call: the key to use, and the moment (monotonic) from which it may leave."""

    block: Block
    not_before: float
    secret: str = field(repr=False)


class Purse:
    """Units of one bucket for the calls of one batch; they count towards the budget of its job."""

    def __init__(
        self, keys: Keys, bucket: str, *, calls: int, block_size: int, pace: float, job_id: UUID | None = None
    ) -> None:
        self._keys = keys
        self._bucket = bucket
        self._calls_left = calls
        self._block_size = block_size
        self._pace = pace
        self._job_id = job_id
        self._lock = threading.Lock()
        self._block: Block | None = None
        self._next_slot = 0.0
        self._spent_of_block = 0
        self._closed = False
        self.spent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def pay(self) -> Ticket:
        """Spend one unit. Raises NoQuotaError, BudgetSpentError and PurseClosedError; then no call may leave."""
        with self._lock:
            if self._closed:
                raise PurseClosedError
            block = self._open_block()
            # Never in the past: slots that slow answers have let go by must not become a burst.
            slot = max(self._next_slot, time.monotonic())
            self._next_slot = slot + self._pace
            self._spent_of_block += 1
            self.spent += 1
            self._calls_left -= 1
            return Ticket(block, slot, block.secret)

    def refund(self, ticket: Ticket) -> None:
        """Take back a unit whose call did not leave after all."""
        with self._lock:
            self.spent -= 1
            self._calls_left += 1
            if self._block is ticket.block:
                self._spent_of_block -= 1
            else:  # settled already: another thread has opened the next block, or midnight has come
                self._keys.give_back(replace(ticket.block, units=0), spent=-1)

    def drop(self, block: Block) -> None:
        """Pay no more from this block: its key or its bucket was refused."""
        with self._lock:
            if self._block is block:
                self._settle()

    def close(self) -> None:
        """Give back what was not spent; nothing can be spent any more."""
        with self._lock:
            self._closed = True
            self._settle()

    def _open_block(self) -> Block:
        block = self._block
        if block is not None and self._spent_of_block < block.units and not self._keys.is_over(block):
            return block
        self._settle()
        # A repeated call was not foreseen in `calls`: it takes one unit more.
        units = max(1, min(self._calls_left, self._block_size))
        self._block = self._keys.take(self._bucket, units, self._job_id)
        self._next_slot = time.monotonic() + self._block.wait_seconds
        self._spent_of_block = 0
        return self._block

    def _settle(self) -> None:
        if self._block is not None:
            block, self._block = self._block, None
            self._keys.give_back(block, spent=self._spent_of_block)
