"""What the room of the jobs hands out and takes in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.errors import TributaryError
from app.jobs.states import ENDED, Outcome, Status, moves_of_people

SEALED = "sealed"
"""The parameter with what a job must keep and nobody is shown, encrypted."""


@dataclass(frozen=True, slots=True)
class Job:
    """A row of processing_jobs."""

    id: UUID
    job_type: str
    status: Status
    params: Mapping[str, Any]
    cursor: Mapping[str, Any]
    all_cut: bool
    expected_items: int | None
    total_items: int
    processed_items: int
    fetched: int
    unchanged: int
    not_found: int
    skipped: int
    failed: int
    given_up: int
    units_used: int
    why: str | None
    resume_at: datetime | None
    stop_request: str | None
    error_message: str | None
    requested_by: str | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    retry_of: UUID | None
    retried_by: UUID | None
    forecast: Mapping[str, Any] | None
    max_units: int | None
    units_taken: int

    @property
    def outcomes(self) -> dict[str, int]:
        """How many items have left with each outcome."""
        return {outcome.value: getattr(self, outcome.value) for outcome in Outcome}

    @property
    def left_over(self) -> int:
        """How many of the items that have entered a retry would take up."""
        return self.total_items - self.processed_items + self.given_up

    @property
    def expected_of_retry(self) -> int | None:
        """How many items a retry would have, as far as can be foreseen."""
        if self.expected_items is None:
            return None
        return max(self.expected_items - self.total_items, 0) * (not self.all_cut) + self.left_over

    @property
    def left(self) -> int:
        """How many items have no outcome yet, as far as can be foreseen."""
        foreseen = 0 if self.all_cut else self.expected_items or 0
        return max(self.total_items, foreseen) - self.processed_items

    @property
    def moves(self) -> list[str]:
        """What a person may ask of it now."""
        left = self.status in ENDED and self.retried_by is None and (self.left_over or not self.all_cut)
        return [*moves_of_people(self.status), *(["retry"] if left else [])]


@dataclass(frozen=True, slots=True)
class Pace:
    """Items and units a second."""

    items: float
    units: float


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs; what is None does not matter."""

    status: Status | None = None
    job_type: str | None = None
    requested_by: str | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be cut: its items (or slice of a file), how many they are, and the keys it takes for itself."""

    spec: Mapping[str, Any]
    total_items: int
    span: tuple[UUID, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The next batches of a job, where the one after them begins, and whether they are the last."""

    batches: Sequence[NewBatch]
    cursor: Mapping[str, Any]
    last: bool
    expected_items: int | None = None
    """How many items the job will have, where that is foreseen anew."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A claimed batch: what to do, and the fence to show at every write."""

    id: int
    job_id: UUID
    job_type: str
    params: Mapping[str, Any]
    spec: Mapping[str, Any]
    settled: frozenset[int]
    total_items: int
    fence: int
    attempts: int
    request_id: str | None = None
    """Of the request that asked for the job; `traceparent` is its trace."""
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A batch that was cancelled or given up: what it was about, and which of its calls were settled."""

    id: int
    spec: Mapping[str, Any]
    settled: Sequence[int]


@dataclass(frozen=True, slots=True)
class Remark:
    """An item that was not simply fetched, and why. `line` is the line of an imported file."""

    outcome: Outcome
    item: str
    reason: str
    line: int | None = None


@dataclass(slots=True)
class Slice:
    """The account of one transaction of a batch: which outcomes its items have, at what price, what follows.

    `settled` are calls that only turned out inside the transaction to be settled, besides those that it was begun for.
    `entered` counts items that were not known when the batch was cut (the rows of a file); `given_up` those of the
    failed that a retry takes up. `spec` is what the batch is about from now on: how far a file was read. `channels` and
    `videos` are how many the facts were written of.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    units: int = 0
    entered: int = 0
    given_up: int = 0
    channels: int = 0
    videos: int = 0
    expected_items: int | None = None
    follow_up: Cut | None = None
    spec: Mapping[str, Any] | None = None

    def add(self, remark: Remark) -> None:
        """Count an item and say why it was not simply fetched."""
        self.outcomes[remark.outcome] += 1
        self.remarks.append(remark)


@dataclass(frozen=True, slots=True)
class Event:
    """One move of a job."""

    at: datetime
    from_status: str | None
    to_status: str
    who: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A worker or beat, and when it last said that it lives. `busy` is how many batches it holds."""

    worker: str
    role: str
    started_at: datetime
    ticked_at: datetime
    silent_seconds: float
    busy: int


class LostLeaseError(TributaryError):
    """Another worker holds this batch now: whatever this one still wanted to write is void."""
