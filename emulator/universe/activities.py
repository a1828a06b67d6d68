"""What a channel did last: uploads, and entries that it added to its newest playlists."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from emulator.universe.channels import Channel
from emulator.universe.lists.contents import Entry
from emulator.universe.lists.playlists import Playlist, Playlists
from emulator.universe.universe import Universe

MOST_UPLOADS = 500
"""Older ones within the dates asked for are not listed."""

_LISTS, _ENTRIES = 5, 2
"""So many of the newest playlists, and of the newest entries of each."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that a channel did."""

    at: datetime
    index: int
    """The number of the video among the uploads of `owner`."""
    owner: Channel
    addition: tuple[Playlist, Entry] | None = None
    """Where the video was added to; None for an upload."""


def activities(
    universe: Universe, channel: Channel, now: datetime, after: datetime | None, before: datetime | None
) -> list[Activity]:
    """Newest first; `after` itself is included, `before` is not."""
    found = chain(_uploads(channel, now, after, before), _additions(universe, channel, now))
    within = (one for one in found if (not after or one.at >= after) and (not before or one.at < before))
    return sorted(within, key=lambda one: one.at, reverse=True)


def _uploads(channel: Channel, now: datetime, after: datetime | None, before: datetime | None) -> Iterator[Activity]:
    published = channel.uploads.published
    shelf = channel.uploads.shelf(now)

    def age(index: int) -> float:
        return -published(index).timestamp()

    start = bisect_right(shelf, -before.timestamp(), key=age) if before else 0
    stop = bisect_right(shelf, -after.timestamp(), key=age) if after else len(shelf)
    for index in shelf[start : min(stop, start + MOST_UPLOADS)]:
        yield Activity(published(index), index, channel)


def _additions(universe: Universe, channel: Channel, now: datetime) -> Iterator[Activity]:
    lists = Playlists(universe, channel)
    for playlist in (lists.playlist(number, now) for number in lists.numbers(now)[:_LISTS]):
        for entry in playlist.entries(max(0, playlist.total - _ENTRIES), playlist.total):
            if entry.owner.lives(now) and entry.owner.uploads.is_public(entry.index, now):
                yield Activity(entry.added, entry.index, entry.owner, (playlist, entry))
