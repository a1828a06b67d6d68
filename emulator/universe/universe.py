"""Everything that exists: a pure function of seed, id and time. Nothing is stored but a cache."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count

from emulator.universe import names
from emulator.universe.channels import Channel, draw_channel
from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE
from emulator.universe.ids import channel_id, id_bytes, is_channel_id

TERMINATIONS_PER_YEAR = 0.005
"""Share of the channels that disappear in each of the `TERMINATION_YEARS` after the reference date."""

TERMINATION_YEARS = 10

CACHED_CHANNELS = 8192
YEAR = timedelta(days=365)


class Universe:
    """All channels. `missing_share` of the well-formed ids never had one, or lost it long ago."""

    def __init__(self, seed: int = 1, missing_share: float = 0.04) -> None:
        self._seed = seed
        self._missing_share = missing_share
        self._channel = lru_cache(CACHED_CHANNELS)(self._draw)

    def channel(self, wanted: str, at: datetime) -> Channel | None:
        """The channel with this id, or None if there is none at that time."""
        found = self._channel(wanted) if is_channel_id(wanted) else None
        return found if found and found.lives(at) else None

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
        return (name for name in map(channel_id, count(start)) if self.channel(name, at))

    def missing_ids(self, at: datetime, start: int = 0) -> Iterator[str]:
        """Well-formed ids without a channel, by number; none at all when `missing_share` is 0."""
        if self._missing_share > 0:  # else the search would never end
            yield from (name for name in map(channel_id, count(start)) if not self.channel(name, at))

    def _by_number(self, number: int | None, at: datetime) -> Channel | None:
        return None if number is None else self.channel(channel_id(number), at)

    def _draw(self, wanted: str) -> Channel | None:
        fate = Draws(self._seed, "fate", id_bytes(wanted))
        if fate.chance(self._missing_share):
            return None
        years = fate.fraction() / TERMINATIONS_PER_YEAR
        terminated = REFERENCE + years * YEAR if self._missing_share and years < TERMINATION_YEARS else None
        return draw_channel(self._seed, wanted, terminated)
