"""What a job over playlists is about: its batches where lists or channels were named, and what it takes at least."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from app.catalog.ids import read_channel_id
from app.errors import BadInputError
from app.jobs.model import NewBatch
from app.jobs.types import PLAYLISTS
from app.playlists.ids import read_playlist_id
from app.playlists.model import Wanted
from app.youtube.costs import MAX_IDS
from app.youtube.forecasts import Skipped, Workload
from app.youtube.left_out import Waiting

_ASSUMING = "without what the lists hold, which nobody knows before they were asked"


def named_batches(wanted: Wanted, size: int) -> list[NewBatch]:
    """What was named, in batches; none where nothing was. Raises BadInputError where it is named and limited, too."""
    if not wanted.channel_ids and not wanted.playlists:
        return []
    if wanted.total_limit is not None:
        raise BadInputError(
            "total_limit is for jobs over the whole catalogue",
            field="total_limit",
            hint="leave it out, or name fewer channels and playlists",
        )
    return [
        *_batches("channels", wanted.channel_ids, read_channel_id, size),
        *_batches("lists", wanted.playlists, read_playlist_id, size),
    ]


def work_of_named(batches: Sequence[NewBatch]) -> Workload:
    """A call for each channel, and one for fifty lists; what is no id takes none."""
    items: Counter[str] = Counter()
    packs = 0
    for batch in batches:
        items[batch.spec["stage"]] += batch.total_items
        packs += ceil(batch.total_items / MAX_IDS) if batch.spec["stage"] == "lists" else 0
    return _work(items.total(), items["channels"] + packs, skipped=[], without_calls=items["rejects"])


def work_of_all(waiting: Waiting, skipped: Sequence[Skipped]) -> Workload:
    """A call for each channel that waits."""
    return _work(waiting.items, waiting.items, skipped)


def _work(items: int, calls: int, skipped: Sequence[Skipped], without_calls: int = 0) -> Workload:
    return Workload(
        PLAYLISTS.name,
        items,
        "at least" if calls else "exact",
        gaps=False,
        skipped=skipped,
        calls={"playlists.list": calls},
        least=calls,
        without_calls=without_calls,
        assuming=_ASSUMING if calls else "",
    )


def _batches(stage: str, texts: Sequence[str], read: Callable[[str], str], size: int) -> list[NewBatch]:
    """What was given, in batches: first what is an id, each once, then what is none, with the reason."""
    good: dict[str, None] = {}
    bad: dict[str, str] = {}
    for text in texts:
        try:
            good[read(text)] = None
        except BadInputError as error:
            bad[text] = str(error)
    rejects = [[text, why] for text, why in bad.items()]
    return [*_cut(stage, list(good), size), *_cut("rejects", rejects, size)]


def _cut(stage: str, items: Sequence[Any], size: int) -> list[NewBatch]:
    parts = (items[at : at + size] for at in range(0, len(items), size))
    return [NewBatch({"stage": stage, "items": part}, len(part)) for part in parts]
