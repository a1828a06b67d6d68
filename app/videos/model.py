"""What is known of a video, as one answer of YouTube tells it."""

from dataclasses import dataclass
from datetime import datetime, timedelta


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
