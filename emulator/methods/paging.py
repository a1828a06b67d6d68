"""Page tokens: a place in a list, the same for every key and after every restart."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from emulator.errors import ApiError, youtube_error
from emulator.methods.contract import Call
from emulator.resources import Page, Resource

_MOST = (1 << 31) - 1
"""Offsets beyond any list."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """How a method spells its tokens: base64 of a protocol buffer with a number and a direction."""

    wrapped: bool = False
    """playlistItems.list puts the number, once more in base64, behind `PT:`."""

    def write(self, offset: int, *, backwards: bool = False) -> str:
        """The token of the page that begins at an offset, or, backwards, of the one that ends there."""
        number, direction = b"\x08" + _varint(offset), b"\x10" + bytes([backwards])
        if not self.wrapped:
            return _base64(number + direction)
        text = b"PT:" + _base64(number).encode()
        return _base64(direction + b"\x1a" + _varint(len(text)) + text)

    def read(self, token: str) -> tuple[int, bool]:
        """Offset and direction. Raises ApiError for what no page ever handed out."""
        if not token:
            return 0, False
        raw = _bytes(token)
        number = _bytes(raw.partition(b"PT:")[2].decode(errors="replace")) if self.wrapped else raw[:-2]
        offset = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(number[1:]))
        for backwards in (False, True):
            if offset <= _MOST and self.write(offset, backwards=backwards) == token:
                return offset, backwards
        raise invalid_token()


PLAIN, WRAPPED = Tokens(), Tokens(wrapped=True)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is on one page."""

    start: int
    stop: int
    size: int
    total: int
    tokens: Tokens

    def page(self, items: Sequence[Resource]) -> Page:
        """The page with these resources, and with the tokens of its neighbours."""
        return Page(
            items,
            total=self.total,
            per_page=self.size,
            next_token=self.tokens.write(self.stop) if self.start < self.stop < self.total else None,
            previous_token=self.tokens.write(self.start, backwards=True) if self.start else None,
        )


def window_of(call: Call, total: int, tokens: Tokens = PLAIN) -> Window:
    """What a call's `pageToken` and `maxResults` select. Raises ApiError for a token that no page handed out."""
    size, (offset, backwards) = int(call.text("maxResults")), tokens.read(call.text("pageToken"))
    start, stop = (max(0, offset - size), offset) if backwards else (offset, offset + size)
    return Window(start, stop, size, total, tokens)


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise invalid_token() from None


def invalid_token() -> ApiError:
    """The refusal of a token that no page handed out, or not for this list, or too long ago."""
    message = "The request specifies an invalid page token."
    return youtube_error(400, "invalidPageToken", message, "youtube.parameter", "pageToken")
