"""Channel ids in what people wrote, and what names a channel without being an id: told apart, and nothing else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from uuid import UUID

from app.catalog.ids import NotAChannelIdError, channel_key, read_channel_id
from app.youtube.resolving.links import Kind, Named, read

LOOKED_FOR = (
    "looked for: channel ids (UC and 22 characters), links with /channel/, /user/, /c/ or /@, feeds, lists of uploads, "
    "links of videos, handles (@name)"
)
_LONGEST = 2_048
_BARE = re.compile(r"UC[A-Za-z0-9_-]{21}[AQgw]")
_WRONG_ID = re.compile(r"UC[A-Za-z0-9_-]{22}")
_UPLOADS = re.compile(r"UU[A-Za-z0-9_-]{21}[AQgw]")
_LINK = re.compile(r"(?i:(?:https?:)?(?://)?(?:[\w-]{1,63}\.){0,4}(?:youtube(?:-nocookie|kids)?\.com|youtu\.be)/)")
_WORD = re.compile(r"[^\s\"'<>|\\,;()\[\]{}]+")
# What could be a link, an id or a handle in a word. Each part is bounded: no text takes long.
_IN_WORD = re.compile(
    rf"(?<![\w@.-]){_LINK.pattern}\S{{1,2000}}"
    r"|(?<![A-Za-z0-9_-])U[CU][A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"
    r"|^@[\w.·-]{3,30}"
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel id, by itself or in a link."""

    key: UUID


@dataclass(frozen=True, slots=True)
class Called:
    """What names a channel, but YouTube must be asked which: a handle, a user name, a link."""

    text: str
    meaning: Named


@dataclass(frozen=True, slots=True)
class Wrong:
    """What looks like an id and cannot be one."""

    text: str
    reason: str


Found = Channel | Called | Wrong


def in_value(text: str) -> Found | None:
    """What a value is as a whole: a text that only mentions a channel is none. Never raises."""
    text = text.strip()
    if _BARE.fullmatch(text):
        return Channel(channel_key(text))
    if len(text) > _LONGEST or not _could_be(text) or any(map(str.isspace, text)):
        return None
    try:
        return Channel(channel_key(read_channel_id(text)))
    except NotAChannelIdError as error:
        return _called(text) or (Wrong(text, str(error)) if _WRONG_ID.fullmatch(text) else None)


def in_cell(text: str) -> Found | None:
    """As in_value, for a place where a channel is expected: `user/name` means one there, as does a playlist's id."""
    found = in_value(text)
    if found or len(text) > _LONGEST:
        return found
    meant = _meant(text.strip())
    is_playlist = isinstance(meant, Called) and meant.meaning.kind is Kind.PLAYLIST
    return meant if is_playlist or "/" in text else None


def in_prose(text: str) -> Iterator[Found]:
    """Whatever is an id, a link or a handle in a text, each once, in their order."""
    if not _could_be(text):
        return
    seen = set()
    for word in filter(_could_be, map(itemgetter(0), _WORD.finditer(text))):
        for match in _IN_WORD.finditer(word[:_LONGEST]):
            found = in_value(match[0].rstrip("."))
            if found and (what := _identity(found)) not in seen:
                seen.add(what)
                yield found


def of_one_channel(found: Iterable[Found]) -> list[Found]:
    """What stands together, without a name beside an id: that is the same channel, and to ask for it would cost."""
    found = list(found)
    if len(found) != 2:  # noqa: PLR2004 - an id and a name
        return found
    channels: list[Found] = [one for one in found if isinstance(one, Channel)]
    names = [one for one in found if isinstance(one, Called)]
    return channels if channels and names else found


def _could_be(text: str) -> bool:
    return "UC" in text or "@" in text or "UU" in text or "youtu" in text.lower()


def _called(text: str) -> Found | None:
    if not (text.startswith("@") or _UPLOADS.fullmatch(text) or _LINK.match(text)):
        return None
    return _meant(text)


def _meant(text: str) -> Found | None:
    meaning = read(text)
    if not isinstance(meaning, Named):
        return None
    return Channel(channel_key(meaning.channel_id)) if meaning.channel_id else Called(text, meaning)


def _identity(found: Found) -> object:
    return found.meaning if isinstance(found, Called) else found
