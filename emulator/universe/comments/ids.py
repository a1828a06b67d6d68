"""Ids of comments: they hold the video and the comment's number below it, so that they lead back to both.

The real ones are protocol buffers in base64, too: 12 bytes between a head and a tail that never change.
"""

import base64
import binascii

from emulator.universe.ids import Mixer

NUMBER_BITS = 32

_THREADS = Mixer(96, 0x9E3779B97F4A7C15F39CC060, (0x2D99787926D46932A4C1F327, 0xDA942042E4DD58B5DA942043))
_REPLIES = Mixer(64, 0xF39CC0605CEDC834, (0xDA942042E4DD58B5, 0xD6E8FEB86659FD93))
_HEAD, _TAIL = b"\x52\x0c", b"\x78\x01\xa0\x01\x02"
_MASK = (1 << NUMBER_BITS) - 1
_TOKEN = 11
"""Letters of 8 bytes in base64."""


def thread_id(video: int, number: int) -> str:
    """The id of comment `number` below the video of this number; `Ug` and 24 more characters."""
    inner = _THREADS.mix(video << NUMBER_BITS | number).to_bytes(12)
    return base64.urlsafe_b64encode(_HEAD + inner + _TAIL).decode().rstrip("=")


def reply_id(video: int, thread: int, number: int) -> str:
    """The id of comment `number` that replies to another: the thread's id, a dot and 22 more characters."""
    return f"{thread_id(video, thread)}.{_token(video, thread)}{_token(video, number)}"


def thread_place(text: str) -> tuple[int, int] | None:
    """The video and the number behind a thread's id; None for what is none. Not every place has a comment."""
    try:
        raw = base64.b64decode(f"{text}==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    video, number = divmod(_THREADS.unmix(int.from_bytes(raw[2:14])), 1 << NUMBER_BITS)
    return (video, number) if thread_id(video, number) == text else None


def reply_place(text: str) -> tuple[int, int, int] | None:
    """The video, the thread's number and the reply's behind a reply's id; None for what is none."""
    thread, _, rest = text.partition(".")
    place = thread_place(thread)
    if place is None:
        return None
    video, parent = place
    try:
        mixed = int.from_bytes(base64.b64decode(f"{rest[_TOKEN:]}=", altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    number = _REPLIES.unmix(mixed & (1 << 64) - 1) & _MASK
    return (video, parent, number) if reply_id(video, parent, number) == text else None


def _token(video: int, number: int) -> str:
    mixed = _REPLIES.mix((video & _MASK) << NUMBER_BITS | number)
    return base64.urlsafe_b64encode(mixed.to_bytes(8)).decode().rstrip("=")
