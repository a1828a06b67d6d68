"""Which channels a text names, read as carefully as by people who pay for each mistake."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

_CHANNEL = r"[A-Za-z0-9_-]{21}[AQgw]"
_CHANNEL_ID = re.compile(rf"UC{_CHANNEL}")
# Alone, in a link, or in the id of a list that YouTube makes for a channel: uploads, videos, shorts, live.
_IDS = re.compile(rf"(?<![A-Za-z0-9_-])(?:UC|UU(?:LF|SH|LV|LP|PS|PV)?)({_CHANNEL})(?![A-Za-z0-9_-])")
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_HANDLE_LINK = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:[\w-]+\.)*youtube\.com/(?:@|%40)([^\s/?#&,;:!\"'<>()\[\]{}|\\]+)", re.IGNORECASE
)
# Behind a letter it is a mail address, behind a slash another site's name or a package; a dot would be cut off later.
_MENTION = re.compile(r"(?<![\w./@+%#&=-])[@\uff20]([^\s/?#&,;:!\"'<>()\[\]{}|\\@]+)(?=$|[\s,;:!?\"')\]}>|]|\.\s)")
_LATIN = re.compile(r"[A-Za-z0-9À-ÖØ-öø-ɏ\u1e00-\u1eff_.·-]+")
_SEPARATORS = "_-.·"
_SHORTEST, _LONGEST = 3, 30
_DOMAIN = re.compile(r"\.(?:com|net|org|info|edu|gov|app|io|me|tv|[a-z]{2})$")
_TIME = re.compile(r"[\d.]+(?:am|pm|h|uhr|k|hz|fps|p)?")
_NETWORK = re.compile(
    r"\b(?:insta(?:gram)?|ig|twitter|tik ?tok|facebook|fb|telegram|tg|snap(?:chat)?|discord|threads|twitch|patreon"
    r"|mastodon|blue ?sky|bsky|linkedin|pinterest|reddit|weibo|wechat|kakao(?:talk)?|whatsapp|soundcloud|spotify"
    r"|github|ko-?fi|cash ?app|venmo|paypal|vk|skype|kik|tumblr|инстаграмм?|телеграмм?|тикток|твиттер|вк)\b"
    r"|\bx\s*[:\uff1a(-]|\bline(?: id)?\s*[:\uff1a@]|インスタ|ツイッター|인스타|트위터|微博|抖音",
    re.IGNORECASE,
)
_YOUTUBE = re.compile(r"\byou ?tube\b|유튜브|ютуб", re.IGNORECASE)


def is_channel_id(text: str) -> bool:
    """Whether it is `UC` and 16 bytes in base64url: the last of its 24 letters has only four values."""
    return _CHANNEL_ID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """Whether it is a handle in the one spelling that counts: with its @, composed, in lower case."""
    name = text[1:]
    plain = unicodedata.normalize("NFKC", name.lower()) == name == _spelled(name)
    return text[:1] == "@" and plain and _SHORTEST <= len(name) <= _LONGEST and name[0] not in _SEPARATORS


def channel_ids(text: str) -> Iterator[str]:
    """The channel ids in a text: alone, in links, and in links to a channel's own lists."""
    return (f"UC{found}" for found in _IDS.findall(text))


def linked_handles(text: str) -> Iterator[str]:
    """The handles in links to YouTube."""
    found = (_handle(unquote(name)) for name in _HANDLE_LINK.findall(text))
    return filter(None, found)


def mentioned_handles(text: str) -> Iterator[str]:
    """The handles that stand in a text by themselves, as `@name`.

    Rather one too few than one too many, because a handle costs a unit: none in a line that names another network,
    nor below a heading that does, up to the next empty line; no mail address, no time of day, no domain.
    """
    foreign = False
    for line in text.splitlines():
        prose = _LINK.sub(" ", line)
        handles = [handle for name in _MENTION.findall(prose) if (handle := _handle(name, bare=True))]
        elsewhere = _NETWORK.search(prose) is not None
        if not line.strip() or _YOUTUBE.search(prose):
            foreign = False
        elif elsewhere and not handles and prose == line:
            foreign = True
        if not elsewhere and not foreign:
            yield from handles


def _handle(name: str, *, bare: bool = False) -> str:
    """The handle that a text goes on with behind an @, or nothing.

    Handles don't mix scripts, so a Latin one ends where another script begins (`@nameさん`). They may end with a full
    stop, but in running text that is nearly always the sentence's.
    """
    plain = unicodedata.normalize("NFC", name)
    latin = _LATIN.match(plain)
    found = unicodedata.normalize("NFC", (latin[0] if latin else _spelled(plain)).rstrip(_SEPARATORS).lower())
    # Some people write their channel's id behind an @; in lower case it would be a handle.
    doubtful = is_channel_id(plain) or (bare and (_TIME.fullmatch(found) or _DOMAIN.search(found)))
    return f"@{found}" if is_handle(f"@{found}") and not doubtful else ""


def _spelled(name: str) -> str:
    """The beginning of a name that consists of letters, digits and separators, of whatever script."""
    good = (unicodedata.category(char)[0] in "LMN" or char in _SEPARATORS for char in name)
    return name[: next((place for place, fits in enumerate(good) if not fits), len(name))]
