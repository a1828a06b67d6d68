"""The lists that YouTube makes of a channel's public videos: all of them, or one kind, newest or most popular first."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from emulator.universe.channels import Channel
from emulator.universe.communities import ghost_of
from emulator.universe.ids import INDEX_BITS, is_video_id, video_number
from emulator.universe.lists.contents import Entry
from emulator.universe.universe import Universe
from emulator.universe.uploads import Kind
from emulator.universe.writing.texts import Text

_TAIL = 22
"""Characters that a channel has in common with its lists."""

_POPULAR = 100
"""So many of the newest can be popular."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is on a list."""

    title: str
    kinds: tuple[Kind, ...]
    popular: bool = False


SHELVES: Mapping[str, Shelf] = {
    "UU": Shelf("Uploads from {name}", tuple(Kind)),
    "UULF": Shelf("Videos", (Kind.VIDEO,)),
    "UULP": Shelf("Popular videos", (Kind.VIDEO,), popular=True),
    "UULV": Shelf("Live streams", (Kind.LIVE,)),
    "UUPS": Shelf("Popular short videos", (Kind.SHORT,), popular=True),
    "UUPV": Shelf("Popular live streams", (Kind.LIVE,), popular=True),
    "UUSH": Shelf("Short videos", (Kind.SHORT,)),
}
"""By the first letters of their ids; those for members are not to be had."""


@dataclass(frozen=True)
class UploadsList:
    """A list of a channel's public videos as it is at an instant; never empty."""

    id: str
    channel: Channel
    universe: Universe
    shelf: Shelf
    now: datetime

    translations: ClassVar[Mapping[str, Text]] = {}
    default_language: ClassVar[str] = "en"
    podcast: ClassVar[bool] = False

    @property
    def text(self) -> Text:
        """YouTube's own words."""
        return Text(self.shelf.title.format(name=self.channel.text.title), "")

    @property
    def created(self) -> datetime:
        """As the channel."""
        return self.channel.created

    @property
    def total(self) -> int:
        """How many videos there are."""
        return len(self._numbers)

    def entries(self, start: int, stop: int) -> Iterator[Entry]:
        """Some of them."""
        for place, index in enumerate(self._numbers[start:stop], start):
            yield self._entry(place, index)

    def mark(self, entry: Entry) -> str:
        """What stands for an entry in its id: the video."""
        return self.universe.video_id(self.channel, entry.index)

    def marked(self, mark: str) -> Entry | None:
        """The entry with this mark."""
        return self.find(*divmod(video_number(mark), 1 << INDEX_BITS)) if is_video_id(mark) else None

    def find(self, ghost: int, index: int) -> Entry | None:
        """The entry of an upload of the channel that `ghost` stands for."""
        if ghost != ghost_of(self.channel.number):
            return None
        place = self._place(index)
        return self._entry(place, index) if place < len(self._numbers) and self._numbers[place] == index else None

    def _entry(self, place: int, index: int) -> Entry:
        return Entry(place, self.channel.uploads.published(index), self.channel, index)

    def _place(self, index: int) -> int:
        if self.shelf.popular:
            return self._numbers.index(index) if index in self._numbers else len(self._numbers)
        return bisect_left(self._numbers, -index, key=lambda number: -number)

    @cached_property
    def _numbers(self) -> Sequence[int]:
        newest = self.channel.uploads.shelf(self.now, self.shelf.kinds)
        return sorted(newest[:_POPULAR], key=self._unpopularity) if self.shelf.popular else newest

    def _unpopularity(self, index: int) -> int:
        video = self.universe.video(self.universe.video_id(self.channel, index), self.now)
        return -video.views.at(self.now) if video else 0


def find_uploads_list(universe: Universe, wanted: str, now: datetime) -> UploadsList | None:
    """The list with this id. One without videos does not exist, as little as that of a channel that is gone."""
    shelf, channel = SHELVES.get(wanted[:-_TAIL]), universe.channel(f"UC{wanted[-_TAIL:]}", now)
    found = UploadsList(wanted, channel, universe, shelf, now) if shelf and channel else None
    return found if found and found.total else None
