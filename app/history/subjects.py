"""What has a history: channels and videos."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.catalog.ids import channel_id_of, channel_key
from app.catalog.service import UnknownChannelError
from app.errors import NotFoundError
from app.videos.ids import video_id_of, video_key

Key = UUID | int
Kind = Literal["channel", "video"]


class UnknownVideoError(NotFoundError):
    """This video is not known."""

    hint = "only what was fetched has a history"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that has counts and texts: how its statements are named, and its ids read and written."""

    kind: Kind
    counts: tuple[str, ...]
    key_of: Callable[[str], Key]
    """Raises BadInputError for what is no id."""
    id_of: Callable[..., str]
    before_all: Key | None
    """A key before all others; None where what a cursor of the other kind leaves is only older."""
    unknown: type[NotFoundError]


# At one moment channels come first: after a video of that moment there are only older channels, and after a channel of
# that moment there are still its videos.
CHANNEL = Subject(
    "channel",
    ("subscriber_count", "view_count", "video_count"),
    channel_key,
    channel_id_of,
    None,
    UnknownChannelError,
)
VIDEO = Subject(
    "video", ("view_count", "like_count", "comment_count"), video_key, video_id_of, -(2**63), UnknownVideoError
)
SUBJECTS: dict[Kind, Subject] = {"channel": CHANNEL, "video": VIDEO}


@dataclass(frozen=True, slots=True)
class Change:
    """A text or the availability of a channel or video, before and after."""

    kind: Kind
    key: Key
    changed_at: datetime
    """When it was seen, not when it was made: somewhere between two observations."""
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class After:
    """The place in a list of changes behind this one."""

    kind: Kind
    key: Key
    changed_at: datetime
    field: str
