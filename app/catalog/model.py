"""What is known of a channel, as one answer of YouTube tells it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

BELIEVED_AFTER = timedelta(days=2)
"""A channel that was seen before is gone only when it is left out again so long after the first time."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """One channel as channels.list describes it; every text can be stored in PostgreSQL as it is.

    None means "YouTube does not say", never zero. An empty text is one that the owner left empty.
    """

    channel_id: str
    title: str
    description: str
    handle: str | None
    """`@name`, in lower case as YouTube spells it; None where it gives an older custom URL, or nothing."""
    country: str | None
    """ISO 3166-1 alpha-2, as the owner chose it."""
    default_language: str | None
    """BCP 47, as the owner declared it; rarely set."""
    keywords: tuple[str, ...]
    topics: tuple[str, ...]
    """Addresses of Wikipedia articles, YouTube's own classification."""
    published_at: datetime | None
    """When the channel was made, in UTC."""
    thumbnail_url: str | None
    """The largest there is."""
    banner_url: str | None
    uploads_playlist_id: str | None
    subscriber_count: int | None
    """Three significant figures, rounded down by YouTube; None where the owner hides it."""
    view_count: int | None
    video_count: int | None
    """Public videos only."""
    made_for_kids: bool | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A row of the catalogue: what is known of a channel, since when, and until when it may be kept.

    The facts are None until they were fetched once.
    """

    id: UUID
    channel_id: str
    handle: str | None
    title: str | None
    description: str | None
    country: str | None
    language: str | None
    default_language: str | None
    keywords: list[str] | None
    topics: list[str] | None
    published_at: datetime | None
    thumbnail_url: str | None
    banner_url: str | None
    uploads_playlist_id: str | None
    subscriber_count: int | None
    view_count: int | None
    video_count: int | None
    made_for_kids: bool | None
    metadata_fetched: bool
    videos_fetched: bool
    videos_fetched_at: datetime | None
    videos_cut_off: bool
    """YouTube ends lists at 20,000 uploads: older videos exist, and cannot be listed."""
    discovery_processed: bool
    availability: str
    availability_since: datetime | None
    missing_since: datetime | None
    """When it was first left out of an answer, if it has not been seen since."""
    source: str | None
    created_at: datetime
    updated_at: datetime
    fetched_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which channels of the catalogue; what is None does not matter."""

    metadata_fetched: bool | None = None
    availability: str | None = None
    language: str | None = None
    country: str | None = None

    @property
    def is_searched(self) -> bool:
        """Whether only looking tells which are wanted: languages and countries have an index."""
        return self != ListFilter() and self.language is None and self.country is None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counts of a channel at one moment."""

    observed_at: datetime
    subscriber_count: int | None
    view_count: int | None
    video_count: int | None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A channel that somebody gave us: its key, and what stood beside it. What YouTube says later replaces that."""

    key: UUID
    title: str | None = None
    handle: str | None = None
    """`@name`, in lower case."""
    country: str | None = None
    """ISO 3166-1 alpha-2, in capital letters."""


def reason_of_absence(doubted_since: datetime | None) -> str:
    """Why a channel that was left out of an answer is not found; with a time, it is believed only later."""
    if doubted_since is None:
        return "YouTube does not know this channel"
    first, again = (
        f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for moment in (doubted_since, doubted_since + BELIEVED_AFTER)
    )
    return f"left out of YouTube's answer for the first time on {first}; believed when it happens again after {again}"
