"""What a job over the catalogue leaves out, and why: of all channels with metadata, those that nobody has looked at."""

from dataclasses import dataclass

from app.catalog.service import CatalogCounts
from app.youtube.forecasts import Skipped


@dataclass(frozen=True, slots=True)
class Waiting:
    """Channels that wait for something: in all, those that a job wants, those of them that others hold, and the rest.

    `items` is how many of the rest the job takes; `exact` whether all were counted.
    """

    channels: int
    wanted: int
    held: int
    items: int
    exact: bool


def left_out(counts: CatalogCounts, waiting: Waiting, done: str) -> list[Skipped]:
    """Why each of the others is left out; `done` says of what a job has done already."""
    absent, exact = counts.not_found or 0, waiting.exact and not counts.estimated
    known = max(0, counts.channels - counts.pending - absent - waiting.channels)
    return [
        Skipped("they have no metadata yet", counts.pending, not counts.estimated),
        Skipped(done if exact else f"{done}, or YouTube does not know them", known, exact),
        Skipped("YouTube does not know them", absent, exact),
        Skipped("the filter leaves them out", waiting.channels - waiting.wanted, exact),
        Skipped("unfinished batches of other jobs hold them", waiting.held, exact=True),
        Skipped("more than total_limit", waiting.wanted - waiting.held - waiting.items, exact),
    ]
