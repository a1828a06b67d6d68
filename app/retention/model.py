"""What may be kept for how long, and what became of the rest.

Source: YouTube API Services Developer Policies III.E.4.b and d, and amendment III.L for audited clients (2026-06).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

THIRTY_DAYS = timedelta(days=30)
THIRTY_SIX_MONTHS = timedelta(days=3 * 365)  # leap days aside: never longer than 36 calendar months
BETWEEN_SWEEPS = timedelta(days=1)
"""What would become too old before the next sweep goes with this one."""
EVER = datetime.max.replace(tzinfo=UTC)


class Mode(StrEnum):
    """How long data may be kept that is not refreshed."""

    THIRTY_DAYS = "30 days"
    STATISTICS = "36 months for statistics"


class Subject(StrEnum):
    """A kind of data that is swept by itself, in this order: what is gone takes its history with it."""

    CHANNELS = "channels"
    VIDEOS = "videos"
    PLAYLISTS = "playlists"
    PLAYLIST_ITEMS = "playlist_items"
    CHANNEL_SNAPSHOTS = "channel_snapshots"
    VIDEO_SNAPSHOTS = "video_snapshots"
    CHANNEL_CHANGES = "channel_changes"
    VIDEO_CHANGES = "video_changes"
    RESOLUTIONS = "resolutions"
    UPLOAD_LISTINGS = "upload_listings"
    PUSH_NOTIFICATIONS = "push_notifications"
    ANNOUNCED_VIDEOS = "announced_videos"
    CHANNEL_DISCOVERIES = "channel_discoveries"
    DISCOVERED_CHANNELS = "discovered_channels"
    DISCOVERY_EXPANSIONS = "discovery_expansions"
    DISCOVERY_ANSWERS = "discovery_answers"
    HANDLE_MENTIONS = "handle_mentions"
    CHANNEL_TERMS = "channel_terms"
    UNFINISHED_LISTS = "unfinished_lists"


@dataclass(frozen=True, slots=True)
class Limits:
    """Texts fetched at or before `texts_before` go, and everything fetched at or before `statistics_before`."""

    texts_before: datetime
    statistics_before: datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows were deleted, and how many stay without what YouTube told of them."""

    deleted: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What one retention job did, by subject."""

    job_id: UUID
    status: str
    created_at: datetime
    swept: dict[str, Swept] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted of channels that were to be forgotten."""

    channels: int
    videos: int


def limits_of(mode: Mode, now: datetime) -> Limits:
    """The limits of a sweep at this moment, with which nothing grows too old before the next one."""
    soon = now + BETWEEN_SWEEPS
    kept = THIRTY_SIX_MONTHS if mode is Mode.STATISTICS else THIRTY_DAYS
    return Limits(soon - THIRTY_DAYS, soon - kept)
