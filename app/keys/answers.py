"""What the operations on keys answer."""

from datetime import datetime

from app.answers import Answer, answers, like
from app.keys.model import Key, KeyNotUsableError, UnknownKeyError, Usage


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


LISTED = answers(ShownKeys)
ADDED = answers({201: ShownKey})
CHANGED = answers(ShownKey, UnknownKeyError, KeyNotUsableError)
