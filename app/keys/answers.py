"""What the operations on keys answer."""

from datetime import datetime

from app.answers import Answer, answers, like
from app.keys.model import Key, KeyNotUsableError, KeyStaysError, UnknownKeyError, Usage
from app.keys.reset import AtReset


@like(Usage)
class Bucket(Answer):
    """Today's account of a project in one bucket."""

    left: int
    """Units that may still be taken today."""


@like(Key)
class ShownKey(Answer):
    """A key by its fingerprint, with today's usage of its project."""

    quota_limit: int | None
    """Of the bucket `default`, as what follows."""
    quota_used: int
    usage_percentage: float
    quota_reset_date: datetime | None
    buckets: dict[str, Bucket]


class ShownKeys(Answer):
    """All keys."""

    api_keys: list[ShownKey]


@like(AtReset)
class ToTheReset(Answer):
    """What will be left at midnight in Los Angeles, or when it ends, and what waits."""


class BucketToday(Answer):
    """One bucket, over all projects whose keys may be used."""

    daily_limit: int
    used: int
    reserved: int
    left: int
    resets_at: datetime
    projects: int
    keys: int
    forecast: ToTheReset


class ProjectToday(Answer):
    """What one project has spent today, also with keys that were deleted."""

    project: str
    keys: int
    keys_in_use: int
    suspended_why: str | None
    buckets: dict[str, Bucket]


class Quota(Answer):
    """Today's units."""

    buckets: dict[str, BucketToday]
    projects: list[ProjectToday]


ONE = answers(ShownKey, UnknownKeyError)
DELETED = answers(ShownKey, UnknownKeyError, KeyStaysError)
QUOTA = answers(Quota)
LISTED = answers(ShownKeys)
ADDED = answers({201: ShownKey})
CHANGED = answers(ShownKey, UnknownKeyError, KeyNotUsableError)
