"""What a discovery method is: it looks at one channel that is known, asks YouTube or nobody, and names others.

Standard library only: a package from outside needs nothing of Tributary but this file.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """A stored text of a channel: its own description, or the title and description of one of its videos."""

    origin: str
    """Where it stands: `channel`, or `video <id>`."""
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A stored channel that shares rare terms with the seed."""

    channel_id: str
    shared: tuple[str, ...]
    """The terms that both have, the rarest first."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A channel that is to be expanded, as far as it is stored."""

    channel_id: str
    title: str = ""
    language: str | None = None
    country: str | None = None
    keywords: tuple[str, ...] = ()
    """The owner's own words for the channel."""
    uploads_playlist_id: str | None = None
    video_count: int | None = None
    subscriber_count: int | None = None
    """Rounded down to three figures by YouTube; None when hidden."""
    playlist_ids: tuple[str, ...] = ()
    """Its stored playlists, without the uploads."""
    video_ids: tuple[str, ...] = ()
    """Its stored videos, the newest first; 50 at most."""
    texts: tuple[Text, ...] = ()
    """Only for methods that name `texts` in `needs`."""
    alike: tuple[Alike, ...] = ()
    """Only for methods that name `alike` in `needs`."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One call, paid for before it leaves. The `yield` that hands it over brings YouTube's JSON.

    A verdict on what was asked for (private, deleted, comments switched off) ends the seed, and is its outcome's
    reason; unless `may_fail`, then the `yield` brings None.
    """

    method: str
    """As YouTube calls it: `channelSections.list`."""
    params: Mapping[str, str]
    """The query, never with a key; `maxResults` and `fields` are the method's to choose."""
    may_fail: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Another channel, by its id or by its handle, and what speaks for it.

    The same channel may be found again and again: each evidence counts once.
    """

    channel: str
    """`UC...`, or a handle with its `@`."""
    evidence: str
    """Where it was seen, short and repeatable: `video dQw4w9WgXcQ`, `playlist PL...`, `section multipleChannels`."""


Exploration = Generator[Ask | Found, Mapping[str, Any] | None, None]


class DiscoveryMethod(Protocol):
    """A member of the family in discovery/methods/. It keeps no state, makes no calls itself and reads no clock."""

    name: str
    """In requests, rows and metrics: `featured_channels`."""
    title: str
    meaning: str
    """What an edge says, in a sentence that a reader of the graph understands."""
    service: str
    """Who is asked: `youtube`, or `stored` for what needs no call."""
    bucket: str | None
    """The quota bucket that its calls are paid from; None for a method without calls."""
    units_per_seed: float
    """What a seed costs by experience, before there is any of our own."""
    new_per_seed: float
    """How many channels nobody knew it finds by experience; a first guess, soon outweighed by what is measured."""
    interval: timedelta
    """How long a channel is not expanded again by this method."""
    needs: frozenset[str]
    """What it wants of a seed beyond its row: `texts`, `alike`, `playlists`, `videos`."""
    references: tuple[str, ...]
    """Where its behaviour, cost or use is documented."""

    def explore(self, seed: Seed) -> Exploration:
        """Yield an `Ask` to get its answer, and a `Found` for each channel that is named."""
