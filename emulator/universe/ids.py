"""Channel ids and the numbers behind them.

A channel id is `UC` and 16 bytes in base64url. Numbers are mixed into those bytes by a bijection of 128 bits, so every
well-formed id has a number, every number has an id, and millions of ids can be listed without storing one.
"""

import base64
import re

CHANNEL_ID = re.compile(r"UC[A-Za-z0-9_-]{21}[AQgw]")
"""The last character carries two bits, hence only four letters."""

_BITS = 128
_MASK = (1 << _BITS) - 1
_HALF = _BITS // 2
_OFFSET = 0x9E3779B97F4A7C15F39CC0605CEDC834
_FACTORS = (0x2D99787926D46932A4C1F32680F70C55, 0xDA942042E4DD58B5DA942042E4DD58B5)
_INVERSES = tuple(pow(factor, -1, 1 << _BITS) for factor in _FACTORS)


def is_channel_id(text: str) -> bool:
    """Whether the text has the form of a channel id."""
    return CHANNEL_ID.fullmatch(text) is not None


def channel_id(number: int) -> str:
    """The id of channel `number`, from 0 to 2**128 - 1. The same in every universe."""
    mixed = (number + _OFFSET) & _MASK
    for factor in _FACTORS:
        mixed = (mixed * factor) & _MASK
        mixed ^= mixed >> _HALF
    return "UC" + base64.urlsafe_b64encode(mixed.to_bytes(16))[:22].decode()


def channel_number(well_formed_id: str) -> int:
    """The number behind a well-formed id: `channel_number(channel_id(n)) == n`."""
    mixed = int.from_bytes(id_bytes(well_formed_id))
    for inverse in reversed(_INVERSES):
        mixed ^= mixed >> _HALF  # undoes itself, for the shift is half the width
        mixed = (mixed * inverse) & _MASK
    return (mixed - _OFFSET) & _MASK


def id_bytes(well_formed_id: str) -> bytes:
    """The 16 bytes that a well-formed id spells."""
    return base64.urlsafe_b64decode(well_formed_id[2:] + "==")
