"""Ids and the numbers behind them.

A channel id is `UC` and 16 bytes in base64url, a video id 8 bytes. Numbers are mixed into those bytes by a bijection,
so every well-formed id has a number, every number has an id, and millions of ids are listed without storing one.
"""

import base64
import re

CHANNEL_ID = re.compile(r"UC[A-Za-z0-9_-]{21}[AQgw]")
"""The last character carries two bits, hence only four letters."""

VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]")

INDEX_BITS = 24
"""The lower bits of a video's number count the uploads of a channel, the upper 40 are the channel's ghost."""


class Mixer:
    """A bijection between numbers of so many bits that leaves no trace of their order."""

    def __init__(self, bits: int, offset: int, factors: tuple[int, int]) -> None:
        self._half, self._mask = bits // 2, (1 << bits) - 1
        self._offset, self._factors = offset, factors
        self._inverses = tuple(pow(factor, -1, 1 << bits) for factor in reversed(factors))

    def mix(self, number: int) -> int:
        """What the number becomes."""
        mixed = (number + self._offset) & self._mask
        for factor in self._factors:
            mixed = (mixed * factor) & self._mask
            mixed ^= mixed >> self._half
        return mixed

    def unmix(self, mixed: int) -> int:
        """The number: `unmix(mix(n)) == n`."""
        for inverse in self._inverses:
            mixed ^= mixed >> self._half  # undoes itself, for the shift is half the width
            mixed = (mixed * inverse) & self._mask
        return (mixed - self._offset) & self._mask


_CHANNELS = Mixer(
    128,
    0x9E3779B97F4A7C15F39CC0605CEDC834,
    (0x2D99787926D46932A4C1F32680F70C55, 0xDA942042E4DD58B5DA942042E4DD58B5),
)
_VIDEOS = Mixer(64, 0x9E3779B97F4A7C15, (0xD6E8FEB86659FD93, 0xDA942042E4DD58B5))


def is_channel_id(text: str) -> bool:
    """Whether the text has the form of a channel id."""
    return CHANNEL_ID.fullmatch(text) is not None


def channel_id(number: int) -> str:
    """The id of channel `number`, from 0 to 2**128 - 1. The same in every universe."""
    return "UC" + base64.urlsafe_b64encode(_CHANNELS.mix(number).to_bytes(16))[:22].decode()


def channel_number(well_formed_id: str) -> int:
    """The number behind a well-formed id: `channel_number(channel_id(n)) == n`."""
    return _CHANNELS.unmix(int.from_bytes(id_bytes(well_formed_id)))


def id_bytes(well_formed_id: str) -> bytes:
    """The 16 bytes that a well-formed channel id spells."""
    return base64.urlsafe_b64decode(well_formed_id[2:] + "==")


def is_video_id(text: str) -> bool:
    """Whether the text has the form of a video id."""
    return VIDEO_ID.fullmatch(text) is not None


def video_id(number: int) -> str:
    """The id of video `number`, from 0 to 2**64 - 1. The same in every universe."""
    return base64.urlsafe_b64encode(_VIDEOS.mix(number).to_bytes(8))[:11].decode()


def video_number(well_formed_id: str) -> int:
    """The number behind a well-formed id: `video_number(video_id(n)) == n`."""
    return _VIDEOS.unmix(int.from_bytes(video_bytes(well_formed_id)))


def video_bytes(well_formed_id: str) -> bytes:
    """The 8 bytes that a well-formed video id spells."""
    return base64.urlsafe_b64decode(well_formed_id + "=")
