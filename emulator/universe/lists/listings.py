"""What playlistItems.list can list: playlists, and the lists that YouTube makes of a channel's videos."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol

from emulator.universe.channels import Channel
from emulator.universe.lists.contents import Entry
from emulator.universe.lists.playlists import find_playlist
from emulator.universe.lists.uploads import find_uploads_list
from emulator.universe.universe import Universe
from emulator.universe.writing.texts import Text


class Listing(Protocol):
    """A list at an instant. None and empty mean that the real API leaves it out."""

    @property
    def id(self) -> str:
        """`PL…`, or `UU…` and its like."""

    @property
    def channel(self) -> Channel:
        """Whose it is."""

    @property
    def created(self) -> datetime:
        """When it was made."""

    @property
    def text(self) -> Text:
        """Title and description."""

    @property
    def translations(self) -> Mapping[str, Text]:
        """The text in other languages."""

    @property
    def default_language(self) -> str | None:
        """That of the text, if it is declared."""

    @property
    def podcast(self) -> bool:
        """Whether it is one."""

    @property
    def total(self) -> int:
        """How many entries it has."""

    def entries(self, start: int, stop: int) -> Iterator[Entry]:
        """Some of them."""

    def mark(self, entry: Entry) -> str:
        """What stands for an entry in its id."""

    def marked(self, mark: str) -> Entry | None:
        """The entry with this mark."""

    def find(self, ghost: int, index: int) -> Entry | None:
        """The entry of an upload of the channel that `ghost` stands for."""


def find_listing(universe: Universe, wanted: str, now: datetime) -> Listing | None:
    """The list with this id, if there is one."""
    return find_playlist(universe, wanted, now) or find_uploads_list(universe, wanted, now)
