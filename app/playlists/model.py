"""What the room of the playlists hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Playlist:
    """A row of playlists: what is known of one, since when and until when. None means "YouTube does not say"."""

    id: int
    playlist_id: str
    channel_id: str | None
    """Whose list it is; its videos may be of others."""
    title: str | None
    description: str | None
    default_language: str | None
    item_count: int | None
    """As the list tells it, private and deleted videos included."""
    privacy: str | None
    thumbnail_url: str | None
    published_at: datetime | None
    availability: str
    availability_since: datetime
    missing_since: datetime | None
    items_fetched_at: datetime | None
    """When its entries were last read to their end."""
    fetched_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A place of a video in a playlist, as it was last seen. A video may have several."""

    playlist_id: str
    entry_id: str
    video_id: str | None
    position: int | None
    """From 0."""
    kind: str
    """available, private or deleted."""
    title: str | None
    """Of the video, the last that was told; None where it was private or deleted from the beginning."""
    owner_channel_id: str | None
    added_at: datetime | None
    video_published_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None
    """When the list was found without it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which playlists a job is to read: those of some channels, some by id, or without either of all channels."""

    channel_ids: Sequence[str] = ()
    playlists: Sequence[str] = ()
    """Ids, or links to playlists."""
    batch_size: int | None = None
    total_limit: int | None = None
    """Channels at most, of the whole catalogue."""
    fresh: bool = False
    """Read entries again where the number of entries has not changed, too."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """Lists by what is to be done with their entries."""

    read: Sequence[str]
    empty: Sequence[str]
    """That hold nothing, and did not or were never looked at before."""
    unchanged: Sequence[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where lists stand that are to be read: from when on a reading counts, and how far an unfinished one has come."""

    now: datetime
    unfinished: dict[str, tuple[datetime, str]]
    """By list: since when it is being read, and the token of its next page."""

    def since(self, name: str) -> datetime:
        """When the reading of a list began, or begins."""
        return self.unfinished[name][0] if name in self.unfinished else self.now

    def token(self, name: str) -> str | None:
        """With what it goes on; None at the beginning."""
        return self.unfinished[name][1] if name in self.unfinished else None
