"""Handles, legacy user names and addresses: made from a channel's number, so that they lead back to it."""

import base64
import string
from hashlib import blake2b

_DIGITS = string.digits + string.ascii_lowercase
_LONGEST = 25
"""Digits of 2**128 in base 36."""

_USER = "tube"
_PICTURE_HOST = "https://yt3.ggpht.com"
_VIDEO_ENDS = "AEIMQUYcgkosw048"


def handle(word: str, number: int) -> str:
    """A handle as `customUrl` shows it. Foreign ids have huge numbers, for which only three letters have room."""
    tail = _base36(number)
    return f"@{word.lower()[: 28 - len(tail)]}-{tail}"


def handle_number(text: str) -> int | None:
    """The number of the channel that may have this handle, with or without @, in any case."""
    stem, dash, tail = text.removeprefix("@").rpartition("-")
    return _number(tail) if stem and dash else None


def username(number: int) -> str:
    """A legacy user name."""
    return f"{_USER}{_base36(number)}"


def username_number(text: str) -> int | None:
    """The number of the channel that may have this user name, in any case."""
    lowered = text.lower()
    return _number(lowered.removeprefix(_USER)) if lowered.startswith(_USER) else None


def picture(subject: bytes) -> str:
    """Address of the channel's picture, to be completed by a size."""
    # The first letters are those of all such addresses of one time.
    return f"{_PICTURE_HOST}/ytc/AIdro_{_token(b'picture', subject, 24)}"


def banner(subject: bytes) -> str:
    """Address of the banner above the channel's page."""
    return f"https://yt3.googleusercontent.com/{_token(b'banner', subject, 45)}"


def video(subject: bytes) -> str:
    """A well-formed video id."""
    token = _token(b"video", subject, 9)
    return token[:10] + _VIDEO_ENDS[subject[0] % len(_VIDEO_ENDS)]


def _token(purpose: bytes, subject: bytes, size: int) -> str:
    return base64.urlsafe_b64encode(blake2b(subject, digest_size=size, key=purpose).digest()).decode().rstrip("=")


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if number == 0:
            return digits


def _number(text: str) -> int | None:
    # int() would also take signs, blanks, underscores and the digits of other scripts
    if not text or len(text) > _LONGEST or any(char not in _DIGITS for char in text.lower()):
        return None
    number = int(text, 36)
    return number if number < 1 << 128 else None
