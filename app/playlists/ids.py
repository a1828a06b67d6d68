"""Playlist ids in what people write, and the ids of entries, which are that of the list and 64 bits more.

An entry id is base64url of the playlist id, a dot, and 16 hexadecimal digits: true of all 1,021 real entries of
playlists that were at hand. What breaks it is kept as it is, under a number made from it.
"""

import base64
import binascii
import hashlib
import re

from app.errors import BadInputError

# Made by people (34 or, before 2012, 18 characters), and albums.
_LIST = r"PL(?:[A-Za-z0-9_-]{32}|[0-9A-F]{16})|OLAK5uy_[A-Za-z0-9_-]{33}"
_IN_TEXT = re.compile(rf"^({_LIST})(?=$|[&#?\s])|[?&](?:amp;)?list=({_LIST})(?![A-Za-z0-9_-])")
_OF_CHANNEL = re.compile(r"(?:^|[?&]list=)(?:UU|LL|FL|PU)[A-Za-z0-9_-]{22,}")
_OWN = re.compile(r"(?:^|[?&]list=)(?:WL|LL|LM|HL|RD[\w-]*)(?=$|[&#\s])")
_MARK = re.compile(r"[0-9A-F]{16}")


class NotAPlaylistIdError(BadInputError):
    """This is not a playlist id."""

    hint = "a playlist id is PL and 32 or 16 characters, as behind list= in the link of a playlist"


def read_playlist_id(text: str) -> str:
    """The playlist in what a person wrote: its id or a link with `list=`. Raises NotAPlaylistIdError, saying why."""
    stripped = text.strip().strip("\ufeff")
    if found := _IN_TEXT.search(stripped):
        return found[1] or found[2]
    raise NotAPlaylistIdError(_what_is_wrong(stripped))


def _what_is_wrong(text: str) -> str:
    if not text:
        return "no playlist id"
    if _OWN.search(text):
        return "a mix, or a list of whoever is signed in; the API cannot read it"
    if _OF_CHANNEL.search(text):
        return "the uploads or likes of a channel, not a playlist; POST /api/batch-videos reads uploads"
    if "youtube.com/" in text or "youtu.be/" in text:
        return "a link without a playlist id"
    if text.startswith("PL") and re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return f"{len(text)} characters instead of 34 or 18"
    return "not a playlist id"


def entry_key(playlist_id: str, entry_id: str) -> tuple[int, str | None]:
    """The number of an entry in its list, and its id only where `entry_id_of` could not make it from the number."""
    try:
        told, _, mark = base64.urlsafe_b64decode(entry_id + "=" * (-len(entry_id) % 4)).decode("ascii").partition(".")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        told, mark = "", ""
    key = _signed(bytes.fromhex(mark)) if _MARK.fullmatch(mark) else 0
    if told == playlist_id and _MARK.fullmatch(mark) and entry_id_of(playlist_id, key) == entry_id:
        return key, None
    return _signed(hashlib.sha256(entry_id.encode()).digest()[:8]), entry_id


def entry_id_of(playlist_id: str, key: int) -> str:
    """The id that an entry has at YouTube."""
    plain = f"{playlist_id}.{key.to_bytes(8, signed=True).hex().upper()}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _signed(octets: bytes) -> int:
    return int.from_bytes(octets, signed=True)
