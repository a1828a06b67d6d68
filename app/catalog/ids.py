"""Channel ids: `UC` and 22 characters of base64url, which are exactly 16 bytes, which are the row's uuid.

The last of the 22 characters carries only 2 bits, so that it can only be A, Q, g or w. That held for all 249,827 real
ids that were at hand; what breaks it could not be stored and is rejected with this reason.
"""

import base64
import re
from uuid import UUID

from app.errors import BadInputError

_SHAPE = re.compile(r"UC[A-Za-z0-9_-]{22}")
# The id itself, perhaps with the rest of an address behind it; or one in a link, whatever comes after.
_IN_TEXT = re.compile(r"^(UC[A-Za-z0-9_-]{22})(?=$|[/?#&\s])|(?:^|/)channel/(UC[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_LAST = "AQgw"


class NotAChannelIdError(BadInputError):
    """This is not a channel id."""

    hint = "a channel id is UC and 22 letters, digits, - or _"


def read_channel_id(text: str) -> str:
    """The channel id in what a person wrote: the id or a /channel/ link. Raises NotAChannelIdError, saying why."""
    stripped = text.strip().strip("\ufeff")
    if found := _IN_TEXT.search(stripped):
        channel_id = found[1] or found[2]
        if channel_id[-1] not in _LAST:
            raise NotAChannelIdError(f"the last character of a channel id is one of {', '.join(_LAST)}")
        return channel_id
    raise NotAChannelIdError(_what_is_wrong(stripped))


def channel_key(channel_id: str) -> UUID:
    """The 16 bytes of a channel id, as the uuid under which its row stands."""
    if not _SHAPE.fullmatch(channel_id) or channel_id[-1] not in _LAST:
        raise NotAChannelIdError(f"not a channel id: {channel_id[:40]!r}")
    return UUID(bytes=base64.urlsafe_b64decode(f"{channel_id[2:]}=="))


def channel_id_of(key: UUID) -> str:
    """The channel id of a row."""
    return "UC" + base64.urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _what_is_wrong(text: str) -> str:
    if not text:
        return "no channel id"
    if text.startswith("@") or "/@" in text:
        return "a handle, not a channel id"
    if "youtube.com/" in text or "youtu.be/" in text:
        return "a link without a channel id"
    if text.startswith("UC") and re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return f"{len(text)} characters instead of 24"
    if text.startswith("UC"):
        return "a channel id with characters that it cannot have"
    return "not a channel id"
