"""Things inside things, as JSON and Parquet have them: which of the texts are channels, and which title is whose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.imports.finding import Called, Channel, Found, in_value
from app.imports.paging import Entry, entry_of, reject
from app.youtube.resolving.links import Kind

_DEEPEST = 200
_HELD = 256
_LONGEST_TITLE = 1_000
_TITLE = re.compile(r"(.*?)(?:title|displayname|name)|(author|uploader|creator|artist)")
_END_OF_KEY = re.compile(r"(?:id|url|link|uri|key)$")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_HOLDS_AN_ID = frozenset({"channelid", "channelurl", "youtubechannelid", "externalchannelid"})
_OF_A_VIDEO = frozenset({"videoid", "videotitle", "videourl"})
_VIDEOS = frozenset({"youtube#video", "youtube#playlistItem", "youtube#activity"})
_SUBSCRIBED, _SUBSCRIBED_UNDER = "resource", "resourceid"
_LIST, _OBJECT, _MAP = "[", "{", "m"


@dataclass(slots=True)
class _About:
    """What stands beside a channel: what its own key begins with, and its title."""

    line: int
    stem: str = ""
    title: str | None = None


@dataclass(slots=True)
class _Level:
    """An object or a list that has been opened and not yet closed."""

    is_list: bool
    under: str = ""
    """The key under which it stands."""
    key: str = ""
    """The one that is being read."""
    hits: dict[Found, _About] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    lent: str | None = None
    """The title of something inside that has no id of its own, as the snippet of a resource."""
    country: str | None = None
    of_video: bool = False
    is_map: bool = False
    """Its keys name channels, so that it is no record but a list of them."""
    missed: tuple[int, str] | None = None
    """What stands where an id should, and its line."""

    @property
    def says_nothing(self) -> bool:
        """Whether nothing in it could yet be of use."""
        kept = (self.key, self.hits, self.titles, self.lent, self.country, self.of_video, self.missed)
        return not any(kept) and self.under != _SUBSCRIBED_UNDER


class Records:
    """Takes what a reader meets, in its order, and tells what it means as soon as a record is complete."""

    def __init__(self, inside: str = "") -> None:
        self._ready: list[Entry] = []
        self.drop()
        self._levels += [_Level(is_list=sign == _LIST, is_map=sign == _MAP) for sign in inside]

    @property
    def depth(self) -> int:
        """How many objects and lists are open."""
        return len(self._levels) - 1 + self._too_deep

    @property
    def inside(self) -> str | None:
        """What is open, a sign for each, for another Records to go on with; None where that does not tell all."""
        if self._too_deep or not all(level.says_nothing for level in self._levels):
            return None
        return "".join(_LIST if level.is_list else _MAP if level.is_map else _OBJECT for level in self._levels[1:])

    def take(self) -> Iterator[Entry]:
        """What has become complete."""
        ready, self._ready = self._ready, []
        yield from ready

    def open(self, line: int, *, is_list: bool) -> None:
        """An object or a list begins."""
        above = self._levels[-1]
        if len(self._levels) > _DEEPEST:
            self._too_deep += 1
            return
        level = _Level(is_list, _plain(above.key), of_video=above.of_video)
        named = self._named_by_key(above)
        if named and not is_list:
            # {"UC...": {"title": ...}}: what is inside is about that channel
            level.hits[named] = _About(line)
        elif named:
            above.hits.setdefault(named, _About(line))
        above.key = ""
        self._levels.append(level)

    def key(self, text: str) -> None:
        """The name of what comes next."""
        self._levels[-1].key = text

    def value(self, line: int, text: str | None) -> None:
        """A text; or anything else, as None."""
        level = self._levels[-1]
        found, key = in_value(text) if text else None, _plain(level.key)
        named = self._named_by_key(level)
        if found:
            level.hits.setdefault(found, _About(line, _END_OF_KEY.sub("", key)))
        elif text:
            _note(level, key, line, text)
        if named:
            level.hits.setdefault(named, _About(line))
        level.of_video = level.of_video or key in _OF_A_VIDEO or (key == "kind" and text in _VIDEOS)
        level.key = ""
        if level.is_list or level.is_map or len(level.hits) > _HELD:
            self._settle(level)

    def close(self) -> None:
        """What was opened last ends."""
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._levels) > 1:
            self._end(self._levels.pop(), self._levels[-1])

    def drop(self) -> None:
        """Forget what is open: it was broken."""
        self._levels, self._too_deep = [_Level(is_list=True)], 0

    def finish(self) -> None:
        """No more comes: what is open ends here."""
        self._too_deep = 0
        while len(self._levels) > 1:
            self.close()

    def _named_by_key(self, level: _Level) -> Found | None:
        """{"UC...": ...} or {"@name": ...}: the key itself names a channel."""
        found = in_value(level.key) if level.key else None
        level.is_map = level.is_map or found is not None
        return found

    def _end(self, level: _Level, above: _Level) -> None:
        if not level.is_list:
            _give_titles(level)
        if not level.hits and not level.of_video:
            above.lent = above.lent or level.titles.get("") or level.lent
            above.country = above.country or level.country
        if level.missed and not level.hits:
            self._ready.append(reject(*level.missed, "no channel id, link or handle"))
        if above.is_list or level.is_list or level.is_map:
            self._settle(level)
        for found, about in level.hits.items():
            about.stem = _SUBSCRIBED if level.under == _SUBSCRIBED_UNDER else about.stem
            above.hits.setdefault(found, about)

    def _settle(self, level: _Level) -> None:
        """A record is complete. Names beside the only id are those of the same channel: to ask for them would cost."""
        hits, level.hits = level.hits, {}
        channels = [found for found in hits if isinstance(found, Channel)]
        if len(channels) == 1 and not level.is_list:
            handle = next((found for found in hits if _is_handle(found)), None)
            hits = {found: about for found, about in hits.items() if not isinstance(found, Called)}
            beside = (f"@{handle.meaning.name}" if isinstance(handle, Called) else None, level.country)
        else:
            beside = (None, None)
        self._ready += [entry_of(found, about.line, about.title, *beside) for found, about in hits.items()]


def _note(level: _Level, key: str, line: int, text: str) -> None:
    """A text that names no channel: a title, a country, or what stands in the place of an id."""
    if named := _TITLE.fullmatch(key):
        level.titles.setdefault(named[1] or named[2] or "", text[:_LONGEST_TITLE])
    elif key == "country" and _COUNTRY.fullmatch(text):
        level.country = text.upper()
    elif key in _HOLDS_AN_ID:
        level.missed = level.missed or (line, text)


def _give_titles(level: _Level) -> None:
    """A title goes to the id whose key begins as its own does; one without such a beginning, to the only one."""
    untitled = [about for found, about in level.hits.items() if isinstance(found, Channel) and about.title is None]
    for about in untitled:
        stems = (about.stem, about.stem.removesuffix("channel"), f"{about.stem}channel")
        about.title = next((level.titles[stem] for stem in stems if about.stem and stem and stem in level.titles), None)
    left = [about for about in untitled if about.title is None]
    # The title in a subscription is that of the channel that is subscribed to, not of who does.
    subscribed = [about for about in left if about.stem == _SUBSCRIBED]
    plain = None if level.of_video else level.titles.get("") or level.lent
    title = plain if subscribed else level.titles.get("channel") or plain
    if title and len(subscribed or left) == 1:
        (subscribed or left)[0].title = title


def _is_handle(found: Found) -> bool:
    return isinstance(found, Called) and found.meaning.kind is Kind.HANDLE


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower() if len(key) <= _LONGEST_TITLE else ""
