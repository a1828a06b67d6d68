"""Page tokens: a place in a list, the same for every key and after every restart."""

import base64
import binascii

from emulator.errors import ApiError, youtube_error


def offset_of(token: str) -> int:
    """How many resources the page's predecessors hold. Raises ApiError for what no page ever handed out."""
    if not token:
        return 0
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _invalid() from None
    if len(raw) < 4 or raw[0] != 0x08 or raw[-2] != 0x10:  # noqa: PLR2004 -- tag, number, tag and direction
        raise _invalid()
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(raw[1:-2]))


def token_at(offset: int, *, backwards: bool = False) -> str:
    """The token of the page that begins there: base64 of a protocol buffer, as `CAUQAA` is the sixth's."""
    number = bytearray()
    while True:
        offset, low = offset >> 7, offset & 0x7F
        number.append(low | (0x80 if offset else 0))
        if not offset:
            return base64.urlsafe_b64encode(b"\x08" + number + b"\x10" + bytes([backwards])).decode().rstrip("=")


def _invalid() -> ApiError:
    message = "The request specifies an invalid page token."
    return youtube_error(400, "invalidPageToken", message, "youtube.parameter", "pageToken")
