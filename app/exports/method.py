"""A method note: how the rows of a table came to be, for the methods section of a paper."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.version import VERSION

_SUBSCRIBERS = (
    "YouTube rounds subscriber counts down to three significant figures: 12,345 is told as 12,300, so that a "
    "count stands for an interval, and growth within it cannot be seen. Owners may hide the count; it is then "
    "NULL, not 0."
)
_SNAPSHOTS = (
    "A snapshot was written when a count had changed since the one before, or when a week was over. Between two "
    "snapshots nothing is known; nothing is interpolated."
)
_CHANGES = (
    "A change is what two observations differ in. It is dated when it was seen, not when it was made; what was "
    "changed and changed back between two observations was not seen. Nothing at all is told of the first "
    "observation."
)
_ABSENCE = (
    "What YouTube leaves out of an answer is `not_found` at once if it was never seen, otherwise when it is left "
    "out again at least two days later; whether it was deleted, terminated or made private is not told."
)
_EDGES = (
    "An edge says that one channel names another by the evidence that its method found. Channels were not "
    "expanded at random: those came first that were expected to lead to most new channels for a unit of quota. "
    "The graph is a sample by convenience. Edges to channels that YouTube has not confirmed are counted here, and not "
    "exported."
)
_LISTS = "An uploads list ends at 20,000 videos: of larger channels (`videos_cut_off`) the oldest videos are missing."
_SAMPLING = (
    "Everything that is in the catalogue is exported, unless the export has a sample. Then channels were drawn in"
    " each stratum by simple random sampling without replacement: those with the smallest md5(seed/channel_id). "
    "The inclusion probability of each is drawn / population of its stratum, as the manifest of the export lists "
    "them; of a video it is that of its channel. Totals are estimated without bias by weighting each row with 1 /"
    " inclusion_probability (Horvitz and Thompson). The catalogue itself is no random sample of YouTube: it holds"
    " what was imported, and what discovery has led to."
)
_SAYS: Mapping[str, Sequence[str]] = {
    "channels": (_SUBSCRIBERS, _ABSENCE),
    "videos": (_ABSENCE, _LISTS),
    "channel_snapshots": (_SUBSCRIBERS, _SNAPSHOTS),
    "video_snapshots": (_SNAPSHOTS,),
    "playlists": (_ABSENCE,),
    "playlist_items": ("An entry that a complete reading of its list did not find has `gone_at`.",),
    "edges": (_EDGES,),
    "changes": (_CHANGES, _ABSENCE),
}
_COUNTS_VIEWS = ("channels", "videos", "channel_snapshots", "video_snapshots")


@dataclass(frozen=True, slots=True)
class Population:
    """How many rows there are, and of what kind. Above a hundred thousand it is estimated from a sample of blocks."""

    rows: int
    is_estimated: bool
    first: datetime | None
    last: datetime | None
    """When the oldest and the youngest were told by YouTube."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What is fixed for all tables."""

    retention: str
    breaks: Sequence[str]
    """When YouTube began to count views in another way."""


def together(parts: Sequence[Population]) -> Population:
    """Of all parts of a table."""
    firsts = [part.first for part in parts if part.first]
    lasts = [part.last for part in parts if part.last]
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    return Population(
        sum(part.rows for part in parts),
        any(part.is_estimated for part in parts),
        min(firsts, default=None),
        max(lasts, default=None),
        counts,
    )


def note(
    what: str,
    meaning: str,
    now: datetime,
    population: Population,
    asked: Sequence[Mapping[str, Any]],
    discovery: Sequence[Mapping[str, Any]],
    rules: Rules,
) -> dict[str, Any]:
    """The note as data."""
    return {
        "what": what,
        "meaning": meaning,
        "made_at": now,
        "code_version": VERSION,
        "source": "YouTube Data API v3, with an API key; no scraping",
        "fetched": {"first": population.first, "last": population.last},
        "population": {"rows": population.rows, "estimated": population.is_estimated},
        "completeness": dict(population.counts),
        "asked": list(asked),
        "discovery": list(discovery),
        "sampling": _SAMPLING,
        "limits": [*_SAYS[what], *(rules.breaks if what in _COUNTS_VIEWS else ())],
        "retention": _retention(rules.retention),
        "cite": f"YouTube Data API v3, collected with Tributary {VERSION}; table {what}, {_day(population.first)} to "
        f"{_day(population.last)}; manifest (sha256) of the export of ...",
    }


def markdown(told: Mapping[str, Any]) -> str:
    """The same as text."""
    about = "about " if told["population"]["estimated"] else ""
    lines = [
        f"# How the table `{told['what']}` was collected",
        f"{told['meaning']} Written on {told['made_at']:%Y-%m-%d %H:%M} UTC by Tributary {told['code_version']}.",
        "## Source and time",
        f"{told['source']}. The rows that are there now were told by YouTube {_between(told['fetched'])}.",
        "## What was asked",
        _asked(told["asked"]),
        "## Population and completeness",
        f"{about}{told['population']['rows']:,} rows."
        + (" Counts are estimates from a random sample of blocks of the table." if about else ""),
        _table(("", "rows"), ((name.replace("_", " "), count) for name, count in told["completeness"].items())),
        "## Sampling",
        told["sampling"],
        "## What discovery contributed",
        _discovery(told["discovery"]),
        "## Limits",
        "\n".join(f"- {one[0].upper()}{one[1:].rstrip('.')}." for one in told["limits"]),
        "## Retention",
        told["retention"],
        "## Cite as",
        told["cite"],
    ]
    return "\n\n".join(filter(None, lines)) + "\n"


def _between(fetched: Mapping[str, datetime | None]) -> str:
    return f"from {_moment(fetched['first'])} to {_moment(fetched['last'])}"


def _retention(mode: str) -> str:
    kept = "thirty days" if mode == "30 days" else "36 months (counts), thirty days (texts)"
    return (
        f"Rows that were not fetched again are deleted after {kept}, as YouTube's Developer Policies (III.E.4) ask; "
        "`expires_at` says when. Whoever keeps a copy is bound by the same. A later export of the same time may "
        "therefore have fewer rows."
    )


def _asked(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "No job is on record."
    names = (
        "job_type",
        "jobs",
        "first",
        "last",
        "items",
        "fetched",
        "unchanged",
        "not_found",
        "skipped",
        "failed",
        "units",
    )
    return "Jobs, with how each of their items ended, and units of quota:\n\n" + _table(
        names, ([row[name] for name in names] for row in rows)
    )


def _discovery(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "Nothing: no channel was looked for."
    names = ("method", "expansions", "found", "new", "confirmed", "dropped")
    return _table(names, ([row[name] for name in names] for row in rows))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(map(_cell, row))} |" for row in rows])


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _moment(at: datetime | None) -> str:
    return "(never)" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"


def _day(at: datetime | None) -> str:
    return "(never)" if at is None else f"{at:%Y-%m-%d}"
