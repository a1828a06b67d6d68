"""Video ids: 11 characters of base64url, which are exactly 64 bits, which are the row's key.

The last of the 11 characters carries only 4 bits, so that it can only be one of 16. What breaks that could not be
stored.
"""

import base64
import re

from app.errors import BadInputError

_SHAPE = re.compile(r"[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]")


class NotAVideoIdError(BadInputError):
    """This is not a video id."""

    hint = "a video id is 11 letters, digits, - or _, as behind watch?v="


def is_video_id(text: str) -> bool:
    """Whether this is a video id that YouTube could have given."""
    return _SHAPE.fullmatch(text) is not None


def video_key(video_id: str) -> int:
    """The 64 bits of a video id, signed, as the number under which its row stands. Raises NotAVideoIdError."""
    if not is_video_id(video_id):
        raise NotAVideoIdError(f"not a video id: {video_id[:40]!r}")
    return int.from_bytes(base64.urlsafe_b64decode(f"{video_id}="), signed=True)


def video_id_of(key: int) -> str:
    """The video id of a row."""
    return base64.urlsafe_b64encode(key.to_bytes(8, signed=True)).decode().rstrip("=")
