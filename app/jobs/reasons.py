"""Why items were not fetched, by reason: thousands of remarks that differ in an id or a number are one group."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.jobs.states import Outcome

MOST_REMARKS = 5_000
"""As many of the first and of the last remarks of each outcome are looked at, however many there are."""
_SAMPLES = 3
# Ids of channels, playlists, jobs and videos; a status that YouTube answered is what tells two reasons apart.
_ID = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:UC|UU|PL|OL|RD)[\w-]{11,}|\b(?=\w*\d)[\w-]{11}\b"
)
_NUMBER = re.compile(r"(?<!answered )(?<!answers )\b\d+(?:[.,:]\d+)*\b")

_STEPS = {
    r"does not know": "Nothing to do: it was deleted, terminated, or never there.",
    r"left out of YouTube's answer": "Nothing to do yet: what was seen before is kept until it is left out again.",
    r"removed from the catalogue": "Nothing to do: it was removed while the job was under way.",
    r"a job that is|this job was retried|left to retry|no job": "Look at the job: `moves` says what it can do now.",
    r"^the budget of": "Resume or retry these one by one, with a higher `max_units`.",
    r"fell silent|took longer than": (
        "Its worker died or hung each time: look for `batch_worn_out` in the log of the workers, give them more memory "
        "or smaller batches, then retry the job."
    ),
    r"playlist id|instead of 34|not a playlist|is signed in": (
        "Mend these where they came from and ask for them again: a playlist id is PL and 32 or 16 characters."
    ),
    r"a handle, not|a link without": "POST /api/resolve finds the channel behind it; import what that answers.",
    r"channel id|instead of 24": (
        "Mend these rows where they came from and import them again: a channel id is UC and 22 letters, digits, - or _."
    ),
    r"^given up after .*(?:Error|Exception)\b": (
        "Our code broke on it: report it with the lines `batch_crashed` of the log, then retry the job."
    ),
}
_GENERAL = {
    Outcome.FAILED: "Look at the samples, mend what they have in common, then retry the job.",
    Outcome.NOT_FOUND: "Nothing to do: YouTube does not know it.",
    Outcome.SKIPPED: "Nothing to do, unless the samples surprise you.",
}


@dataclass(slots=True)
class Group:
    """Items with one outcome for one reason: how many, when first and last, and a few of them (item and line)."""

    outcome: Outcome
    reason: str
    count: int
    first_at: datetime
    last_at: datetime
    example: str
    samples: list[tuple[str, int | None]] = field(default_factory=list)


def normalised(reason: str) -> str:
    """A reason without what differs from item to item."""
    return _NUMBER.sub("…", _ID.sub("…", reason))


def grouped(rows: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Rows of remarks, counted by reason; the most frequent first."""
    groups: dict[tuple[str, str], Group] = {}
    for row in rows:
        reason = normalised(row["reason"])
        found = groups.setdefault(
            (row["outcome"], reason),
            Group(Outcome(row["outcome"]), reason, 0, row["first_at"], row["last_at"], row["reason"]),
        )
        found.count += row["count"]
        found.first_at = min(found.first_at, row["first_at"])
        found.last_at = max(found.last_at, row["last_at"])
        found.samples += list(zip(row["items"], row["lines"], strict=True))[: _SAMPLES - len(found.samples)]
    return sorted(groups.values(), key=lambda group: -group.count)


def next_step(group: Group) -> str:
    """What to do about a reason that is ours, in words."""
    return next(
        (step for pattern, step in _STEPS.items() if re.search(pattern, group.example)), _GENERAL[group.outcome]
    )
