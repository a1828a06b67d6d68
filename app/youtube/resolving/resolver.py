"""From what people type to channel ids: read it, look it up in what is known, ask YouTube for the rest."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from app.clock import Clock
from app.db import Database
from app.errors import BadInputError
from app.keys.model import NoQuotaError, ProjectSuspendedError
from app.youtube.calls import Answer, Calls
from app.youtube.costs import METHODS
from app.youtube.errors import ApiError, NotSentError
from app.youtube.resolving import store
from app.youtube.resolving.links import Kind, Named, Reading, Unreadable, read
from app.youtube.resolving.lookups import Certainty, Lookup, Verdict, lookups, verdicts

MOST_CALLS = 50

_NOT_ASKED = "not asked, because this is a dry run; repeat it without dry_run"
_KEPT = "what was found is kept"
_NO_TIME = f"there was no time left to ask; send it again: {_KEPT}"
_NO_ANSWER = "YouTube gave no usable answer; send it again in some minutes"


class TooManyCallsError(BadInputError):
    """These texts need more calls than one request may make."""

    hint = "send fewer texts at a time; what is known already costs no call, and dry_run tells how many remain"


class Origin(StrEnum):
    """Who says which channel it is, or that there is none."""

    GIVEN = "given"
    """The text itself."""
    CACHE = "cache"
    """YouTube, at an earlier time."""
    ASKED = "asked"
    """YouTube, just now."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of one text: a channel, or the reason why there is none and what to do about it."""

    text: str
    channel_id: str | None = None
    certainty: Certainty | None = None
    origin: Origin | None = None
    """Who says so; None where nobody was asked."""
    kind: Kind | None = None
    """What the text names; None where it cannot be read."""
    name: str | None = None
    video_id: str | None = None
    playlist_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """One resolution for each text, in their order, and the price."""

    results: list[Resolution]
    units_needed: dict[str, int]
    """By bucket, when every call succeeds at once."""
    units_spent: int


class Resolver:
    """Finds the channels that texts mean. Calls are made only for what neither the text nor the cache tells.

    Whoever asked waits for the answer: calls that have not left after `patience` seconds are left to the next request.
    """

    def __init__(self, db: Database, clock: Clock, calls: Calls, *, patience: float = 20.0) -> None:
        self._db = db
        self._clock = clock
        self._calls = calls
        self._patience = patience

    def resolve(self, texts: Sequence[str], *, fresh: bool = False, dry_run: bool = False) -> Resolved:
        """Exactly one answer for each text; `fresh` asks again for what is known. Raises TooManyCallsError.

        When the quota ends in the middle, what was found is kept and answered, and the rest says so.
        """
        readings = [read(text) for text in texts]
        names = list(dict.fromkeys(one for one in readings if isinstance(one, Named) and one.channel_id is None))
        known = {} if fresh else self._known(names)
        plan = lookups(name for name in names if name not in known)
        needed = dict(Counter(METHODS[lookup.request.method].bucket for lookup in plan))
        told, spent, why = ({}, 0, _NOT_ASKED) if dry_run else self._ask(plan)
        results = [_resolution(text, one, known, told, why) for text, one in zip(texts, readings, strict=True)]
        return Resolved(results, needed, spent)

    def _known(self, names: Sequence[Named]) -> dict[Named, Verdict]:
        if not names:
            return {}
        with self._db.begin() as tx:
            found = store.find(tx, names, self._clock.sql_now())
        return {name: found[key] for name in names if (key := (name.kind.value, name.name)) in found}

    def _ask(self, plan: Sequence[Lookup]) -> tuple[dict[Named, Verdict], int, str]:
        """What YouTube says, the units it cost, and why the names that are missing are missing."""
        if not plan:
            return {}, 0, ""
        if len(plan) > MOST_CALLS:
            raise TooManyCallsError(
                f"these texts need {len(plan)} calls; one request makes {MOST_CALLS} at most", field="texts"
            )
        with self._db.begin() as tx:
            store.forget_expired(tx, self._clock.sql_now())
        told: dict[Named, Verdict] = {}
        why = _NO_ANSWER
        halt = threading.Event()
        timer = threading.Timer(self._patience, halt.set)
        timer.start()
        try:
            # Channels, videos and playlists are all paid from the same bucket.
            with self._calls.purse(plan[0].request.method, len(plan)) as purse:
                for answers in self._calls.run(purse, [lookup.request for lookup in plan], halt):
                    told |= self._save(plan, answers)
        except (ApiError, NoQuotaError, NotSentError, ProjectSuspendedError) as error:
            why = _in_words(error)
        finally:
            timer.cancel()
        return told, purse.spent, why

    def _save(self, plan: Sequence[Lookup], answers: Iterable[Answer]) -> dict[Named, Verdict]:
        """Keep what these answers say before others are waited for: it is paid."""
        told: dict[Named, Verdict] = {}
        for answer in answers:
            with suppress(ApiError):  # an answer that makes no sense decides nothing
                told |= verdicts(plan[answer.index], answer.payload)
        with self._db.begin() as tx:
            store.save(tx, told, self._clock.sql_now())
        return told


def _resolution(
    text: str, reading: Reading, known: Mapping[Named, Verdict], told: Mapping[Named, Verdict], why: str
) -> Resolution:
    if isinstance(reading, Unreadable):
        return Resolution(text, reason=reading.reason)
    verdict, origin = _verdict(reading, known, told, why)
    return Resolution(
        text,
        verdict.channel_id,
        verdict.certainty,
        origin,
        reading.kind,
        reading.name,
        video_id=reading.name if reading.kind is Kind.VIDEO else None,
        playlist_id=reading.name if reading.kind is Kind.PLAYLIST else None,
        reason=verdict.reason,
    )


def _verdict(
    name: Named, known: Mapping[Named, Verdict], told: Mapping[Named, Verdict], why: str
) -> tuple[Verdict, Origin | None]:
    if name.channel_id:
        return Verdict(name.channel_id, Certainty.EXACT), Origin.GIVEN
    if name in told:
        return told[name], Origin.ASKED
    if name in known:
        return known[name], Origin.CACHE
    return Verdict(reason=why), None


def _in_words(error: Exception) -> str:
    """Why names were not resolved, and what to do about it."""
    match error:
        case NotSentError():
            return _NO_TIME
        case NoQuotaError(resume_at=None) | ProjectSuspendedError():
            return f"{error}; {error.hint}".removesuffix("; ")
        case NoQuotaError(resume_at=until) if until:
            return f"waiting for quota until {until.isoformat(timespec='minutes')}; send it again then: {_KEPT}"
    return f"{error}; send it again in some minutes: {_KEPT}"
