"""How channels and videos grew, and what changed in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.clock import Clock
from app.db import Database
from app.history import store
from app.history.breaks import BREAKS
from app.history.model import Growth, Mark, Observation, growth_of, marks_of
from app.history.subjects import SUBJECTS, After, Change, Kind, Subject

MOST_OBSERVATIONS = 10_000
"""As many of the newest are looked at: a year of hourly ones."""


@dataclass(frozen=True, slots=True)
class Past:
    """How the counts of a channel or video went over the time that was asked for."""

    observations: list[Observation]
    """Oldest first."""
    growth: dict[str, Growth]
    marks: list[Mark]
    complete: bool
    """False: there are more observations than are looked at; the oldest are left out."""


class History:
    """What was observed, read as a story."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def growth(self, kind: Kind, wanted: str, *, since: datetime | None, until: datetime | None) -> Past:
        """The counts of one channel or video from `since` on and before `until`.

        Raises BadInputError for what is no id, NotFoundError for what is not known.
        """
        subject = SUBJECTS[kind]
        key = subject.key_of(wanted)
        with self._db.begin() as tx:
            known = store.read_current(tx, subject, key)
            seen = store.list_snapshots(tx, subject, key, since=since, until=until, limit=MOST_OBSERVATIONS + 1)
        if known is None:
            raise subject.unknown(f"{wanted} is not known")
        current, video_kind = known
        if current and _is_news(current, seen, since, until):
            seen.insert(0, current)
        now = self._clock.now()
        return _past(subject, seen, video_kind, since, min(until or now, now))

    def changes_of(
        self, kind: Kind, wanted: str, *, field: str | None, after: After | None, limit: int
    ) -> list[Change]:
        """What changed in one channel or video, newest first. Raises as `growth` does."""
        subject = SUBJECTS[kind]
        key = subject.key_of(wanted)
        with self._db.begin() as tx:
            if store.read_current(tx, subject, key) is None:
                raise subject.unknown(f"{wanted} is not known")
            return store.changes_of_one(tx, subject, key, field=field, after=after, limit=limit)

    def changes(self, *, kind: Kind | None, field: str | None, after: After | None, limit: int) -> list[Change]:
        """What changed in all channels and videos, or in all of a kind, newest first."""
        subjects = [SUBJECTS[kind]] if kind else list(SUBJECTS.values())
        with self._db.begin() as tx:
            found = [
                change
                for subject in subjects
                for change in store.changes_of_all(tx, subject, field=field, after=after, limit=limit)
            ]
        # Each kind is in order already, and sorting keeps the order of what is equal: channels before videos.
        return sorted(found, key=lambda change: change.changed_at, reverse=True)[:limit]


def _is_news(current: Observation, seen: Sequence[Observation], since: datetime | None, until: datetime | None) -> bool:
    at = current.observed_at
    asked_for = (since is None or at >= since) and (until is None or at < until)
    return asked_for and (not seen or at > seen[0].observed_at)


def _past(
    subject: Subject, seen: Sequence[Observation], video_kind: str | None, since: datetime | None, until: datetime
) -> Past:
    observations = list(reversed(seen[:MOST_OBSERVATIONS]))
    breaks = [one for one in BREAKS if one.concerns(video_kind)]
    return Past(
        observations,
        {name: growth_of(name, observations) for name in subject.counts},
        marks_of(observations, breaks, since=since, until=until),
        complete=len(seen) <= MOST_OBSERVATIONS,
    )
