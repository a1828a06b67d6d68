"""Playlists: what owners collect, out of their own videos and out of those of channels that they know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from emulator.universe.channels import Channel, draw_translations
from emulator.universe.communities import FOREIGN, draw_neighbour
from emulator.universe.draws import Draws
from emulator.universe.growth import REFERENCE
from emulator.universe.ids import channel_id, id_bytes
from emulator.universe.lists.contents import Contents, Entry, Mix, Series, Source
from emulator.universe.lists.ids import mark_of, old_playlist_id, place_of, playlist_id, playlist_number
from emulator.universe.universe import Universe
from emulator.universe.uploads import Uploads, hours_of
from emulator.universe.writing.languages import BY_CODE
from emulator.universe.writing.texts import Text, draw_text, draw_topic

MOST_LISTS = 500
"""Nobody has more."""

MOST_ENTRIES = 5000
"""As many as a playlist holds."""

FIRST_NEW_ID = datetime(2012, 2, 1, tzinfo=UTC)
"""Lists that are older have short ids."""

_USUALLY_MOST = 200
_YEAR = 365 * 24.0
_UNDESCRIBED, _DECLARED, _PODCASTS = 0.6, 0.1, 0.02
_OWN, _WITH_OWN = 0.5, 0.5
"""Shares of the lists that hold nothing but the owner's videos, and of the others that hold some of them."""

_STRIDES = (1, 1, 2, 3, 7)
_FRIENDS = 16
_AT_ONCE, _FOR_A_TIME = 0.5, 0.8
"""Shares of the lists that are filled within days; up to the second, within years; the others never end."""


@dataclass(frozen=True)
class Playlist:
    """Everything that can be told about a playlist of a channel at an instant."""

    id: str
    channel: Channel
    """Whose it is."""
    created: datetime
    text: Text
    translations: Mapping[str, Text]
    default_language: str | None
    podcast: bool
    contents: Contents
    total: int
    """Entries, those whose video is gone included."""

    def entries(self, start: int, stop: int) -> Iterator[Entry]:
        """Some of them, in the order in which they were added."""
        return map(self.contents.entry, range(self.total)[start:stop])

    def mark(self, entry: Entry) -> str:
        """What stands for an entry in its id."""
        return mark_of(entry.place)

    def marked(self, mark: str) -> Entry | None:
        """The entry with this mark."""
        place = place_of(mark)
        return None if place is None or place >= self.total else self.contents.entry(place)

    def find(self, ghost: int, index: int) -> Entry | None:
        """The entry of an upload of the channel that `ghost` stands for."""
        place = self.contents.place(ghost, index)
        return None if place is None or place >= self.total else self.contents.entry(place)


class Playlists:
    """The playlists of one channel: most have few, a third none."""

    def __init__(self, universe: Universe, channel: Channel) -> None:
        self._universe = universe
        self._channel = channel
        draws = Draws(universe.seed, "playlists", id_bytes(channel.id))
        wish = draws.heavy_tail(scale=2.0, exponent=1.1, cap=_USUALLY_MOST)
        count = int(wish if channel.uploads.rate else wish / 4)
        start = hours_of(channel.created)
        self._dates = _dates(start, channel.uploads.end, count / max(_YEAR, hours_of(REFERENCE) - start))

    def numbers(self, now: datetime) -> range:
        """The numbers of those that there are, newest first."""
        return range(min(self._dates.total(now), MOST_LISTS))[::-1]

    def playlist(self, number: int, now: datetime) -> Playlist:
        """The one with this number."""
        channel, seed, created = self._channel, self._universe.seed, self._dates.published(number)
        subject = id_bytes(channel.id) + number.to_bytes(2)
        face, language = Draws(seed, "playlist", subject), BY_CODE[channel.language]
        text, declared = draw_text(face, language, draw_topic(face, channel)), face.chance(_DECLARED)
        contents = self._contents(Draws(seed, "contents", subject), created)
        new = created >= FIRST_NEW_ID or channel.number >= FOREIGN
        return Playlist(
            id=(playlist_id if new else old_playlist_id)(channel.number, number),
            channel=channel,
            created=created,
            text=Text(text.title, "") if face.chance(_UNDESCRIBED) else text,
            translations=draw_translations(face, language) if declared else {},
            default_language=language.code if declared else None,
            podcast=face.chance(_PODCASTS),
            contents=contents,
            total=min(contents.total(now), MOST_ENTRIES),
        )

    def _contents(self, draws: Draws, created: datetime) -> Contents:
        channel, size = self._channel, draws.heavy_tail(scale=15, exponent=1.0, cap=MOST_ENTRIES)
        uploaded, dates = channel.uploads.total(created), _adding(draws, created, size)
        if channel.uploads.rate and draws.chance(_OWN):
            return Series(channel, max(0, uploaded - draws.below(1 + int(size))), draws.pick(_STRIDES), dates)
        taste, with_own = draws.fraction(), draws.chance(_WITH_OWN)
        friends = [friend for friend in self._friends if draws.chance(taste) and friend.lives(created)]
        sources = [channel, *friends] if with_own else friends
        deep = 1 + int(2 * size / max(1, len(sources)))
        return Mix([_newest(one, created, deep) for one in sources if one.uploads.total(created)], dates)

    @cached_property
    def _friends(self) -> list[Channel]:
        """Whose videos the owner likes. At the reference date everybody is there who ever will be."""
        draws = Draws(self._universe.seed, "liked", id_bytes(self._channel.id))
        drawn = {draw_neighbour(draws, self._channel.number) for _ in range(_FRIENDS)} - {self._channel.number}
        found = (self._universe.channel(channel_id(number), REFERENCE) for number in sorted(drawn))
        return [friend for friend in found if friend]


def find_playlist(universe: Universe, wanted: str, now: datetime) -> Playlist | None:
    """The playlist with this id, if there is one."""
    owner, number = playlist_number(wanted) or (None, 0)
    channel = None if owner is None else universe.channel(channel_id(owner), now)
    lists = Playlists(universe, channel) if channel else None
    found = lists.playlist(number, now) if lists and number in lists.numbers(now) else None
    return found if found and found.id == wanted else None


def _adding(draws: Draws, created: datetime, size: float) -> Uploads:
    """When entries are added: all at once, for a time, or for ever."""
    start, luck = hours_of(created), draws.fraction()
    if luck < _FOR_A_TIME:
        span = 1.0 + draws.below(72 if luck < _AT_ONCE else 24 * 1000)
        return _dates(start, start + span, size / span)
    return _dates(start, float("inf"), size / max(_YEAR, hours_of(REFERENCE) - start))


def _newest(channel: Channel, at: datetime, deep: int) -> Source:
    total = channel.uploads.total(at)
    count = min(total, deep)
    return Source(channel, total - count, count)


def _dates(start: float, end: float, rate: float) -> Uploads:
    """Dates alone, in hours since 1970: of what neither has kinds nor disappears."""
    return Uploads(start, end, rate, shorts=0, lives=0, removed=0)
