"""How the run of a batch ends: a value, not an exception. Waiting and stopping are normal."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Done:
    """Every item of the batch has its outcome."""


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Something passing got in the way; the batch is tried again after `seconds`.

    A bounded number of times, unless the attempt does not count: where nothing could be sent, nothing was spent.
    """

    seconds: float
    why: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Crashed:
    """The code broke on this batch in a way that nobody foresaw. Counts as if it had killed its worker."""

    why: str


@dataclass(frozen=True, slots=True)
class WaitForQuota:
    """No key has a unit left. The attempt does not count. `resume_at` is None when time alone mends nothing."""

    why: str
    resume_at: datetime | None
    check_at: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """The job is to pause or cancel, or the worker to stop; what is left stays. The attempt does not count."""


@dataclass(frozen=True, slots=True)
class Halted:
    """A person must decide before the job goes on (a suspended project): the job pauses. The attempt does not count.

    `only_as_last`: while other batches of the job run, this one waits for what becomes of them (they may give back some
    of a budget that is taken up).
    """

    why: str
    only_as_last: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """No retry mends this: the job fails, loudly."""

    error: str


BatchOutcome = Done | RetryLater | Crashed | WaitForQuota | Stopped | Halted | Failed
