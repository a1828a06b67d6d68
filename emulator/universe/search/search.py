"""What a search finds: without an index, by going from words to communities, to channels, to their videos.

Only as much is drawn as a page needs, and no search finds more than 500 things, as on the real service.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import chain, islice

from emulator.universe.channels import Channel
from emulator.universe.draws import Draws
from emulator.universe.growth import step_of
from emulator.universe.lists.playlists import Playlists
from emulator.universe.search.channels import called, candidates, reach
from emulator.universe.search.query import Query
from emulator.universe.search.results import Result, of_channel, of_playlist, of_video
from emulator.universe.universe import Universe
from emulator.universe.uploads import Shelf

MOST = 500
"""Results of a search, on all its pages."""

ESTIMATED_MOST = 1_000_000
"""What no estimate of a total exceeds."""

_CHANNELS = 48
"""Of so many channels videos and playlists are found."""

_EXAMINED = 600
"""So many videos at most are looked at for those that pass the filters."""

_TOGETHER = 3
"""Videos of one channel that follow each other among the most relevant, and playlists of one that are found."""

_PATTERN = ("channel", *8 * ("video",), "playlist")
"""How the most relevant things of several kinds follow each other."""

_VIDEOS_PER_CHANNEL = 20
_PER_CHANNEL = 32
"""Videos of one channel that a search can find which does not name it."""

_GOLDEN = 0.6180339887498949


class Search:
    """One search in a universe as it is at an instant."""

    def __init__(self, universe: Universe, query: Query, now: datetime) -> None:
        self._universe, self._query, self._now = universe, query, now
        self._by_name = called(universe, query, now) is not None

    def results(self) -> Iterator[Result]:
        """What is found, in order and up to `MOST`, drawn as far as somebody reads."""
        streams = {"channel": self._channels(), "video": self._videos(), "playlist": self._playlists()}
        wanted = {kind: stream for kind, stream in streams.items() if kind in self._query.kinds}
        return islice(self._mixed(wanted), MOST)

    def estimate(self) -> int:
        """About how many results there are, as the service tells it: never to be paged by."""
        if self._query.channel_id:
            return sum(len(self._uploads(one).places) for one in candidates(self._universe, self._query, self._now))
        per_channel = sum({"video": _VIDEOS_PER_CHANNEL, "channel": 1, "playlist": 2}[k] for k in self._query.kinds)
        luck = Draws(self._universe.seed, "estimate", f"{self._query.words.text} {step_of(self._now)}".encode())
        return min(ESTIMATED_MOST, int(reach(self._query) * per_channel * (0.8 + 0.4 * luck.fraction())))

    def _mixed(self, streams: Mapping[str, Iterator[Result]]) -> Iterator[Result]:
        order = self._query.order
        if order == "relevance":
            return _in_turn(streams)
        if order == "date":  # videos come sorted already, so that only those of a page are drawn
            others = (stream for kind, stream in streams.items() if kind != "video")
            return merge(self._sorted(others), streams.get("video", ()), key=lambda result: result.key(order))
        return iter(self._sorted(streams.values()))

    def _sorted(self, streams: Iterable[Iterator[Result]]) -> list[Result]:
        return sorted(chain.from_iterable(streams), key=lambda result: result.key(self._query.order))

    def _among(self, most: int | None) -> Iterator[Channel]:
        """The channels of which something may be found."""
        channels = islice(candidates(self._universe, self._query, self._now), most)
        return (channel for channel in channels if self._query.is_about(channel.topics))

    def _fits(self, *texts: str) -> bool:
        return self._by_name or self._query.words.fit(*texts)

    def _channels(self) -> Iterator[Result]:
        for channel in self._among(None if self._query.kinds == {"channel"} else _CHANNELS):
            text = channel.text
            if self._query.was_then(channel.created) and self._fits(
                text.title, text.description, channel.keywords, channel.handle or ""
            ):
                yield of_channel(channel, self._universe, self._now)

    def _videos(self) -> Iterator[Result]:
        ids = islice(self._video_ids(), _EXAMINED)
        for video in (video for wanted in ids if (video := self._universe.video(wanted, self._now))):
            text = video.text
            if self._query.passes(video) and self._fits(
                text.title, text.description, *video.tags, video.channel.text.title
            ):
                yield of_video(video, self._now)

    def _playlists(self) -> Iterator[Result]:
        for channel in self._among(_CHANNELS):
            lists = Playlists(self._universe, channel)
            numbers = lists.numbers(self._now)
            for number in numbers if self._query.channel_id else numbers[:_TOGETHER]:
                playlist = lists.playlist(number, self._now)
                fits = self._query.was_then(playlist.created) and self._fits(
                    playlist.text.title, playlist.text.description, channel.text.title
                )
                found = of_playlist(playlist, self._universe) if fits else None
                if found:
                    yield found

    def _video_ids(self) -> Iterator[str]:
        most = MOST if self._query.channel_id else _PER_CHANNEL
        lists = ((channel, self._uploads(channel)[:most]) for channel in self._among(_CHANNELS))
        chosen = _by_date(lists) if self._query.order == "date" else _by_turns(lists)
        return (self._universe.video_id(channel, index) for channel, index in chosen)

    def _uploads(self, channel: Channel) -> "_Part":
        """Those of the kinds and dates asked for, newest first."""
        uploads, query = channel.uploads, self._query
        shelf = uploads.shelf(self._now, query.uploads)
        places = range(len(shelf))

        def age(place: int) -> float:
            return -uploads.published(shelf[place]).timestamp()

        first = bisect_left(places, -query.before.timestamp(), key=age) if query.before else 0
        last = bisect_right(places, -query.after.timestamp(), key=age) if query.after else len(shelf)
        return _Part(shelf, places[first:last])


@dataclass(frozen=True, slots=True)
class _Part:
    """Some neighbours on a shelf: none of them is looked up before it is wanted."""

    shelf: Shelf
    places: range

    def __getitem__(self, at: slice) -> Sequence[int]:
        return self.shelf[self.places[at].start : self.places[at].stop]


Uploaded = tuple[Channel, int]
"""A channel and the number of an upload."""


def _by_date(lists: Iterable[tuple[Channel, Sequence[int]]]) -> Iterator[Uploaded]:
    streams = [[(channel, index) for index in uploads] for channel, uploads in lists]
    return merge(*streams, key=lambda one: -one[0].uploads.published(one[1]).timestamp())


def _by_turns(lists: Iterable[tuple[Channel, Sequence[int]]]) -> Iterator[Uploaded]:
    """Some of every channel, then some more of every channel, and so on, in no order that anybody could name."""
    waiting = deque[tuple[Channel, list[int]]]()
    for channel, uploads in lists:
        shuffled = sorted(uploads, key=lambda index: index * _GOLDEN % 1.0)
        yield from ((channel, index) for index in shuffled[:_TOGETHER])
        waiting.append((channel, shuffled[_TOGETHER:]))
    while waiting:
        channel, rest = waiting.popleft()
        yield from ((channel, index) for index in rest[:_TOGETHER])
        if rest:
            waiting.append((channel, rest[_TOGETHER:]))


def _in_turn(streams: Mapping[str, Iterator[Result]]) -> Iterator[Result]:
    """Things of several kinds, mixed as `_PATTERN` says for as long as there are any."""
    going = dict(streams)
    while going:
        for kind in _PATTERN:
            result = next(going[kind], None) if kind in going else None
            if result:
                yield result
            else:
                going.pop(kind, None)
