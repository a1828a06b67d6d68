"""What the room of the keys hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.errors import ConflictError, NotFoundError, TributaryError
from app.words import count

NO_KEY = "no API key can be used: set YOUTUBE_API_KEY_1, or see /api/api-keys for what is wrong with each"


@dataclass(frozen=True, slots=True)
class Block:
    """Units of one bucket, reserved on one key before any call leaves.

    `wait_seconds` is how long the first call must wait for its turn on this key; each further one waits one pace more.
    From `resets_at` on, the units are those of a day that is over, and pay for nothing. `job_id` is whose budget they
    count towards.
    """

    key_id: int
    project_id: int
    bucket: str
    day: date
    units: int
    fingerprint: str
    wait_seconds: float
    resets_at: datetime
    secret: str = field(repr=False)
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One API key as people may see it."""

    id: int
    key_name: str
    service: str
    fingerprint: str
    project: str
    source: str
    is_active: bool
    disabled_reason: str | None
    suspended_why: str | None
    last_used: datetime | None
    error_count: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about a key and its project; None leaves it as it is.

    `quota_limits` are units a day by bucket; None takes the limit of its own away.
    """

    key_name: str | None = None
    is_active: bool | None = None
    lift_suspension: bool = False
    quota_limits: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Usage:
    """One line of today's ledger."""

    project_id: int
    project: str
    bucket: str
    day: date
    quota_limit: int
    reserved: int
    used: int
    exhausted_at: datetime | None
    resets_at: datetime

    @property
    def left(self) -> int:
        """Units that may still be taken today."""
        return 0 if self.exhausted_at else self.quota_limit - self.reserved - self.used


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be had in a bucket, over all projects whose keys may be used. `daily_limit` is theirs together."""

    units_left: int
    daily_limit: int
    resets_at: datetime
    projects: int
    keys: int


@dataclass(frozen=True, slots=True)
class SpentLately:
    """Units of a bucket, all projects together, and when the hour began in which the first of them was spent."""

    units: int
    since: datetime | None


class UnknownKeyError(NotFoundError):
    """There is no key with this id."""

    hint = "GET /api/api-keys lists them"


class KeyNotUsableError(ConflictError):
    """Switching this key on would not make it usable."""


class KeyStaysError(ConflictError):
    """A key that stands in the environment cannot be deleted for good: it comes back at the next start."""


class NoQuotaError(TributaryError):
    """No key has a unit left in this bucket.

    `resume_at` is when the bucket fills again; None when no key can be used at all, so that time alone mends nothing.
    """

    status = 429

    def __init__(self, why: str, resume_at: datetime | None, check_at: datetime) -> None:
        super().__init__(why)
        self.why = why
        self.resume_at = resume_at
        self.check_at = check_at


class BudgetSpentError(TributaryError):
    """The job that pays has taken all units of its budget; other batches of it may still give some back."""

    hint = 'resume with {"max_units": M} to go on'

    def __init__(self, max_units: int) -> None:
        super().__init__(f"the budget of {count(max_units, 'unit')} is spent")


class PurseClosedError(TributaryError):
    """What these units were for has ended: nobody would give back what is taken now."""


class ProjectSuspendedError(TributaryError):
    """Google suspended the project; its work must not be carried on with other keys."""

    hint = "open the Google Cloud console of that project; resume the job when the suspension is settled"
