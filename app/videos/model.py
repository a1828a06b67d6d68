"""What is known of a video, as one answer of YouTube tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """One video as videos.list describes it; every text can be stored in PostgreSQL as it is.

    None means "YouTube does not say", never zero. An empty text is one that the owner left empty.
    """

    video_id: str
    channel_id: str | None
    channel_title: str
    title: str
    description: str
    published_at: datetime | None
    """In UTC."""
    duration: timedelta | None
    """Zero as long as a stream has not ended."""
    view_count: int | None
    like_count: int | None
    """None where the owner hides it."""
    comment_count: int | None
    """None where comments are off."""
    tags: tuple[str, ...]
    category_id: str | None
    default_language: str | None
    """BCP 47, of title and description, as the owner declared it."""
    default_audio_language: str | None
    live_state: str | None
    """none, upcoming, live or completed."""
    scheduled_start_at: datetime | None
    actual_start_at: datetime | None
    """With `actual_end_at`, what stays of a stream after it has become an ordinary video."""
    actual_end_at: datetime | None
    concurrent_viewers: int | None
    """Now, while the stream is live."""
    thumbnail_url: str | None
    """The largest there is."""
    is_portrait: bool | None
    """Higher than wide, as shorts are."""
    made_for_kids: bool | None
    definition: str | None
    """hd or sd."""
    has_captions: bool | None
    is_licensed: bool | None
    """Claimed as licensed content by a partner of YouTube."""
    is_embeddable: bool | None
    privacy: str | None
    """public or unlisted."""
    is_age_restricted: bool | None
    allowed_regions: tuple[str, ...] | None
    """ISO 3166-1 alpha-2: the only countries where it can be watched; None for no such list."""
    blocked_regions: tuple[str, ...] | None
    """The countries where it cannot be watched; None for no such list."""
    topics: tuple[str, ...]
    """Addresses of Wikipedia articles, YouTube's own classification."""


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video that YouTube has shown, with what was made of the answer."""

    facts: VideoFacts
    channel: UUID
    """The key of the channel that it belongs to."""
    language: str | None
    """The best known; `language_source` is None exactly when this is."""
    language_source: str | None
    """audio, declared or detected."""


@dataclass(frozen=True, slots=True)
class Video:
    """A row of the videos: what is known of one, since when, and until when it may be kept."""

    video_id: str
    channel_id: str
    title: str | None
    description: str | None
    published_at: datetime | None
    duration: timedelta | None
    kind: str
    kind_evidence: str
    """What the kind was told by, in words."""
    view_count: int | None
    like_count: int | None
    comment_count: int | None
    language: str | None
    language_source: str | None
    tags: list[str] | None
    topics: list[str] | None
    category_id: str | None
    thumbnail_url: str | None
    is_portrait: bool | None
    definition: str | None
    has_captions: bool | None
    made_for_kids: bool | None
    is_licensed: bool | None
    is_embeddable: bool | None
    is_age_restricted: bool | None
    privacy: str | None
    allowed_regions: list[str] | None
    blocked_regions: list[str] | None
    scheduled_start_at: datetime | None
    actual_start_at: datetime | None
    actual_end_at: datetime | None
    concurrent_viewers: int | None
    availability: str
    availability_since: datetime
    missing_since: datetime | None
    """When an answer first left it out; None when the last one had it."""
    created_at: datetime
    updated_at: datetime
    fetched_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class VideoFilter:
    """Which videos; what is None does not matter."""

    channel: UUID | None = None
    kind: str | None = None
    language: str | None = None
    """`en` is `en-GB` too."""
    availability: str | None = None
    published_after: datetime | None = None
    published_before: datetime | None = None
    """Exclusive; the other one is inclusive."""

    @property
    def is_searched(self) -> bool:
        """Whether only looking tells which are wanted: those of a channel have an index."""
        return self.channel is None and self != VideoFilter()


@dataclass(frozen=True, slots=True)
class VideoSnapshot:
    """The counts of a video at one moment."""

    observed_at: datetime
    view_count: int | None
    like_count: int | None
    comment_count: int | None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """What one page of a channel's uploads list has brought: keys of videos, and whether more is wanted."""

    channel: UUID
    videos: Sequence[int]
    is_over: bool
    next_token: str | None


@dataclass(frozen=True, slots=True)
class OpenListing:
    """Where the reading of an uploads list stands."""

    channel: UUID
    pages: int
    listed: int
    """How many videos were taken from the list, those among them that were known already."""
    is_over: bool
    """Nothing more of it is wanted, or there is no more."""
    next_token: str | None
    videos: Sequence[int]
    """Those that are still to be fetched, newest first."""
