"""Names that an import has found, and no ids: how many there are, and what they take."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from app.words import count
from app.youtube.costs import MAX_IDS
from app.youtube.resolving.links import Kind, Named

Place = tuple[int, str, str]
"""Where a name stands among those of its import."""
BEFORE_ALL: Place = (-1, "", "")
_WORDS = {
    Kind.HANDLE: "handle",
    Kind.USER: "user name",
    Kind.CUSTOM: "custom name",
    Kind.CHANNEL: "channel",
    Kind.VIDEO: "video",
    Kind.PLAYLIST: "playlist",
}
_METHODS = {Kind.VIDEO: "videos.list", Kind.PLAYLIST: "playlists.list"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A name that waits, and its place."""

    name: Named
    place: Place


@dataclass(frozen=True, slots=True)
class Count:
    """How many names of a kind wait, how many of them are known already, and how many are to be asked for."""

    names: int
    known: int
    asked: int


def calls_of(counts: Mapping[Kind, Count]) -> dict[str, int]:
    """The calls that names take, by method: one for each, but fifty videos or playlists share one."""
    alone = sum(count.asked for kind, count in counts.items() if kind not in _METHODS)
    packed = {method: ceil(counts[kind].asked / MAX_IDS) for kind, method in _METHODS.items() if kind in counts}
    return {"channels.list": alone, **packed}


def in_words(counts: Mapping[Kind, Count]) -> str:
    """`3 handles, 1 user name`."""
    told = [(counts[kind].names, word) for kind, word in _WORDS.items() if kind in counts]
    return ", ".join(count(names, word) for names, word in told)


def reason_of(name: Named) -> str:
    """Why a row waits, as its item says."""
    return f"a {_WORDS[name.kind]}, not a channel id; it waits to be resolved: jobs resolve-names"
