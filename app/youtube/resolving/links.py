"""What people type and paste, read without asking anyone: which channel, video or playlist it names."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

from app.catalog.ids import NotAChannelIdError, read_channel_id


class Kind(StrEnum):
    """What a text names."""

    CHANNEL = "channel"
    HANDLE = "handle"
    USER = "user"
    """The legacy name of a /user/ address."""
    CUSTOM = "custom"
    """The name of a /c/ address, or of one without anything before it; the API cannot look it up."""
    VIDEO = "video"
    PLAYLIST = "playlist"


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names, in one spelling: handles and names in lower case and without @, ids as they are."""

    kind: Kind
    name: str
    channel_id: str | None = None
    """The channel, where the text alone tells it; otherwise YouTube must be asked."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text names nothing that could be asked for, and what to do about it."""

    reason: str


Reading = Named | Unreadable
_Read = Callable[[str], Reading]

_LONGEST_TEXT, _LONGEST_NAME, _LONGEST_WORD = 2_048, 100, 30
_WRAPPED_AT_MOST = 3
_YOUTUBE = ("youtube.com", "youtube-nocookie.com", "youtubekids.com", "youtu.be")
# What stands around a link in mail, prose, Markdown, HTML and CSV. Not the full stop: some handles end with one.
_AROUND = " \t\r\n\v\f\x85\xa0\u2028\u2029\u3000\"'`´‘’‚“”„«»‹›<>()[]{}*|,;:!?…"  # noqa: RUF001 - look-alikes are what is pasted
# Invisible signs, halves of UTF-16 pairs, and what no script uses.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_NAME = re.compile(r"""[^\s/?#&,;:!"'<>()\[\]{}|\\]+""")
_SCHEME = re.compile(r"^(?:https?:/{0,2}|//)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_ID = re.compile(r"[A-Za-z0-9_-]*")
_VIDEO_LENGTH = 11
# Without a capital letter it is sooner a name of eleven letters: 3 of 1,000 ids have none.
_BARE_VIDEO = re.compile(r"(?=.*[A-Z])[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]")
# Mixes of a video; those of an artist or of YouTube have longer ids.
_MIX = re.compile(rf"RD(?:(?:MM|AMVM)?{_BARE_VIDEO.pattern}|[A-Za-z0-9_-]{{20,}})")
_PLAYLIST = re.compile(r"PL(?:[A-Za-z0-9_-]{32}|[0-9A-F]{16})|OLAK5uy_[A-Za-z0-9_-]{33}")
_OLD_PLAYLIST = re.compile(r"[0-9A-F]{16}")
# Uploads (all, videos, shorts, live, popular, for members), likes and favourites: the channel's id is in the list's.
_OF_CHANNEL = re.compile(r"(?:UU(?:LF|LP|SH|PS|LV|PV|MO|MF|MS|MV)?|LL|FL|PU)([A-Za-z0-9_-]{21}[AQgw])")
_OWN_LISTS = frozenset({"WL", "LL", "LM", "HL"})

_ONE_EACH = "write one link, id or @handle on each line"


def read(text: str) -> Reading:
    """What the text names, or why nothing; never raises, whatever the text is."""
    return _read(text, _WRAPPED_AT_MOST)


def _read(text: str, depth: int) -> Reading:
    if len(text) > _LONGEST_TEXT:
        return Unreadable(f"longer than any link, with {len(text):,} characters; {_ONE_EACH}")
    plain = _plain(text)
    if not plain:
        return Unreadable(f"empty; {_ONE_EACH}")
    try:
        return _channel_named(read_channel_id(plain))
    except NotAChannelIdError as error:
        why = str(error)
    if any(map(str.isspace, plain)):
        return Unreadable(f"more than one word; {_ONE_EACH}")
    return _of_address(plain, depth) or _of_word(plain, why)


def _plain(text: str) -> str:
    """The text in composed letters, without what is invisible and without what stands around it."""
    kept = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    # The full-width @ is what a Japanese keyboard gives; `&amp;` comes out of web pages.
    return unicodedata.normalize("NFC", kept).replace("\uff20", "@").replace("&amp;", "&").strip(_AROUND)


def _of_address(plain: str, depth: int) -> Reading | None:
    """What a link names, or the part of a link from its path on; None when it is neither."""
    address, _, fragment = _SCHEME.sub("", plain, count=1).partition("#")
    path, _, query = address.partition("?")
    host, *segments = path.split("/")
    values = {name.lower(): value for name, value in reversed(parse_qsl(query))}
    host = host.lower().partition(":")[0].rstrip(".")
    if any(host == known or host.endswith(f".{known}") for known in _YOUTUBE):
        return _of_youtube(host, list(filter(None, segments)), values, depth)
    if path and (not host or host in _BY_PATH):
        return _of_youtube("", list(filter(None, path.split("/"))), values, depth)
    if _HOST.fullmatch(host) and (segments or fragment or query):
        wrapped = _wrapped(values, depth)
        return wrapped or Unreadable(f"a link to {host[:_LONGEST_NAME]}, not to YouTube; send the link of the channel")
    return None


def _of_youtube(host: str, segments: list[str], values: Mapping[str, str], depth: int) -> Reading:
    first, second = [*map(unquote, segments), "", ""][:2]
    if first.startswith("@"):
        return _handle(first)
    by_path = _BY_PATH.get(first.lower())
    if by_path and second and second not in _PLACEHOLDERS:
        return by_path(second)
    if first and not by_path and host.endswith("youtu.be"):
        return _video(first)
    return _of_query(first, values, depth) or _of_page(first, second)


def _of_query(first: str, values: Mapping[str, str], depth: int) -> Reading | None:
    """What stands behind the question mark; None where that says nothing."""
    # the `v` beside a link inside the link is the video that it stood under
    if first.lower() in _WRAPPING and (wrapped := _wrapped(values, depth)):
        return wrapped
    found = [reader(values[name]) for name, reader in _BY_QUERY.items() if name in values]
    if found:
        return next((one for one in found if isinstance(one, Named)), found[0])
    return _wrapped(values, depth)


def _of_page(first: str, second: str) -> Reading:
    """The name of a channel, with one of its tabs or without, or a page that is nobody's."""
    nobodys = not first or first.lower() in _BY_PATH or first.lower() in _PAGES
    return _no_channel() if nobodys or (second and second.lower() not in _TABS) else _custom(first)


def _wrapped(values: Mapping[str, str], depth: int) -> Reading | None:
    """What the link inside a link names: a redirect, a consent page, a result of a search engine."""
    inner = next((values[name] for name in _WRAPPERS if "/" in values.get(name, "")), "")
    if inner and not depth:
        return Unreadable("links inside links inside links; send the innermost")
    return _read(inner, depth - 1) if inner else None


def _of_word(word: str, why_no_channel_id: str) -> Reading:
    """What a single word names that is no part of a link."""
    if word.startswith("@"):
        return _handle(unquote(word))
    if _BARE_VIDEO.fullmatch(word):
        return Named(Kind.VIDEO, word)
    if _MIX.fullmatch(word) or _PLAYLIST.fullmatch(word) or _OF_CHANNEL.fullmatch(word) or word in _OWN_LISTS:
        return _playlist(word)
    if word.startswith("UC") and len(word) > len("UC") + 16:
        return Unreadable(f"{why_no_channel_id}; a channel id is UC and 22 letters, digits, - or _")
    letters = any(unicodedata.category(char)[0] == "L" for char in word)
    if letters and len(word) <= _LONGEST_WORD and all(unicodedata.category(c)[0] in "LMN" or c in "_-" for c in word):
        return _custom(word)
    return Unreadable("no link, id or handle; a handle is written with its @")


def _no_channel() -> Reading:
    return Unreadable("a page of YouTube that belongs to no channel; send the link of a channel, video or playlist")


def _browsed(value: str) -> Reading:
    """What YouTube Music shows: an artist is a channel, VL stands before a list, an album is neither."""
    if value.startswith("VL"):
        return _playlist(value.removeprefix("VL"))
    return _channel(value) if value.startswith("UC") else _no_channel()


def _channel(value: str) -> Reading:
    try:
        return _channel_named(read_channel_id(value))
    except NotAChannelIdError as error:
        return Unreadable(f"{error}; copy the link again, or send the channel's @handle")


def _channel_named(channel_id: str) -> Named:
    return Named(Kind.CHANNEL, channel_id, channel_id)


def _handle(value: str) -> Reading:
    return _named(Kind.HANDLE, value)


def _user(value: str) -> Reading:
    return _named(Kind.USER, value)


def _custom(value: str) -> Reading:
    return _named(Kind.CUSTOM, value)


def _named(kind: Kind, value: str) -> Reading:
    """A name in the spelling that YouTube compares: case does not matter to it."""
    if any(map(str.isspace, value.strip())):
        return Unreadable("a name with a blank in it, which no name has; copy the link again")
    found = _NAME.match(unicodedata.normalize("NFC", value).removeprefix("@"))
    name = found[0].lower() if found else ""
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "\ufffd" in name:
        return Unreadable("a name with characters that no name has; copy the link again, or send the channel's id")
    return Named(kind, name)


def _video(value: str) -> Reading:
    video_id = _id(value)
    if len(video_id) == _VIDEO_LENGTH:
        return Named(Kind.VIDEO, video_id)
    return Unreadable(f"a video id has {_VIDEO_LENGTH} characters, this one {len(video_id)}; copy the link again")


def _playlist(value: str) -> Reading:
    list_id = _id(value)
    if _PLAYLIST.fullmatch(list_id):
        return Named(Kind.PLAYLIST, list_id)
    if of_channel := _OF_CHANNEL.fullmatch(list_id):
        return Named(Kind.PLAYLIST, list_id, f"UC{of_channel[1]}")
    if list_id in _OWN_LISTS:
        return Unreadable(
            f"the list {list_id} is that of whoever is signed in; the API cannot read it: send a public list"
        )
    if list_id.startswith("RD"):
        return Unreadable(
            "a mix, which YouTube makes anew for each viewer; the API cannot read it: send a video or channel"
        )
    return Unreadable("not a playlist id, which is PL and 32 or 16 characters; copy the link again")


def _old_playlist(value: str) -> Reading:
    """Links of before 2012 leave the PL out."""
    return _playlist(f"PL{value}" if _OLD_PLAYLIST.fullmatch(value) else value)


def _id(value: str) -> str:
    found = _ID.match(value)
    return found[0] if found else ""


_BY_PATH: Mapping[str, _Read] = {
    "channel": _channel,
    "browse": _browsed,
    "c": _custom,
    "user": _user,
    "watch": _video,
    "shorts": _video,
    "live": _video,
    "video": _video,
    "embed": _video,
    "v": _video,
    "e": _video,
    "playlist": _playlist,
}
_PLACEHOLDERS = frozenset({"videoseries", "live_stream"})
"""/embed/ has these in the place of a video."""

# A video inside a playlist is asked for as the video: whoever copied the link was looking at it.
_BY_QUERY: Mapping[str, _Read] = {
    "v": _video,
    "list": _playlist,
    "p": _old_playlist,
    "channel_id": _channel,
    "channel": _channel,
    "playlist_id": _playlist,
    "user": _user,
    "add_user": _user,
}
_WRAPPING = frozenset({"redirect", "attribution_link"})
_WRAPPERS = ("u", "url", "q", "continue", "next")
_TABS = frozenset(
    (
        "about", "channels", "community", "courses", "discussion", "featured", "feed", "home", "join", "live",
        "membership", "playlists", "podcasts", "posts", "releases", "search", "shop", "shorts", "store", "streams",
        "videos",
    )
)  # fmt: skip
"""What stands behind the name of a channel."""

_PAGES = (
    "about", "account", "ads", "app", "attribution_link", "clip", "creators", "feed", "feeds", "gaming", "hashtag",
    "index", "intl", "jobs", "kids", "learning", "login", "logout", "movies", "music", "my_videos", "new", "news",
    "oembed", "playables", "podcasts", "post", "premium", "profile", "redirect", "results", "search", "shopping",
    "settings", "show", "signin", "sports", "subscription_center", "t", "trends", "tv", "upload", "view_play_list",
    "yt",
)  # fmt: skip
"""First words of addresses that are not names."""
