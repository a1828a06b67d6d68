"""Ids of playlists and of their entries, and what they lead back to.

A playlist id is `PL` and 24 bytes in base64url, into which the number of the owner and that of the list are mixed. Most
of what has that form is thus no id, as the number of the list would be enormous. Before 2012 ids were shorter.
"""

import base64
import binascii
import re

from emulator.universe.ids import Mixer

_LIST_BITS, _OLD_LIST_BITS = 64, 24
_NEW_BYTES = 24
_NEW = re.compile(r"PL[A-Za-z0-9_-]{32}")
_OLD = re.compile(r"PL[0-9A-F]{16}")
_MARK = re.compile(r"[0-9A-F]{16}")
_NEW_IDS = Mixer(
    192,
    0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251,
    (0x2D99787926D46932A4C1F32680F70C55DA942042E4DD58B5, 0xF1357AEA2E62A9C5AEF17502108EF2D9D1342543DE82EF95),
)
_OLD_IDS = Mixer(64, 0xF39CC0605CEDC834, (0xAEF17502108EF2D9, 0xD1342543DE82EF95))
_MARKS = Mixer(64, 0x56B44F6D10557CC6, (0xF1357AEA2E62A9C5, 0x2360ED051FC65DA5))


def playlist_id(owner: int, number: int) -> str:
    """The id of the list `number` of a channel's number."""
    mixed = _NEW_IDS.mix(owner << _LIST_BITS | number)
    return "PL" + base64.urlsafe_b64encode(mixed.to_bytes(_NEW_BYTES)).decode()


def old_playlist_id(owner: int, number: int) -> str:
    """The id that a list got in the first years; only for a channel's number of up to 40 bits."""
    return f"PL{_OLD_IDS.mix(owner << _OLD_LIST_BITS | number):016X}"


def playlist_number(text: str) -> tuple[int, int] | None:
    """The numbers of the owner and of the list that a well-formed id leads to, which need not exist."""
    if _NEW.fullmatch(text):
        return divmod(_NEW_IDS.unmix(int.from_bytes(base64.urlsafe_b64decode(text[2:]))), 1 << _LIST_BITS)
    if _OLD.fullmatch(text):
        return divmod(_OLD_IDS.unmix(int.from_bytes(bytes.fromhex(text[2:]))), 1 << _OLD_LIST_BITS)
    return None


def mark_of(place: int) -> str:
    """What stands for an entry in its id: the same for the first entry of every list, and so on."""
    return f"{_MARKS.mix(place):016X}"


def place_of(mark: str) -> int | None:
    """The place, from 0, that a mark stands for; None for what is no mark."""
    return _MARKS.unmix(int(mark, 16)) if _MARK.fullmatch(mark) else None


def entry_id(list_id: str, mark: str) -> str:
    """The id of an entry of a list."""
    return base64.urlsafe_b64encode(f"{list_id}.{mark}".encode()).decode().rstrip("=")


def list_and_mark(entry: str) -> tuple[str, str] | None:
    """The id of the list and the mark that the id of an entry names; None for what is no such id."""
    try:
        text = base64.b64decode(entry + "=" * (-len(entry) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    list_id, dot, mark = text.rpartition(".")
    return (list_id, mark) if dot and entry_id(list_id, mark) == entry else None
