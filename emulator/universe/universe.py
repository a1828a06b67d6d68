"""Everything that exists: a pure function of seed, id and time. Nothing is stored but what `foreign.py` remembers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path

from emulator.universe.channels import Channel, draw_channel
from emulator.universe.communities import POPULATION, is_ghost
from emulator.universe.draws import Draws
from emulator.universe.foreign import Foreign
from emulator.universe.growth import REFERENCE
from emulator.universe.ids import (
    INDEX_BITS,
    channel_id,
    channel_number,
    id_bytes,
    is_channel_id,
    is_video_id,
    video_bytes,
    video_id,
    video_number,
)
from emulator.universe.uploads import MOST as MOST_UPLOADS
from emulator.universe.videos import Video, draw_video
from emulator.universe.writing import names

TERMINATIONS_PER_YEAR = 0.005
"""Share of the channels that disappear in each of the `TERMINATION_YEARS` after the reference date."""

TERMINATION_YEARS = 10

REMEMBERED = 8192
"""Channels, and videos, that stay in memory once they were worked out, which takes a third of a millisecond each."""

YEAR = timedelta(days=365)


class Universe:
    """All channels and videos. `missing_share` of the well-formed ids never had one, or lost it long ago."""

    def __init__(
        self, seed: int = 1, missing_share: float = 0.04, memory: Path | None = None, remembered: int = REMEMBERED
    ) -> None:
        self.seed = seed
        self._missing_share = missing_share
        self._channel = lru_cache(remembered)(self._draw)
        self._video = lru_cache(remembered)(self._draw_video)
        self._foreign = Foreign(memory)

    def channel(self, wanted: str, at: datetime) -> Channel | None:
        """The channel with this id, or None if there is none at that time."""
        found = self._channel(wanted) if is_channel_id(wanted) else None
        return found.at(at) if found and found.lives(at) else None

    def was_terminated(self, wanted: str, at: datetime) -> bool:
        """Whether there was a channel with this id, which is gone at that time."""
        found = self._channel(wanted) if is_channel_id(wanted) else None
        return found is not None and found.terminated is not None and at >= found.terminated

    def video(self, wanted: str, at: datetime) -> Video | None:
        """The video with this id, or None if nobody can see it at that time."""
        if not is_video_id(wanted):
            return None
        ghost, index = divmod(video_number(wanted), 1 << INDEX_BITS)
        listed = index < MOST_UPLOADS  # ids have room for 16 times as many: the rest are unlisted videos of any channel
        owner = self._foreign.channel_id(ghost) if listed else channel_id(ghost % POPULATION)
        found = self._video(wanted, owner or channel_id(ghost), index if listed else None)
        if found is None or not found.channel.lives(at) or at < found.published:
            return None
        return found.at(at) if found.unlisted or found.channel.uploads.is_public(index, at) else None

    def video_id(self, channel: Channel, index: int) -> str:
        """The id of an upload of a channel. That of a foreign channel is remembered, for the id has no room for it."""
        return video_id(self._foreign.ghost(channel.id) << INDEX_BITS | index)

    def uploads(self, channel: Channel, at: datetime) -> Iterator[Video]:
        """Its public videos, newest first."""
        ids = (self.video_id(channel, index) for index in channel.uploads.shelf(at))
        return (video for wanted in ids if (video := self.video(wanted, at)))

    def by_handle(self, handle: str, at: datetime) -> Channel | None:
        """The channel with this handle, given with or without @ and in any case."""
        found = self._by_number(names.handle_number(handle), at)
        bare = handle.removeprefix("@").casefold()
        return found if found and found.handle and found.handle[1:].casefold() == bare else None

    def by_username(self, username: str, at: datetime) -> Channel | None:
        """The channel with this legacy user name, in any case."""
        found = self._by_number(names.username_number(username), at)
        return found if found and found.username == username.lower() else None

    def existing_ids(self, at: datetime, start: int = 0) -> Iterator[str]:
        """The ids of all channels that exist, by number."""
        if self._missing_share < 1:
            yield from (name for name in map(channel_id, count(start)) if self.channel(name, at))

    def missing_ids(self, at: datetime, start: int = 0) -> Iterator[str]:
        """Well-formed ids without a channel, by number; none at all when `missing_share` is 0."""
        if self._missing_share > 0:  # else the search would never end
            yield from (name for name in map(channel_id, count(start)) if not self.channel(name, at))

    def _by_number(self, number: int | None, at: datetime) -> Channel | None:
        return None if number is None else self.channel(channel_id(number), at)

    def _draw(self, wanted: str) -> Channel | None:
        fate = Draws(self.seed, "fate", id_bytes(wanted))
        if fate.chance(self._missing_share):
            return None
        years = fate.fraction() / TERMINATIONS_PER_YEAR
        terminated = REFERENCE + years * YEAR if self._missing_share and years < TERMINATION_YEARS else None
        return draw_channel(self.seed, wanted, terminated)

    def _draw_video(self, wanted: str, owner: str, index: int | None) -> Video | None:
        channel = self._owner(owner)
        if channel is None:
            return None
        if index is None:
            exists = not Draws(self.seed, "unlisted", video_bytes(wanted)).chance(self._missing_share)
        else:
            exists = channel.uploads.reaches(index)
        return draw_video(self.seed, wanted, channel, index) if exists else None

    def _owner(self, owner: str) -> Channel | None:
        # a ghost whose channel nobody remembers stands in for it, and is never missing itself
        return draw_channel(self.seed, owner, None) if is_ghost(channel_number(owner)) else self._channel(owner)
