"""The table of moves: which state a job may leave for which, who moves it, and why.

Every change of `processing_jobs.status` goes through one of these rows (`store.move`); the HTTP 409 of an illegal move
and the diagram in docs/jobs.md are made from the same table. A retry is no move: the job stays what it became, and
another one takes up what it left.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The states of a job."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    WAITING_FOR_QUOTA = "waiting_for_quota"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What becomes of an item; each leaves its job with exactly one of these."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    SKIPPED = "skipped"
    FAILED = "failed"


ENDED = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Move:
    """One legal change of state."""

    name: str
    origins: tuple[Status, ...]
    target: Status
    who: str
    why: str


_ACTIVE = (Status.PENDING, Status.RUNNING, Status.WAITING_FOR_QUOTA)

MOVES = {
    move.name: move
    for move in (
        Move("start", (Status.PENDING,), Status.RUNNING, "worker", "a worker cuts the first batch"),
        Move("wait", (Status.RUNNING,), Status.WAITING_FOR_QUOTA, "worker", "no key has a unit left"),
        Move("wake", (Status.WAITING_FOR_QUOTA,), Status.RUNNING, "keeper", "the bucket has units again"),
        Move("complete", (Status.RUNNING,), Status.COMPLETED, "worker", "every item has an outcome"),
        # Also from paused: a batch that was still running when another one halted the job may find it.
        Move("fail", (*_ACTIVE, Status.PAUSED), Status.FAILED, "worker", "an error that no retry mends"),
        Move("pause", _ACTIVE, Status.PAUSED, "person", "asked to, and no batch runs any more"),
        Move("halt", _ACTIVE, Status.PAUSED, "worker", "a person must decide how to go on"),
        Move("resume", (Status.PAUSED,), Status.RUNNING, "person", "asked to go on"),
        Move(
            "cancel",
            (*_ACTIVE, Status.PAUSED),
            Status.CANCELLED,
            "person",
            "asked to, and no batch runs any more",
        ),
    )
}


def moves_of_people(status: Status) -> list[str]:
    """The names of the moves out of a state that a person may ask for; the others are the workers' own."""
    return [move.name for move in MOVES.values() if status in move.origins and move.who == "person"]


def diagram() -> str:
    """The table as Mermaid draws it."""
    arrows = (f"    {origin} --> {move.target}: {move.name}" for move in MOVES.values() for origin in move.origins)
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Status.PENDING}: asked for", *arrows])
