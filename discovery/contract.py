"""What a discovery method is: it looks at one channel that is known, asks YouTube or nobody, and names others.

And what a seed source is: it names channels without starting from one, as a chart does, or a list from outside.
Standard library only: a package from outside needs nothing of Tributary but this file.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

LONGEST_EVIDENCE = 120
"""Characters of an evidence, on one line."""

MOST_CALLS = 10
"""Calls that one seed or one place may make."""

UNKNOWN = 0.5
"""The reliability of a method that says nothing about it."""


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
    handle: str | None = None
    """With its `@`, in lower case: so that a channel which names itself is not taken for another."""
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
    """`UC...`, or a handle with its `@`, in lower case. Never the seed."""
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
    """How many channels that publish and that nobody knew it finds; a first guess, outweighed by what is measured."""
    interval: timedelta
    """How long a channel is not expanded again by this method."""
    needs: frozenset[str]
    """What it wants of a seed beyond its row: `texts`, `alike`, `playlists`, `videos`."""
    chooses_by: frozenset[str]
    """`language`, `topics`: that both ends agree in what it chooses by tells nothing about its edges."""
    reliability: float
    """The share of its edges that lead to a channel about the same: a first guess by what an edge means, corrected by
    what is measured. A method from outside may leave it out; then it is `UNKNOWN`."""
    references: tuple[str, ...]
    """Where its behaviour, cost or use is documented."""

    def explore(self, seed: Seed) -> Exploration:
        """Yield an `Ask` to get its answer, and a `Found` for each channel that is named."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a seed source looks. Its edges have no source channel, and its name is their `service_name`."""

    name: str
    """`DE/10` for a country's chart, or what a list from outside is called."""
    lines: Iterable[str] = ()
    """Of the list, for a source that has no `places` of its own; read once, from the first to the last."""


@runtime_checkable
class SeedSource(Protocol):
    """A member of the same family that needs no channel to start from. It keeps no state and reads no file or clock."""

    name: str
    """In requests, rows and metrics: `trending_charts`. No method has the same."""
    title: str
    meaning: str
    """What it says of a channel that it was named here."""
    service: str
    """Who is asked: `youtube`, or `stored` for what needs no call."""
    bucket: str | None
    """The quota bucket that its calls are paid from; None for a source without calls."""
    units_per_place: float
    new_per_place: float
    """How many channels that publish and that nobody knew a place names; a first guess."""
    interval: timedelta
    """How long it does not look at the same place again."""
    places: tuple[str, ...]
    """All that it can look at, what is worth most first; empty for a source that reads lines which people bring."""
    references: tuple[str, ...]

    def explore(self, place: Place) -> Exploration:
        """Yield an `Ask` to get its answer, and a `Found` for each channel that is named."""
